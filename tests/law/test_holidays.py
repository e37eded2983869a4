"""Working days are Monday to Friday less the public holidays."""

from datetime import date

import pytest
from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

from monitor.eventtime.china import day_named, iso, weekday
from monitor.law.holidays import _SPANS, HOLIDAYS, is_working_day, next_working_day


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("2021-03-01", "2021-03-02"),
        ("2021-03-05", "2021-03-08"),
        ("2021-03-06", "2021-03-08"),
        ("2021-09-30", "2021-10-08"),
        ("2021-02-10", "2021-02-18"),
        ("2018-12-28", "2019-01-02"),
        ("2020-01-23", "2020-02-03"),
        ("2025-01-27", "2025-02-05"),
        ("2023-09-28", "2023-10-09"),
    ],
)
def test_next_working_day_passes_weekends_and_holidays(day, after):
    """The first working day after a day lies beyond weekends and public holidays."""
    assert iso(next_working_day(day_named(day))) == after


@pytest.mark.parametrize("day", ["2021-02-20", "2021-09-18", "2020-09-27", "2019-05-05"])
def test_a_make_up_weekend_day_is_no_working_day(day):
    """A Saturday or Sunday worked in lieu is no working day."""
    assert not is_working_day(day_named(day))


def test_every_year_of_the_table_holds_the_first_of_january_or_the_monday_in_lieu():
    """Each year of the table has a New Year's holiday in its first three days unless that fell into December."""
    without = [year for year in _SPANS if not {day_named(f"{year}-01-0{n}") for n in (1, 2, 3)} & HOLIDAYS]

    assert without == []


def test_national_day_week_is_free_every_year():
    """The weekdays of 1 to 3 October are holidays in every year of the table."""
    days = [day_named(f"{year}-10-0{n}") for year in _SPANS for n in (1, 2, 3)]

    assert all(day in HOLIDAYS for day in days if weekday(day) < 5)


def test_an_independent_calendar_agrees_on_every_day_that_it_knows():
    """Somebody else's table of the State Council's notices gives the same working days, make-up weekends apart."""
    known = {day.year for day in holidays} & set(_SPANS)
    days = [n for n in range(day_named(f"{min(known)}-01-01"), day_named(f"{max(known)}-12-31") + 1) if weekday(n) < 5]
    wrong = [iso(day) for day in days if is_working_day(day) != is_workday(date.fromisoformat(iso(day)))]

    assert set(range(2018, 2027)) <= known
    assert wrong == []
