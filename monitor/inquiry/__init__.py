"""Questions about what was judged: why a subject has no alert, and whether two groups say the same.

Only committed records are read, and nothing is written, so that asking is safe while workers run and when none does.
"""
