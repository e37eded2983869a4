import pytest
from sub_cost_market import Market, at

from monitor.detect.sub_cost import costs
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import unit_price
from monitor.events import CostGrade, CostLevel, SellerKind, Unit
from monitor.eventtime.china import day_named
from monitor.findings import Reference

DAY = day_named("2025-03-03")
CITED = Reference("costs", 0, 0, "c", "", "cost")


@pytest.fixture
def cost():
    market = Market()

    def declared(sku="k", **fields):
        product = None if sku else "product"
        return costs.from_event(market.cost(sku=sku, product=product, **fields), CITED)

    return declared


def _below(cost, fen, quantity):
    return unit_price(fen, quantity) < costs.bar(cost, Parameters())


@pytest.mark.parametrize(("price", "expected"), [(970, False), (969, True)])
def test_three_percent_below_cost_is_not_below(cost, price, expected):
    """With a cost of 1000 a price of 970 is not below, 969 is."""
    assert _below(cost(low=1000), price, 1) is expected


@pytest.mark.parametrize(("price", "expected"), [(900, False), (899, True)])
@pytest.mark.parametrize("grade", ["D", "E"])
def test_a_weak_cost_has_ten_percent(cost, price, expected, grade):
    """With a cost of grade D or E of 1000 a price of 900 is not below, 899 is."""
    assert _below(cost(low=1000, grade=grade), price, 1) is expected


@pytest.mark.parametrize(("fen", "expected"), [(471, False), (470, True)])
def test_weighed_goods_are_compared_without_dividing(cost, fen, expected):
    """At 388 a 1,000 g, 1,250 g for 471 is not below cost, for 470 it is."""
    assert _below(cost(low=388, per_quantity=1000, unit=Unit.gram), fen, 1250) is expected


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        (SellerKind.trader, CostLevel.L1, CostGrade.A),
        (SellerKind.trader, CostLevel.L2, CostGrade.A),
        (SellerKind.trader, CostLevel.L3, CostGrade.E),
        (SellerKind.producer, CostLevel.L1, CostGrade.E),
        (SellerKind.producer, CostLevel.L2, CostGrade.E),
        (SellerKind.producer, CostLevel.L3, CostGrade.A),
    ],
)
def test_a_cost_of_a_level_that_does_not_decide_counts_as_grade_e(cost, kind, level, expected):
    """L1 and L2 decide at a trader, L3 at a producer."""
    assert cost(grade="A", seller_kind=kind, level=level).grade is expected


def _winner(*found):
    return [one.id for one in costs.winners(found, DAY)]


def test_a_deciding_level_goes_before_a_better_grade(cost):
    """An L1 of grade D beats an L3 of grade A at a trader."""
    weak, other = cost(grade="D"), cost(grade="A", level=CostLevel.L3)

    assert _winner(other, weak) == [weak.id]


def test_the_best_grade_goes_before_the_own_sku(cost):
    """A product's cost of grade B beats the SKU's own of grade C."""
    product, own = cost(sku=None, grade="B"), cost(grade="C")

    assert _winner(own, product) == [product.id]


def test_the_own_sku_goes_before_the_latest(cost):
    """Of one grade the SKU's own beats a product's that began later."""
    product, own = cost(sku=None, valid_from=at("2025-03-02 00:00")), cost()

    assert _winner(product, own) == [own.id]


def test_the_latest_beginning_goes_before_the_latest_event(cost):
    """Of two own costs the one that began later wins though it was declared first."""
    later, earlier = cost(valid_from=2, time="2025-03-01 10:00"), cost(valid_from=1, time="2025-03-02 10:00")

    assert _winner(later, earlier) == [later.id]


def test_then_the_latest_event_wins(cost):
    """Of two that began together the one declared later wins."""
    first, second = cost(time="2025-03-01 10:00"), cost(time="2025-03-01 11:00")

    assert _winner(second, first) == [second.id]


def test_a_cost_is_in_force_from_its_first_to_before_its_last_instant(cost):
    """[valid_from, valid_to): a cost that ends at 00:00 does not touch the day that begins then."""
    start, end = at("2025-03-03 00:00"), at("2025-03-04 00:00")

    assert _winner(cost(valid_to=start)) == []
    assert _winner(cost(valid_from=end)) == []
    assert len(_winner(cost(valid_from=end - 1))) == len(_winner(cost(valid_to=start + 1))) == 1


def test_of_two_winners_on_a_day_the_lowest_judges(cost):
    """The day takes low, grade and tolerance of the winner with the lowest bound, per unit."""
    morning = cost(low=1900, per_quantity=2, grade="D", valid_to=at("2025-03-03 09:00"))
    rest = cost(low=960, grade="C", valid_from=at("2025-03-03 09:00"))
    winning = costs.winners([morning, rest], DAY)

    assert {one.id for one in winning} == {morning.id, rest.id}
    assert costs.judging(winning) == morning


def test_a_cost_that_never_wins_does_not_judge(cost):
    """A cheaper cost of a worse grade, in force all day beside a better one, changes nothing."""
    better, cheaper = cost(grade="A"), cost(low=10, grade="B")

    assert costs.judging(costs.winners([cheaper, better], DAY)) == better


def test_units_and_tax_must_match(cost):
    """A cost per gram or without VAT is not held against pieces with VAT."""
    fits = cost()

    assert costs.fitting([cost(unit=Unit.gram), cost(vat_included=False), fits], [Unit.piece]) == [fits]


def test_costs_of_one_kind_are_of_level_and_grade_superseded_or_not(cost):
    """A superseded cost is still held against the winner, one of another grade is not."""
    old, new, other = cost(), cost(low=1300, valid_from=1), cost(grade="B")
    found = costs.of_one_kind([old, new, other], new, [DAY])

    assert {one.id for one in found} == {old.id, new.id}
