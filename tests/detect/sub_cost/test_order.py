"""Alerts at rest depend on what happened, not on when it was read; state can be cut anywhere."""

import random
from collections import Counter

import msgspec
import pytest
from sub_cost_market import Market, at

from monitor import events as e
from monitor.eventtime.china import DAY, HOUR, MINUTE, written
from monitor.findings import projection

SEEDS = range(24)
UNTIL = "2025-05-10 00:45"
DELAYS = {"orders": range(6), "offers": (0, 1, 5), "costs": (0, 1, 2), "control": (0, 1, 8)}
"""Days by which records come late: lines within their seven, first costs before the first bucket expires."""


def _told(seed):
    """A history of three weeks: prices around cost, refunds, costs, an exemption, a campaign."""
    draw = random.Random(seed)
    market = Market(draw.choice(["m1:a", "m1:a", "r1:a"]), draw.choice(["rice", "fruit"]))
    lines = [_line(market, draw, day) for day in _days(draw) for _ in range(draw.randrange(1, 14))]
    _costs(market, draw)
    for line in lines:
        if draw.random() < 0.1:
            _refund(market, draw, line)
    if draw.random() < 0.5:
        market.exempt("2025-03-04 00:00", "2025-03-06 10:00", "2025-03-08 10:00")
        if draw.random() < 0.5:
            market.revoke("2025-03-05 00:00", "2025-03-09 10:00")
    if draw.random() < 0.7:
        _campaign(market, draw)
    return market, draw


def _days(draw):
    return [f"2025-03-{day:02d}" for day in range(3, 3 + draw.randrange(1, 20)) if draw.random() < 0.7] or [
        "2025-03-03"
    ]


def _line(market, draw, day):
    time = at(f"{day} 00:00") + draw.randrange(24 * 60) * MINUTE
    price, quantity = draw.choice([900, 900, 400, 980, 1200]), draw.randrange(1, 6)
    return market.line(
        time,
        price=price,
        quantity=quantity,
        subsidy=draw.choice([0, 0, 200]),
        campaign=draw.choice([None, "c"]),
        product="690",
    )


def _costs(market, draw):
    market.cost(grade=draw.choice("ABD"), time=draw.choice(["2025-03-01 12:00", "2025-03-08 12:00"]))
    if draw.random() < 0.5:
        low, grade = draw.choice([950, 1100, 2000]), draw.choice("ABCDE")
        market.cost(low=low, grade=grade, time="2025-03-05 12:00", valid_from=at("2025-03-06 12:00"))
    if draw.random() < 0.5:
        market.cost(sku=None, product="690", low=990, grade="C", time="2025-03-04 12:00")


def _refund(market, draw, line):
    time = min(line.event_time + draw.randrange(5 * 24) * HOUR, at("2025-03-26 00:00"))
    market.refund(line, written(time)[:16].replace("T", " "), quantity=draw.randrange(line.quantity + 1))


def _campaign(market, draw):
    condition = e.Condition(
        kind=e.ConditionKind.price_at_most,
        value=900,
        per_quantity=1,
        unit=e.Unit.piece,
        from_=0,
        to=None,
        mandatory=True,
    )
    staff = e.Actor.platform_staff
    market.offer(e.PromotionConditionSet, "2025-03-02 10:00", actor=staff, campaign="c", sku=None, condition=condition)
    market.offer(draw.choice([e.PromotionJoined, e.PromotionForced]), "2025-03-02 11:00", campaign="c", sku="k")
    if draw.random() < 0.5:
        market.offer(e.PromotionLeft, "2025-03-07 11:00", campaign="c", sku="k")


def _delayed(seed):
    market, draw = _told(seed)
    market.told = [(minute + draw.choice(DELAYS[topic]) * DAY, topic, event) for minute, topic, event in market.told]
    draw.shuffle(market.told)
    return market


def _resting(market):
    """What stands at the end, without the digests of records: in another order they have other numbers."""
    last = {revision.alert_id: revision for revision in market.revisions}
    found = {}
    for alert, revision in last.items():
        if revision.status != "withdrawn":
            content = msgspec.json.decode(projection(revision.value))
            content["evidence"] = sorted(one[:2] for one in content["evidence"] if one[0] != "line_refunded")
            found[alert] = content
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_inside_lateness_ends_alike(seed):
    """Records that come up to their lateness later, in another order, with other clock records: the same alerts."""
    market, late = _told(seed)[0], _delayed(seed)
    market.play(UNTIL, hourly=False)
    late.play(UNTIL)

    assert _resting(market) == _resting(late)


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_state_can_be_cut_after_any_minute(seed):
    """Committed, forgotten and restored after every minute, each revision is the same to the byte."""
    whole, cut = _told(seed)[0], _told(seed)[0]
    cut.cuts = True
    whole.play(UNTIL, hourly=False)
    cut.play(UNTIL, hourly=False)

    assert [revision.value for revision in whole.revisions] == [revision.value for revision in cut.revisions]


def test_these_histories_reach_what_there_is_to_reach():
    """Every status, level, class, grade and reason of sub-cost is seen in some of them."""
    seen = Counter()
    for seed in SEEDS:
        for market in (_told(seed)[0], _delayed(seed)):
            market.play(UNTIL)
            for revision in market.revisions:
                body = msgspec.json.decode(revision.value)
                seen.update(body[name] for name in ("status", "level", "class", "cost_grade", "reason", "severity"))

    wanted = {
        *("opened", "updated", "resolved", "withdrawn"),
        *("notice", "lead", "low", "medium", "high", "critical"),
        *("D1", "D2", "D3", "D4", "A", "B", "C", "D"),
        *("day_closed", "late_event", "refund", "cost_revised", "exemption", "successor", "ended", "fact_added"),
    }
    assert wanted <= set(seen)
