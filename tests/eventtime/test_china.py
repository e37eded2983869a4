"""Days and hours are China Standard, whatever the machine's zone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.eventtime.china import (
    DAY,
    HOUR,
    day_end,
    day_named,
    day_of,
    day_start,
    hour_end,
    instant,
    iso,
    weekday,
    written,
)


@given(st.integers(-20_000, 47_000))
def test_days_agree_with_the_civil_calendar(day):
    """A day's name and weekday are those of the proleptic Gregorian calendar."""
    civil = date(1970, 1, 1) + timedelta(days=day)

    assert civil.isoformat() == iso(day)
    assert day == day_named(iso(day))
    assert civil.weekday() == weekday(day)


@given(st.integers(0, 4_102_444_800_000))
def test_an_instant_lies_in_its_day(millis):
    """A day is half-open: its start belongs to it, its end to the next."""
    day = day_of(millis)

    assert day_start(day) <= millis < day_end(day)
    assert day_end(day) - day_start(day) == DAY


def test_the_last_millisecond_of_a_day_is_its_own():
    """15:59:59.999 UTC is still the same day in Hangzhou, 16:00 is the next."""
    noon = instant("2021-03-01", "12:00")

    assert day_of(noon) == day_of(instant("2021-03-02") - 1)
    assert day_of(noon) + 1 == day_of(instant("2021-03-02"))


def test_a_full_hour_belongs_to_the_hour_that_begins():
    """At 14:00 sharp the hour that ends next is the one that ends at 15:00."""
    assert instant("2021-03-01", "15:00") == hour_end(instant("2021-03-01", "14:00"))
    assert instant("2021-03-01", "14:00") == hour_end(instant("2021-03-01", "14:00") - 1)


def test_an_instant_is_written_with_its_zone():
    """People read RFC 3339 with +08:00."""
    assert written(instant("2019-05-15", "22:48:07")) == "2019-05-15T22:48:07+08:00"
    assert instant("1970-01-01", "08:00") % HOUR == 0
