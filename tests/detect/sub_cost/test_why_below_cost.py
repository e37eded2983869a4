"""What sub-cost tells of a merchant who asks for nothing: how far each SKU is from a notice, and from a lead."""

from sub_cost_market import Market

from monitor.detect.sub_cost.why import why
from monitor.eventtime.china import instant

DAYS = ("2025-03-03", "2025-03-04", "2025-03-05")


def told(market):
    """Answer the lines by (kind, name)."""
    keys = sorted(key for key in market.state_keys() if key.split("\n")[1] == market.subject)
    return {(line.kind.value, line.name): line for line in why(market.desk, market.subject, keys)}


def changed(market):
    """Answer what a commit would write now."""
    return market.partition.take().state[:-1]


def test_a_day_too_small_says_by_how_much():
    """Each condition of a notice that the best day misses is told with what there is of what is needed."""
    market = Market()
    market.cost()
    market.lines(DAYS[:1], count=3)
    market.line(f"{DAYS[0]} 20:00", price=1200, quantity=20)
    market.play("2025-03-04 01:00")
    lines = told(market)

    assert [(name, line.value, line.threshold) for (_, name), line in lines.items() if line.threshold] == [
        ("units", 12, 20),
        ("lines", 3, 5),
        ("share_bp", 3750, 5000),
    ]
    assert "units below cost on 2025-03-03: 12 of 20" == lines["lacks", "units"].text


def test_a_notice_says_how_many_days_a_lead_lacks():
    """Two days that count within the window are one short of a lead; the alert and its open checks are told."""
    market = Market()
    market.cost()
    market.lines(DAYS[:2])
    market.play("2025-03-05 01:00")
    lines = told(market)

    assert (lines["lacks", "days"].value, lines["lacks", "days"].threshold) == (2, 3)
    assert "is updated (day_closed): notice, class D1, low" in lines["known", "alert"].text
    assert "cost_conflict" in lines["lacks", "check:cost_conflict"].text


def test_a_lead_lacks_no_day():
    """Once three days count nothing of a lead is missing."""
    market = Market()
    market.cost()
    market.lines(DAYS)
    market.play("2025-03-06 01:00")

    assert ("lacks", "days") not in told(market)
    assert "2025-03-03 to 2025-03-05, of which 3 count" in told(market)["known", "days_below"].text


def test_an_open_day_waits_for_its_close():
    """The close is due half an hour after the day's end, and the clock that it waits for is shown."""
    market = Market()
    market.cost()
    market.lines(DAYS[:1], count=2)
    market.play("2025-03-03 12:00")
    line = told(market)["waits", "day_close"]

    assert (line.due, line.clock) == (instant("2025-03-04", "00:30"), instant("2025-03-03", "12:00"))


def test_a_weak_cost_asks_for_a_better_one():
    """With a cost of grade D there is no notice of one day, and the grade is named; nor a lead of three."""
    one, three = Market(), Market()
    for market, days in ((one, DAYS[:1]), (three, DAYS)):
        market.cost(grade="D")
        market.lines(days, price=700)
        market.play("2025-03-06 01:00")

    assert "has grade D; a notice or lead needs one of grade A to C" in told(one)["lacks", "cost_grade"].text
    assert (told(three)["lacks", "days"].value, told(three)["lacks", "days"].threshold) == (0, 3)
    assert "has grade D" in told(three)["lacks", "cost_grade"].text


def test_goods_without_a_cost_and_goods_above_it_are_counted():
    """SKUs are named up to five, then counted; a product's cost is known by its lines."""
    market = Market()
    market.cost(sku=None, product="rice")
    for place in range(7):
        market.lines(DAYS[:1], count=1, sku=f"u{place}")
    market.lines(DAYS[:1], count=1, sku="fair", price=1000, product="rice")
    market.play("2025-03-04 01:00")
    lines = told(market)

    assert lines["lacks", "cost"].value == 7
    assert "u0, u1, u2, u3, u4 and 2 more; declare one" in lines["lacks", "cost"].text
    assert "fair" in lines["known", "not_below"].text


def test_exempt_goods_are_told_as_exempt():
    """What a filing takes out of the count is no day below cost."""
    market = Market()
    market.cost()
    market.exempt("2025-03-01 00:00", None, "2025-03-01 00:00")
    market.lines(DAYS[:1])
    market.play("2025-03-04 01:00")
    lines = told(market)

    assert lines["known", "exempt"].value == 40
    assert ("known", "days_below") not in lines
    assert ("lacks", "units") not in lines


def test_asking_changes_nothing():
    """Nothing that was asked waits for a commit."""
    market = Market()
    market.cost()
    market.lines(DAYS)
    market.play("2025-03-06 01:00")
    changed(market)
    told(market)

    assert changed(market) == []


def test_goods_that_were_never_sold_are_passed_over():
    """A SKU of which only a cost is known has nothing to be told."""
    market = Market()
    market.cost()
    market.play("2025-03-02 01:00")

    assert told(market) == {}
