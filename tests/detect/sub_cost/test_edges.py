"""What is rare on the wire and must not be forgotten."""

import pytest
from sub_cost_market import Market, at

from monitor import events as e
from monitor.eventtime.china import HOUR, MINUTE, day_of

STAFF = e.Actor.platform_staff
THREE = ("2025-03-03", "2025-03-04", "2025-03-05")


@pytest.fixture
def market():
    found = Market()
    found.cost()
    return found


def _facts(*names, **cost):
    market = Market()
    market.cost(low=388, per_quantity=1000, unit=e.Unit.gram, **cost)
    for place in range(5):
        market.line(at("2025-03-03 09:05") + place * HOUR, quantity=4_500, unit=e.Unit.gram, **_weighed(1_500))
    market.play("2025-03-04 01:00")
    return {name: market.facts.get(name) for name in names}


def _weighed(fen):
    amounts = {"list_fen": fen, "seller_discount_fen": 0, "platform_subsidy_fen": 0, "buyer_paid_fen": fen}
    return {**amounts, "price": 0}


def test_weighed_goods_print_units_of_their_cost():
    """22,500 g at a cost per 1,000 g are 22 units, rounded down once; the loss is 8,730 less 7,500."""
    assert _facts("units", "loss_fen", "per_quantity") == {"units": 22, "loss_fen": 1_230, "per_quantity": 1000}


def test_a_cost_without_freight_says_so():
    """It counts all the same."""
    assert _facts("freight_included", freight_included=False) == {"freight_included": False}


def test_a_cost_without_a_document_names_none():
    """Nothing is printed of what there is not."""
    assert _facts("cost_document", document=None) == {"cost_document": None}


def test_a_subjects_cost_without_a_sku_is_counted_and_no_more():
    """It is of no SKU and of no standard product."""
    market = Market()
    market.cost(sku="k")
    told = market.told.pop()
    market.told.append((told[0], told[1], e.CostDeclared(**{**_fields(told[2]), "sku": None, "product": "690"})))
    market.lines(["2025-03-03"], product="690")

    assert market.play("2025-03-04 01:00") == []
    assert market.partition.statistics["evaluations", "sub-cost", "insufficient_data"] == 1


def _fields(event):
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_a_products_cost_may_be_withdrawn():
    """All SKUs of the product hear of it."""
    market = Market()
    cost = market.cost(sku=None, product="690")
    market.lines(["2025-03-03"], product="690")
    market.withdraw(cost, "2025-03-04 10:00")

    assert market.play("2025-03-04 12:00")[-1] == "W n 03-04 09:00 cost_revised"


def test_a_sku_that_names_its_product_late_is_judged_when_its_first_day_would_end():
    """The first day's lines do not name the product whose cost is known; a later line does."""
    market = Market()
    market.cost(sku=None, product="690")
    market.lines(["2025-03-03"])
    market.line("2025-03-05 10:00", price=1200, product="690")
    rows = market.play("2025-03-12 01:00")

    assert [row.split()[0] + row.split()[-1] for row in rows] == ["Ocost_revised", "Rended"]


def test_of_several_names_the_smallest_stands(market):
    """Category and shops do not depend on which line came first."""
    market.lines(["2025-03-03"], count=5, category="rice", product="691")
    market.line("2025-03-03 08:05", category="fruit", shop="r", product="690")
    market.line("2025-03-03 15:05", category=None)
    market.play("2025-03-04 01:00")

    assert (market.last["shops"], market.checks["exemption"]) == (["r", "s"], "no_data")


def test_a_second_filing_does_not_disturb_the_first(market):
    """Two exemptions of one merchant stand side by side; revoking one leaves the other."""
    market.lines(["2025-03-03"])
    market.exempt("2025-03-03 00:00", "2025-03-04 00:00", "2025-03-01 10:00")
    market.exempt("2025-03-03 00:00", "2025-03-04 00:00", "2025-03-01 11:00", exemption="other")
    market.revoke("2025-03-03 00:00", "2025-03-02 10:00")

    assert market.play("2025-03-05 01:00") == []


def test_an_override_by_the_merchant_is_none(market):
    """Only a platform's actor overrides; a price set by the platform ends no override."""
    said = {"sku": "k", "list_fen": 900, "net_fen": 900}
    market.offer(e.PriceOverridden, "2025-03-02 10:00", before_fen=1, consent=e.Consent.absent, **said)
    market.offer(e.PriceChanged, "2025-03-02 11:00", actor=STAFF, **said)
    market.lines(["2025-03-03"])
    market.play("2025-03-04 01:00")

    assert market.last["class"] == "D1"


