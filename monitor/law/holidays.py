"""Working days: Monday to Friday less the public holidays of mainland China, as the State Council publishes them.

Only holidays on a weekday stand here. Make-up Saturdays and Sundays are no working days (verdicts.md 3). The days of
2027 are those that the regulation on public holidays itself fixes, with its days in lieu of a weekend.
"""

from monitor.eventtime.china import day_named, weekday

SATURDAY = 5

_SPANS = {
    2018: "01-01 02-15/02-21 04-05/04-06 04-30/05-01 06-18 09-24 10-01/10-05 12-31",
    2019: "01-01 02-04/02-08 04-05 05-01/05-03 06-07 09-13 10-01/10-04 10-07",
    2020: "01-01 01-24/01-31 04-06 05-01/05-05 06-25/06-26 10-01/10-08",
    2021: "01-01 02-11/02-17 04-05 05-03/05-05 06-14 09-20/09-21 10-01/10-07",
    2022: "01-03 01-31/02-04 04-04/04-05 05-02/05-04 06-03 09-12 10-03/10-07",
    2023: "01-02 01-23/01-27 04-05 05-01/05-03 06-22/06-23 09-29 10-02/10-06",
    2024: "01-01 02-12/02-16 04-04/04-05 05-01/05-03 06-10 09-16/09-17 10-01/10-07",
    2025: "01-01 01-28/02-04 04-04 05-01/05-05 06-02 10-01/10-08",
    2026: "01-01/01-02 02-16/02-23 04-06 05-01/05-05 06-19 09-25 10-01/10-07",
    2027: "01-01 02-05/02-10 04-05 05-03/05-04 06-09 09-15 10-01/10-05",
}


def _days(year: int, spans: str) -> list[int]:
    found: list[int] = []
    for span in spans.split():
        first, _, last = span.partition("/")
        found.extend(range(day_named(f"{year}-{first}"), day_named(f"{year}-{last or first}") + 1))
    return found


HOLIDAYS = frozenset(day for year, spans in _SPANS.items() for day in _days(year, spans))


def is_working_day(day: int) -> bool:
    """Answer whether a China Standard day is a working day; outside the table's years weekdays decide alone."""
    return weekday(day) < SATURDAY and day not in HOLIDAYS


def next_working_day(day: int) -> int:
    """Answer the first working day after a day."""
    day += 1
    while not is_working_day(day):
        day += 1
    return day
