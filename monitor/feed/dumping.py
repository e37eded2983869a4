"""Planted sales below cost, each just beyond the boundaries that it names."""

from collections.abc import Iterable
from typing import Any

from monitor.eventtime.china import DAY
from monitor.feed.cases import Register, priced
from monitor.feed.parameters import (
    CONFLICT_BP,
    DAYS,
    DEPTH_BP,
    GRACE,
    LATENESS,
    LINES,
    PRICE_ERROR,
    RESOLVED_DAYS,
    SEVERE_BP,
    SOFT_TOLERANCE_BP,
    SUSTAINED_DAYS,
    SUSTAINED_WINDOW_DAYS,
    UNITS,
    WINDOW_DAYS,
    above,
    under,
)
from monitor.feed.sales import (
    EDGE_BP,
    WHOLE_BP,
    below_bp,
    by_platform,
    by_seller,
    declare,
    honest,
    sell,
    sell_by_weight,
    sell_early,
)
from monitor.feed.scene import Act, Price, Scene
from monitor.feed.truth import Truth

register = Register()

ENOUGH = (UNITS // LINES,) * LINES
"""as many units in as few lines as a notice needs"""
LEAD_BY_DAY = ((4, 3), (4, 3), (6,))
"""over three days as many units in as few lines as a lead needs"""
BUSY = (2,) * 12
LATE_SPAN = LATENESS // DAY + 2


@register(span=1)
def notice_at_the_edge(scene: Scene) -> Truth:
    """One day, exactly twenty units in exactly five lines, just below the tolerance."""
    declare(scene, "A")
    sell(scene, 0, ENOUGH, by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "notice", "D1", "A", "low", exercises=("tolerance_bp", "units", "lines"))


@register(span=1)
def notice_by_weight(scene: Scene) -> Truth:
    """Rice by weight: 1,250 g for 470 fen at a cost of 388 fen a kilogram."""
    sell_by_weight(scene, 0, Price(600, 130))
    return priced(scene, scene.at(0, "12:00"), "notice", "D1", "B", "low")


@register(span=1)
def notice_by_share(scene: Scene) -> Truth:
    """Just more than half of a day's quantity is below cost."""
    declare(scene, "A")
    sell_early(scene, 0, (4, 4, 4, 4, 3), honest(scene))
    sell(scene, 0, (3,) * 7, by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "notice", "D1", "A", "low", exercises=("share_bp",))


@register(span=RESOLVED_DAYS + 1)
def resumed_within_a_week(scene: Scene) -> Truth:
    """Two days with six between them are one episode."""
    declare(scene, "A")
    daily(scene, (0, RESOLVED_DAYS), by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "notice", "D1", "A", "low", exercises=("resolved_days",))


@register(span=LATE_SPAN)
def notice_of_a_late_line(scene: Scene) -> Truth:
    """The fifth line arrives just inside the allowed lateness."""
    declare(scene, "A")
    sell(scene, 0, ENOUGH[1:], by_seller(scene, EDGE_BP))
    sold = scene.at(0, "15:35")
    arrival = scene.at(1, "00:00") + GRACE + under(LATENESS)
    late = Act(delay=arrival - sold)
    scene.line(sold, ENOUGH[0], by_seller(scene, EDGE_BP).times(ENOUGH[0]), late)
    return priced(scene, sold, "notice", "D1", "A", "low", exercises=("lateness_ms",))


@register(span=WINDOW_DAYS)
def three_days_of_seven(scene: Scene) -> Truth:
    """Exactly three days, the last one seven days after the first began, with as little as a lead needs."""
    declare(scene, "B")
    for day, quantities in zip((0, 3, WINDOW_DAYS - 1), LEAD_BY_DAY, strict=True):
        sell(scene, day, quantities, by_seller(scene, EDGE_BP))
    return priced(
        scene, scene.at(0, "12:00"), "lead", "D1", "B", "high", exercises=("days", "window_days", "units", "lines")
    )


@register(span=DAYS)
def three_days_by_share(scene: Scene) -> Truth:
    """Just more than half of the quantity of the last seven days."""
    declare(scene, "C")
    for day in range(DAYS):
        sell_early(scene, day, (4, 4, 4, 4, 3), honest(scene))
        sell(scene, day, (3,) * 7, by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "C", "high", exercises=("share_bp", "days"))


@register(span=DAYS)
def three_days_of_retail(scene: Scene) -> Truth:
    """The platform sells its own goods below cost."""
    declare(scene.as_retail(), "A")
    daily(scene, range(DAYS), by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "lead", "D2", "A", "high", exercises=("tolerance_bp",))


@register(span=DAYS)
def three_days_of_subsidy(scene: Scene) -> Truth:
    """The seller's price is fair, the platform pays the buyer below it."""
    declare(scene, "B")
    daily(scene, range(DAYS), by_platform(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "lead", "D3", "B", "high", exercises=("tolerance_bp",))


@register(span=1)
def severe_day_of_a_seller(scene: Scene) -> Truth:
    """One day with a mean price just under half of the cost."""
    return _severe(scene, "D1", "B", by_seller(scene, under(SEVERE_BP)))


@register(span=1)
def severe_day_of_retail(scene: Scene) -> Truth:
    """The platform sells its own goods under half of the cost."""
    return _severe(scene.as_retail(), "D2", "A", by_platform(scene, under(SEVERE_BP)))


@register(span=1)
def severe_day_of_subsidy(scene: Scene) -> Truth:
    """The platform pays the buyer under half of the cost."""
    return _severe(scene, "D3", "C", by_platform(scene, under(SEVERE_BP)))


@register(span=1)
def severe_day_longer_than_an_error(scene: Scene) -> Truth:
    """The lines below cost span just more than a price error may."""
    declare(scene, "B")
    step = above(PRICE_ERROR) // (len(BUSY) - 1)
    for number, quantity in enumerate(BUSY):
        price = by_seller(scene, under(SEVERE_BP)).times(quantity)
        scene.line(scene.at(0, "10:01", number * step), quantity, price)
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "B", "critical", exercises=("price_error_ms", "severe_bp"))


@register(span=DAYS)
def three_deep_days(scene: Scene) -> Truth:
    """A lead whose loss is just more than fifteen hundredths of the cost of what was sold below it."""
    declare(scene, "B")
    daily(scene, range(DAYS), by_seller(scene, below_bp(above(DEPTH_BP))))
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "B", "critical", exercises=("depth_bp",))


