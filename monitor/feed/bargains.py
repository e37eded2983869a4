"""Honest or lawful sales that look like dumping, each just inside the boundaries that it names."""

from monitor.feed.cases import Register, priced, unpriced
from monitor.feed.dumping import BUSY, ENOUGH, LATE_SPAN, LEAD_BY_DAY, daily
from monitor.feed.parameters import (
    CONFLICT_BP,
    DAYS,
    DEPTH_BP,
    GRACE,
    LATENESS,
    PRICE_ERROR,
    RESOLVED_DAYS,
    SEVERE_BP,
    SOFT_TOLERANCE_BP,
    SUSTAINED_DAYS,
    SUSTAINED_WINDOW_DAYS,
    TOLERANCE_BP,
    WINDOW_DAYS,
    above,
    under,
)
from monitor.feed.sales import EDGE_BP, WHOLE_BP, below_bp, by_seller, declare, honest, sell, sell_by_weight, sell_early
from monitor.feed.scene import Act, Price, Scene
from monitor.feed.truth import Truth

register = Register()

ONE_UNIT_SHORT = (*ENOUGH[:-1], ENOUGH[-1] - 1)
DILUTION = 126
"""honest units that bring 3 x 38 units below cost to 47.5 % of a window"""


@register(span=DAYS)
def near_cost(scene: Scene) -> Truth:
    """A price below cost, but within the tolerance."""
    return _nothing_of(scene, "A", by_seller(scene, below_bp(under(TOLERANCE_BP))), "tolerance_bp")


@register(span=DAYS)
def near_an_index(scene: Scene) -> Truth:
    """A price below an index, but within its wider tolerance."""
    return _nothing_of(scene, "D", by_seller(scene, below_bp(under(SOFT_TOLERANCE_BP))), "soft_tolerance_bp")


@register(span=1)
def near_cost_by_weight(scene: Scene) -> Truth:
    """Rice by weight: 1,250 g for 471 fen at a cost of 388 fen a kilogram."""
    sell_by_weight(scene, 0, Price(600, 129))
    return unpriced(scene, scene.at(0, "12:00"))


@register(span=1)
def too_few_units(scene: Scene) -> Truth:
    """Nineteen units in five lines."""
    declare(scene, "A")
    sell(scene, 0, ONE_UNIT_SHORT, by_seller(scene, EDGE_BP))
    return unpriced(scene, scene.at(0, "12:00"), exercises=("units",))


@register(span=1)
def too_few_lines(scene: Scene) -> Truth:
    """Twenty units in four lines."""
    declare(scene, "A")
    sell(scene, 0, (5,) * 4, by_seller(scene, EDGE_BP))
    return unpriced(scene, scene.at(0, "12:00"), exercises=("lines",))


@register(span=1)
def too_small_a_share(scene: Scene) -> Truth:
    """Just less than half of a day's quantity is below cost."""
    declare(scene, "A")
    sell_early(scene, 0, (6,) * 7, honest(scene))
    sell(scene, 0, (4,) * 9 + (2,), by_seller(scene, EDGE_BP))
    return unpriced(scene, scene.at(0, "12:00"), exercises=("share_bp",))


@register(span=WINDOW_DAYS)
def two_days_of_seven(scene: Scene) -> Truth:
    """Enough units and lines, but on two days only."""
    declare(scene, "B")
    for day in (0, WINDOW_DAYS - 1):
        sell(scene, day, (4, 3, 3), by_seller(scene, EDGE_BP))
    return unpriced(scene, scene.at(0, "12:00"), exercises=("days",))


@register(span=WINDOW_DAYS + 1)
def three_days_of_eight(scene: Scene) -> Truth:
    """Three days, one day too far apart."""
    declare(scene, "B")
    for day, quantities in zip((0, 4, WINDOW_DAYS), LEAD_BY_DAY, strict=True):
        sell(scene, day, quantities, by_seller(scene, EDGE_BP))
    return unpriced(scene, scene.at(0, "12:00"), exercises=("window_days",))


@register(span=DAYS)
def three_days_a_unit_short(scene: Scene) -> Truth:
    """Three days with nineteen units in five lines."""
    return _three_days_of(scene, ((4, 3), (4, 3), (5,)), "units")


@register(span=DAYS)
def three_days_a_line_short(scene: Scene) -> Truth:
    """Three days with twenty units in four lines."""
    return _three_days_of(scene, ((4, 3), (7,), (6,)), "lines")


