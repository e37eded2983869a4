"""The rehearsal's feed ends near the time of its run, and never writes what has not happened yet."""

import pytest

from deploy.observe.feed import CLOSING_S, due_s
from monitor.eventtime.china import DAY, day_of, instant
from monitor.feed.province import SCALES, Province
from monitor.feed.stamp import Gateway

NOW = instant("2026-11-25", "15:00")


def test_far_from_now_the_rate_decides():
    """While weeks are left, a slice waits as long as its records take at the rate."""
    assert 0.05 == due_s(0.05, 200_000, 20 * DAY)


def test_near_now_event_time_slows_down():
    """What is left until now takes a stated time, whatever the rate, and what is left then takes it again."""
    assert CLOSING_S / 10 == due_s(0.05, DAY // 10, DAY)


@pytest.mark.parametrize("behind", [0, 1_000, -5_000])
def test_the_future_waits(behind):
    """A record that arrives a minute from now is written in a minute."""
    assert 60 == due_s(0.05, 60_000 + max(0, behind), behind)


def test_a_province_may_begin_on_any_day():
    """Its lines are sold on each of its days, the last of which is the one that was asked for."""
    last = day_of(NOW)
    province = Province(7, SCALES["small"], first_day=last - SCALES["small"].days + 1)
    sold = {day_of(arrival) for arrival in arrivals(province, "orders")}

    assert set(range(province.first_day, last + 1)) <= sold
    assert min(sold) == province.first_day


def arrivals(province, topic):
    gateway = Gateway(2)
    stamped = (record for part in province.deliveries() for record in gateway.stamp(part))
    return [record.append_time for record in stamped if record.topic == topic]
