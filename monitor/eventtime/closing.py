"""When a day of a platform closes, and until when its records count (design.md 5): one rule for engine and detectors.

Days are China Standard days, clocks and instants milliseconds UTC.
"""

from monitor.eventtime.china import DAY, MINUTE, day_end, day_of

GRACE = 30 * MINUTE
LATENESS = 7 * DAY


def closing(day: int) -> int:
    """Answer when a day closes: the platform's clock is at or beyond its end + the grace."""
    return day_end(day) + GRACE


def last_closed(now: int) -> int:
    """Answer the last day that is closed when the clock shows `now`."""
    return day_of(now - GRACE) - 1


def next_closing(now: int) -> int:
    """Answer the first day close after `now`."""
    return closing(day_of(now - GRACE))


def last_entry(day: int) -> int:
    """Answer until which topic clock, inclusive, a record of a day is let in; beyond it, it is too late."""
    return closing(day) + LATENESS