@register(span=WINDOW_DAYS + 1)
def three_days_diluted(scene: Scene) -> Truth:
    """Three days that count, in weeks whose quantity is mostly above cost: noticed each day, no lead."""
    declare(scene, "C")
    sell(scene, 0, (9,) * (DILUTION // 9), honest(scene))
    for day in (1, 2, 3):
        sell(scene, day, (2,) * 19, by_seller(scene, EDGE_BP))
    sell(scene, 6, (9,) * (DILUTION // 9), honest(scene))
    return priced(scene, scene.at(1, "12:00"), "notice", "D1", "C", "low", exercises=("share_bp",))


@register(span=1)
def more_than_half_of_cost(scene: Scene) -> Truth:
    """One day with a mean price just over half of the cost: noticed, not severe."""
    declare(scene, "B")
    sell(scene, 0, BUSY, by_seller(scene, above(SEVERE_BP)))
    return priced(scene, scene.at(0, "12:00"), "notice", "D1", "B", "low", exercises=("severe_bp",))


@register(span=1)
def as_short_as_an_error(scene: Scene) -> Truth:
    """The lines below cost span just less than a price error may: a lead of a step less weight."""
    declare(scene, "B")
    step = under(PRICE_ERROR) // (len(BUSY) - 1)
    for number, quantity in enumerate(BUSY):
        price = by_seller(scene, under(SEVERE_BP)).times(quantity)
        scene.line(scene.at(0, "10:01", number * step), quantity, price)
    checks = {"price_error": "no_data"}
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "B", "high", checks=checks, exercises=("price_error_ms",))


@register(span=DAYS)
def three_shallow_days(scene: Scene) -> Truth:
    """A lead whose loss is just less than fifteen hundredths: no priority."""
    declare(scene, "B")
    daily(scene, range(DAYS), by_seller(scene, below_bp(under(DEPTH_BP))))
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "B", "high", exercises=("depth_bp",))


@register(span=SUSTAINED_WINDOW_DAYS)
def a_day_short_of_sustained(scene: Scene) -> Truth:
    """Thirteen days of twenty-eight: a lead, not sustained."""
    declare(scene, "A")
    daily(scene, range(0, 2 * SUSTAINED_DAYS - 2, 2), by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "A", "high", exercises=("sustained_days",))


@register(span=SUSTAINED_WINDOW_DAYS + 1)
def fourteen_days_of_twenty_nine(scene: Scene) -> Truth:
    """Fourteen days, one day too far apart: a lead, not sustained."""
    declare(scene, "A")
    daily(scene, (*range(0, 2 * SUSTAINED_DAYS - 2, 2), SUSTAINED_WINDOW_DAYS), by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "A", "high", exercises=("sustained_window_days",))


@register(span=DAYS)
def costs_that_disagree(scene: Scene) -> Truth:
    """Two invoices of one grade, just further apart than they may be: the lead says so."""
    declare(scene, "B", low_fen=scene.low_fen * (WHOLE_BP + above(CONFLICT_BP - WHOLE_BP)) // WHOLE_BP)
    scene.declare_cost("B", scene.at(-1, "08:00"))
    daily(scene, range(DAYS), by_seller(scene, EDGE_BP))
    checks = {"cost_conflict": "failed"}
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "B", "high", checks=checks, exercises=("conflict_bp",))


@register(span=RESOLVED_DAYS + 2)
def resumed_after_a_week(scene: Scene) -> tuple[Truth, ...]:
    """Two days with seven between them are two episodes."""
    declare(scene, "A")
    days = (0, RESOLVED_DAYS + 1)
    daily(scene, days, by_seller(scene, EDGE_BP))
    return tuple(
        priced(scene, scene.at(day, "12:00"), "notice", "D1", "A", "low", exercises=("resolved_days",)) for day in days
    )


@register(span=LATE_SPAN)
def a_line_too_late(scene: Scene) -> Truth:
    """The fifth line arrives just outside the allowed lateness."""
    declare(scene, "A")
    sell(scene, 0, ENOUGH[1:], by_seller(scene, EDGE_BP))
    sold = scene.at(0, "15:35")
    late = Act(delay=scene.at(1, "00:00") + GRACE + above(LATENESS) - sold)
    scene.line(sold, ENOUGH[0], by_seller(scene, EDGE_BP).times(ENOUGH[0]), late)
    return unpriced(scene, sold, explained="too_late", exercises=("lateness_ms",))


def _nothing_of(scene: Scene, grade: str, price: Price, parameter: str) -> Truth:
    declare(scene, grade)
    daily(scene, range(DAYS), price)
    return unpriced(scene, scene.at(0, "12:00"), exercises=(parameter,))


def _three_days_of(scene: Scene, by_day: tuple[tuple[int, ...], ...], parameter: str) -> Truth:
    declare(scene, "B")
    for day, quantities in enumerate(by_day):
        sell(scene, day, quantities, by_seller(scene, EDGE_BP))
    return unpriced(scene, scene.at(0, "12:00"), exercises=(parameter,))
