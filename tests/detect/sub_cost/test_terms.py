import pytest
from sub_cost_market import Market, at

from monitor import events as e
from monitor.detect.sub_cost.prices import MICRO, Cell
from monitor.detect.sub_cost.terms import (
    Force,
    Move,
    MoveKind,
    Offers,
    Override,
    Pricing,
    Term,
    binding,
    outdated,
    overrides_on,
)
from monitor.events import ConditionKind, Unit
from monitor.eventtime.china import day_named, day_of
from monitor.eventtime.clocks import FOREVER
from monitor.findings import Reference

CITED = Reference("offers", 0, 0, "x", "", "condition")
DAY = day_named("2025-03-03")


def _term(start=0, end=FOREVER, campaign="c", shop="s", sku=None, kind=ConditionKind.price_at_most, value=900):
    return Term("t", campaign, shop, sku, kind, value, 1, Unit.piece, start, end, CITED)


def _move(kind, time, campaign="c", shop="s", sku=None):
    return Move(at(time), f"{kind.name} {time}", campaign, shop, sku, kind, CITED)


def _force(offers, campaign="c", pricing=None):
    return binding(offers, pricing or Pricing(), campaign, "k", ["s"], DAY).force


JOINED, FORCED, LEFT = MoveKind.joined, MoveKind.forced, MoveKind.left


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([], Force.none),
        ([(JOINED, "2025-03-01 10:00")], Force.weak),
        ([(FORCED, "2025-03-01 10:00")], Force.strong),
        ([(JOINED, "2025-03-01 10:00"), (FORCED, "2025-03-02 10:00")], Force.strong),
        ([(FORCED, "2025-03-01 10:00"), (JOINED, "2025-03-02 10:00")], Force.strong),
        ([(JOINED, "2025-03-01 10:00"), (LEFT, "2025-03-02 10:00")], Force.none),
        ([(JOINED, "2025-03-01 10:00"), (LEFT, "2025-03-03 00:00")], Force.none),
        ([(JOINED, "2025-03-01 10:00"), (LEFT, "2025-03-03 00:01")], Force.weak),
        ([(JOINED, "2025-03-03 23:59")], Force.weak),
        ([(JOINED, "2025-03-04 00:00")], Force.none),
        ([(FORCED, "2025-03-01 10:00"), (LEFT, "2025-03-02 10:00"), (JOINED, "2025-03-02 11:00")], Force.weak),
    ],
)
def test_a_condition_binds_who_is_in_the_campaign_on_the_day(moves, expected):
    """Joined is weak, forced is strong, outside is nothing; what holds at some instant of the day holds for it."""
    offers = Offers([_term()], [_move(kind, time) for kind, time in reversed(moves)])

    assert _force(offers) is expected


def test_a_campaign_without_a_condition_explains_no_price():
    """To join a campaign that asks for nothing is no force."""
    assert _force(Offers([], [_move(FORCED, "2025-03-01 10:00")])) is Force.none


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"campaign": "other"}, Force.none),
        ({"sku": "other"}, Force.none),
        ({"shop": "other"}, Force.none),
        ({"shop": "other", "sku": "k"}, Force.weak),
        ({"end": at("2025-03-03 00:00")}, Force.none),
        ({"end": at("2025-03-03 00:01")}, Force.weak),
        ({"start": at("2025-03-03 23:59")}, Force.weak),
        ({"start": at("2025-03-04 00:00")}, Force.none),
    ],
)
def test_a_condition_is_of_its_campaign_goods_and_days(fields, expected):
    """Another campaign's, another SKU's, another shop's or another day's condition does not bind."""
    offers = Offers([_term(**fields)], [_move(JOINED, "2025-03-01 10:00", campaign="c")])

    assert _force(offers) is expected


@pytest.mark.parametrize(("price", "expected"), [(900, True), (901, True), (899, False)])
def test_a_condition_implies_the_price_that_it_asks_for_and_any_above(price, expected):
    """At most 900 implies a paid price of 900 or more; who sells lower does it of his own accord."""
    assert _term().implies(price * MICRO, Cell(), Unit.piece) is expected


def test_a_condition_in_another_unit_implies_nothing():
    """A price per piece says nothing of grams."""
    assert not _term().implies(MICRO, Cell(), Unit.gram)


@pytest.mark.parametrize(("fen", "expected"), [(800, True), (801, True), (799, False)])
def test_a_discount_implies_the_list_price_less_itself(fen, expected):
    """At least 20 % off a list price of 1000 implies a paid price of 800 or more."""
    term = _term(kind=ConditionKind.discount_at_least, value=2_000)

    assert term.implies(0, Cell(placed=1, fen=fen, list_fen=1000), Unit.piece) is expected


def _override(time, force=Force.strong):
    return Override(at(time), f"o {time}", force, CITED)


