"""Event time: China Standard days, platform clocks, lateness, timers and sequence sets; nothing here reads a clock."""
