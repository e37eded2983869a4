"""The law as dated data: statutes, levers, look-alike checks, working days; nothing here decides a case."""