def test_an_override_that_is_read_late_changes_the_class_at_once(market):
    """A standing alert hears of an override of its day."""
    said = {"sku": "k", "list_fen": 900, "net_fen": 900, "before_fen": 1, "consent": e.Consent.absent}
    market.lines(["2025-03-03"])
    market.offer(e.PriceOverridden, "2025-03-03 08:00", actor=STAFF, arrives=at("2025-03-04 10:00"), **said)

    assert market.play("2025-03-04 12:00")[-1] == "U n 03-04 09:00 late_event"


def test_prices_that_end_nothing_are_forgotten():
    """A week after a merchant's change of price, without an override, nothing is kept of it."""
    market = Market()
    market.offer(e.PriceChanged, "2025-03-03 10:00", sku="k", list_fen=900, net_fen=900)
    market.line("2025-03-03 10:00")
    market.play("2025-03-10 01:00")
    before = "p\nm1:a\np\nk" in market.state_keys()
    later = Market()
    later.told = market.told
    later.play("2025-03-30 01:00")

    assert (before, "p\nm1:a\np\nk" in later.state_keys()) == (True, False)


def test_an_override_is_kept_while_it_covers_living_days():
    """Two months later an override that nothing ended still explains the price."""
    market = Market()
    market.cost(time="2025-03-01 10:00")
    said = {"sku": "k", "list_fen": 900, "net_fen": 900, "before_fen": 1, "consent": e.Consent.absent}
    market.offer(e.PriceOverridden, "2025-03-02 10:00", actor=STAFF, **said)
    market.lines(["2025-05-02"])
    market.play("2025-05-03 01:00")

    assert market.last["class"] == "D4"


def test_terms_of_another_platform_wake_nobody(market):
    """A merchant's terms on one platform are nothing to its SKU on another."""
    market.lines(["2025-03-03"])
    market.offer(e.PromotionForced, "2025-03-03 20:10", actor=STAFF, platform="q", campaign="c", sku="k")
    rows = market.play("2025-03-03 23:00")

    assert rows == ["O n p 03-03 14:00 opened"]


def test_units_of_two_kinds_on_one_day_are_judged_each_line_anew(market):
    """A standing alert with days in pieces and in grams has no short way and stays right."""
    market.cost(low=900_000, per_quantity=1000, unit=e.Unit.gram, valid_from=at("2025-03-04 00:00"))
    market.lines(["2025-03-03"])
    market.lines(["2025-03-04"], price=800, quantity=3_000, unit=e.Unit.gram)
    market.lines(["2025-03-05"])
    market.play("2025-03-06 01:00")

    assert (market.last["level"], market.facts["days"], market.facts["units"]) == ("lead", 3, 110)


def test_a_day_without_a_cost_leaves_no_sums(market):
    """Its cost ended before; when its bucket expires nothing of it is kept."""
    market.cost(low=5000, grade="A", valid_from=1, valid_to=at("2025-03-04 00:00"))
    market.told = [one for one in market.told if getattr(one[2], "low_fen", 0) != 1000]
    market.lines(["2025-03-03", "2025-03-05"])
    market.play("2025-04-10 01:00")
    kept = [one.day.day for one in market.desk.get("i\nm1:a\np\nk").kept]

    assert kept == [day_of(at("2025-03-03 00:00"))]


def test_a_kept_day_outlives_the_withdrawal_of_its_cost(market):
    """Weeks later the cost of a sustained episode's first days is withdrawn: their sums stay, the cost is not cited."""
    first = market.told[0][2]
    market.cost(low=1000, valid_from=at("2025-03-10 00:00"))
    days = [f"2025-03-{day:02d}" for day in range(3, 31)] + [f"2025-04-{day:02d}" for day in range(1, 20)]
    market.lines(days)
    market.withdraw(first, "2025-04-18 10:00")
    market.play("2025-04-20 01:00")

    assert (market.facts["days"], market.facts["low_fen"]) == (47, 1000)
    assert first.event_id not in {reference["event_id"] for reference in market.last["evidence"]}


def test_a_notice_may_open_at_midnight_while_its_day_is_open(market):
    """The hour that ends at 24:00 closes before the day does at 00:30."""
    market.lines(["2025-03-03"], count=5, first="23:05", step=MINUTE)

    assert market.play("2025-03-04 00:45") == ["O n p 03-04 00:00 opened", "U n 03-04 00:30 day_closed"]


def _severity_with_lost(records):
    market = Market()
    market.cost()
    market.lines(["2025-03-03", "2025-03-04", "2025-03-06"])
    for minute in range(records):
        market.lose(f"2025-03-05 12:{minute:02d}")
    market.play("2025-03-07 01:00")
    return market.last["coverage"]["band"], market.last["level"], market.last["severity"]


def test_what_is_missing_between_the_days_lowers_the_severity():
    """More than one in a hundred records of the feed missing in the window: one step down; fewer change nothing."""
    assert _severity_with_lost(0) == ("full", "lead", "high")
    assert _severity_with_lost(1) == ("high", "lead", "high")
    assert _severity_with_lost(4) == ("partial", "lead", "medium")
