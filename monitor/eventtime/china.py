"""China Standard Time days (UTC+8, no daylight saving since 1991) in integer milliseconds UTC.

A day is the number of days since 1970-01-01 in China Standard Time; a day is [day_start, day_end).
"""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
OFFSET = 8 * HOUR

_DAYS_TO_YEAR_0 = 719_468
_DAYS_IN_ERA = 146_097


def day_of(millis: int) -> int:
    """Answer the China Standard day that holds an instant."""
    return (millis + OFFSET) // DAY


def day_start(day: int) -> int:
    """Answer the first millisecond of a day."""
    return day * DAY - OFFSET


def day_end(day: int) -> int:
    """Answer the first millisecond after a day."""
    return day * DAY - OFFSET + DAY


def hour_end(millis: int) -> int:
    """Answer the first full hour after an instant, exclusive: at 14:00:00.000 it is 15:00."""
    return (millis // HOUR + 1) * HOUR


def weekday(day: int) -> int:
    """Answer 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def iso(day: int) -> str:
    """Write a day as YYYY-MM-DD.

    The civil calendar by eras of 400 years: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    """
    shifted = day + _DAYS_TO_YEAR_0
    era, of_era = divmod(shifted, _DAYS_IN_ERA)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    date = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9  # noqa: PLR2004 - March is month 0 of an era's year
    return f"{year + era * 400 + (month <= 2):04d}-{month:02d}-{date:02d}"  # noqa: PLR2004


def day_named(text: str) -> int:
    """Read YYYY-MM-DD; the inverse of `iso`."""
    year, month, date = (int(part) for part in text.split("-"))
    year -= month <= 2  # noqa: PLR2004 - a year of the era begins in March
    era, of_era_year = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + date - 1
    return era * _DAYS_IN_ERA + of_era_year * 365 + of_era_year // 4 - of_era_year // 100 + of_year - _DAYS_TO_YEAR_0


def instant(day: str, clock: str = "00:00") -> int:
    """Read a day and a China Standard time HH:MM or HH:MM:SS as milliseconds UTC."""
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    seconds = rest[0] if rest else 0
    return day_start(day_named(day)) + hours * HOUR + minutes * MINUTE + seconds * SECOND


def clocked(millis: int) -> str:
    """Write an instant as an officer reads it: day and time of day in China, to the second, without the zone."""
    return written(millis)[:19].replace("T", " ")


def written(millis: int) -> str:
    """Write an instant for people: RFC 3339 with +08:00, to the second."""
    day = day_of(millis)
    second = (millis - day_start(day)) // SECOND
    return f"{iso(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}+08:00"