def _covered(pricing):
    days = [day_named(f"2025-03-{number:02d}") for number in range(1, 11)]
    return [place + 1 for place, day in enumerate(days) if overrides_on(pricing, day)]


def _pricing(*changes, override="2025-03-03 12:00"):
    return Pricing([_override(override)], {day_of(at(change)): at(change) for change in changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), [3, 4, 5, 6, 7, 8, 9, 10]),
        (("2025-03-06 00:00",), [3, 4, 5]),
        (("2025-03-06 23:59", "2025-03-08 10:00"), [3, 4, 5]),
        (("2025-03-03 11:59",), [3, 4, 5, 6, 7, 8, 9, 10]),
        (("2025-03-03 12:01",), []),
    ],
)
def test_an_override_covers_its_day_to_the_day_before_the_merchants_next_price(changes, expected):
    """A change of price before the override ends nothing."""
    assert _covered(_pricing(*changes)) == expected


def test_an_override_needs_no_campaign():
    """It binds all lines of the SKU, and the strongest of several counts."""
    pricing = Pricing([_override("2025-03-01 10:00", Force.weak), _override("2025-03-02 10:00")], {})

    assert binding(Offers(), pricing, None, "k", ["s"], DAY).override is Force.strong


def test_old_terms_are_forgotten():
    """Conditions that ended and campaigns that were left long ago are dropped, what still binds is kept."""
    offers = Offers(
        [_term(end=at("2025-01-01 00:00")), _term()],
        [
            _move(JOINED, "2024-12-01 10:00", "old"),
            _move(LEFT, "2024-12-02 10:00", "old"),
            _move(JOINED, "2024-12-01 10:00"),
        ],
    )
    outdated(offers, DAY - 42)

    assert (len(offers.terms), [move.campaign for move in offers.moves]) == (1, ["c"])


def test_prices_that_can_end_no_override_are_forgotten():
    """Without an override a change of price is kept as long as one may still come late."""
    pricing = Pricing([], {DAY - 8: 1, DAY - 7: 1})
    pricing.forget(DAY)

    assert list(pricing.changes) == [DAY - 7]


def test_an_override_that_covers_no_living_day_is_forgotten():
    """It ended before the oldest bucket; one that still covers is kept with the change that ends it."""
    ended = Pricing([_override("2025-01-01 10:00")], {DAY - 45: 1 << 60})
    open_ = Pricing([_override("2025-01-01 10:00")], {DAY - 44: 1 << 60})
    for pricing in (ended, open_):
        pricing.forget(DAY)

    assert (ended, len(open_.overrides), list(open_.changes)) == (Pricing(), 1, [DAY - 44])


@pytest.mark.parametrize("read", ["2025-03-05 10:00", "2025-03-12 09:00"])
def test_terms_are_cited_as_long_as_their_alert_is_judged(read):
    """An override that ended on the third day of two weeks is cited to the last, whenever its end was read."""
    market = Market()
    market.cost(time="2025-02-20 10:00")
    staff, said = e.Actor.platform_staff, {"sku": "k", "list_fen": 900, "net_fen": 900}
    forced = {"before_fen": 1, "consent": e.Consent.absent}
    market.offer(e.PriceOverridden, "2025-03-03 08:00", actor=staff, **forced, **said)
    market.offer(e.PriceChanged, "2025-03-05 10:00", arrives=at(read), **said)
    market.lines([f"2025-03-{day:02d}" for day in range(3, 18)])
    rows = market.play("2025-05-10 01:00")

    assert [row for row in rows if row.startswith("R")] == ["R l 03-25 00:30 ended"]
    assert [one["role"] for one in market.last["evidence"]].count("override") == 1


def test_a_silence_forgets_no_terms_of_days_that_live():
    """While a platform is silent its clock runs ahead of its orders, whose days may yet be judged by their terms."""
    market = Market()
    said = {"sku": "k", "list_fen": 900, "net_fen": 900}
    forced = {"before_fen": 1, "consent": e.Consent.absent}
    market.offer(e.PriceOverridden, "2025-03-02 10:00", actor=e.Actor.platform_staff, **forced, **said)
    market.offer(e.PriceChanged, "2025-03-04 10:00", **said)
    market.line("2025-03-03 10:00")
    market.play("2025-03-05 01:00")
    span = {"since": at("2025-03-05 01:00"), "clock": at("2025-06-01 00:00"), "offsets": {}, "topics": ()}
    entry = {"source": "", "sequence": 1, "sent_time": 0, "effective_from": 0, "author": "judge", "reason": ""}
    silent = e.PlatformSilent(event_id="silent", platform="p", **entry, **span)
    market._fold("control", silent, at("2025-06-01 00:30"))

    assert len(market.desk.get("p\nm1:a\np\nk").overrides) == 1