@register(span=SUSTAINED_WINDOW_DAYS)
def sustained_in_the_widest_window(scene: Scene) -> Truth:
    """Exactly fourteen days, the last one the twenty-eighth of the window."""
    declare(scene, "A")
    days = (*range(0, 2 * SUSTAINED_DAYS - 2, 2), SUSTAINED_WINDOW_DAYS - 1)
    daily(scene, days, by_seller(scene, EDGE_BP))
    return priced(
        scene,
        scene.at(0, "12:00"),
        "lead",
        "D1",
        "A",
        "critical",
        exercises=("sustained_days", "sustained_window_days"),
    )


@register(span=SUSTAINED_DAYS)
def sustained_without_a_pause(scene: Scene) -> Truth:
    """Exactly fourteen days of subsidy in a row."""
    declare(scene, "B")
    daily(scene, range(SUSTAINED_DAYS), by_platform(scene, EDGE_BP))
    return priced(scene, scene.at(0, "12:00"), "lead", "D3", "B", "critical", exercises=("sustained_days",))


@register(span=DAYS)
def cost_data_to_ask_for(scene: Scene) -> Truth:
    """Only an index tells the cost, and the price is just below its wider tolerance: ask, never more."""
    declare(scene, "D")
    daily(scene, range(DAYS), by_seller(scene, below_bp(above(SOFT_TOLERANCE_BP))))
    return priced(scene, scene.at(0, "12:00"), "notice", "D1", "D", "low", exercises=("soft_tolerance_bp",))


@register(span=DAYS)
def cost_data_of_an_industry(scene: Scene) -> Truth:
    """Only an industry's average tells the cost; a deep subsidy below it is no lead either."""
    declare(scene, "E")
    daily(scene, range(DAYS), by_platform(scene, 6_000))
    return priced(scene, scene.at(0, "12:00"), "notice", "D3", "E", "low")


@register(span=DAYS + 3)
def cost_told_afterwards(scene: Scene) -> Truth:
    """An index first, an invoice three days later: the request for data becomes a lead under the same id."""
    declare(scene, "D")
    price = by_seller(scene, below_bp(above(SOFT_TOLERANCE_BP)))
    daily(scene, range(DAYS), price)
    scene.declare_cost("A", scene.at(DAYS + 2, "10:00"), valid_from=scene.at(-2, "08:00"))
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "A", "high")


@register(span=2 * DAYS)
def sold_on_after_a_revocation(scene: Scene) -> Truth:
    """The exemption is revoked on the third day, which stays exempt; the three days after it count."""
    declare(scene, "B")
    scene.file_exemption("overstock", scene.at(0, "00:00"), scene.at(2 * DAYS, "00:00"), scene.at(-1, "09:00"))
    scene.revoke_exemption(scene.at(DAYS - 1, "10:00"))
    daily(scene, range(2 * DAYS), by_seller(scene, EDGE_BP))
    return priced(scene, scene.at(DAYS, "12:00"), "lead", "D1", "B", "high")


@register(span=DAYS)
def costs_that_nearly_agree(scene: Scene) -> Truth:
    """Two invoices of one grade, nearly as far apart as they may be."""
    declare(scene, "B", low_fen=scene.low_fen * (WHOLE_BP + under(CONFLICT_BP - WHOLE_BP)) // WHOLE_BP)
    scene.declare_cost("B", scene.at(-1, "08:00"))
    daily(scene, range(DAYS), by_seller(scene, EDGE_BP))
    checks = {"cost_conflict": "passed"}
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "B", "high", checks=checks, exercises=("conflict_bp",))


def daily(scene: Scene, days: Iterable[int], price: Price, **other: Any) -> None:
    """Sell busily at one price on each of these days."""
    for day in days:
        sell(scene, day, BUSY, price, **other)


def _severe(scene: Scene, class_: str, grade: str, price: Price) -> Truth:
    declare(scene, grade)
    sell(scene, 0, BUSY, price)
    return priced(scene, scene.at(0, "12:00"), "lead", class_, grade, "critical", exercises=("severe_bp",))
