"""A platform whose clock has not begun: what is filed then waits for its days, not for all days since the epoch."""

from sub_cost_market import Market, at, registered

from monitor.detect.sub_cost.state import item_key
from monitor.eventtime.china import DAY, day_of
from monitor.eventtime.closing import closing


def told_before_the_clock(market):
    """Fold lines below cost and then their cost while no clock of the platform has begun."""
    market.lines(["2025-03-04"], count=6)
    market.cost()
    market._fold("control", registered("p"), 0)
    for minute, topic, event in market.told:
        market._fold(topic, event, minute)


def test_a_cost_declared_before_the_first_clock_record_waits_for_the_first_day():
    """The SKU is due at the close before its first day: a clock that begins would close each day since 1970 else."""
    market = Market()
    told_before_the_clock(market)
    key = item_key("m1:a", "p", "k")

    assert closing(day_of(at("2025-03-03 12:00"))) == market.desk.due_of(key)


def test_a_candidate_whose_alert_is_withdrawn_and_that_sells_low_no_more_is_struck_off():
    """Whether an alert came and went depends on how topics were read; whether goods are a candidate does not."""
    market = Market()
    market.cost()
    lines = market.lines(["2025-03-03"], count=6)
    for line in lines:
        market.refund(line, "2025-03-04 12:00")
    rows = market.play("2025-03-05 01:00")
    listed = market.desk.get("e\nm1:a\n").candidates

    assert "W" == rows[-1][0]
    assert [] == listed
    assert market.desk.get(item_key("m1:a", "p", "k")).newest * DAY > 0
