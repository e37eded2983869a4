"""How a case sells: prices by who pays for them, and lines spread over a day."""

from collections.abc import Sequence
from typing import Any

from monitor.eventtime.china import HOUR, MINUTE
from monitor.feed.parameters import TOLERANCE_BP, above
from monitor.feed.scene import MERCHANT, Act, Price, Scene

WHOLE_BP = 10_000
OPENING = "09:05"
HONEST_BP = 11_000


def below_bp(depth_bp: int) -> int:
    """Answer the price that lies `depth_bp` under the cost, in basis points of it."""
    return WHOLE_BP - depth_bp


EDGE_BP = below_bp(above(TOLERANCE_BP))
"""a price just far enough below the cost, in basis points of it"""


def by_seller(scene: Scene, price_bp: int) -> Price:
    """Answer a unit's money where the seller alone lowers the price to `price_bp` of the cost."""
    tag = scene.low_fen * 13 // 10
    return Price(tag, seller_discount_fen=tag - scene.low_fen * price_bp // WHOLE_BP)


def by_platform(scene: Scene, price_bp: int) -> Price:
    """Answer a unit's money where the platform pays the buyer down to `price_bp` of the cost."""
    tag = scene.low_fen * 13 // 10
    discount = scene.low_fen // 10
    paid = scene.low_fen * price_bp // WHOLE_BP
    return Price(tag, discount, platform_subsidy_fen=tag - discount - paid)


def honest(scene: Scene) -> Price:
    """Answer a unit's money above cost."""
    return by_seller(scene, HONEST_BP)


def sell(
    scene: Scene,
    day: int,
    quantities: Sequence[int],
    price: Price,
    *,
    opening: str = OPENING,
    hours: int = 11,
    act: Act = MERCHANT,
    **other: Any,
) -> list[dict[str, Any]]:
    """Sell one line a quantity, evenly over `hours` from `opening`, at the unit's `price`; answer the lines."""
    step = hours * HOUR // max(1, len(quantities) - 1)
    begin = scene.at(day, opening)
    return [
        scene.line(begin + step * number, quantity, price.times(quantity), act, **other)
        for number, quantity in enumerate(quantities)
    ]


def sell_early(scene: Scene, day: int, quantities: Sequence[int], price: Price, **other: Any) -> None:
    """Sell before `OPENING`, so that the open day's share never looks worse than the day's."""
    sell(scene, day, quantities, price, opening="07:05", hours=1, **other)


def sell_by_weight(scene: Scene, day: int, price: Price) -> None:
    """Sell twenty kilograms of rice in sixteen bags of 1,250 g, each for `price`, at a cost of 388 fen a kilogram."""
    declare(scene, "B", low_fen=388, per_quantity=1_000, unit="gram")
    for number in range(16):
        scene.line(scene.at(day, OPENING, number * 30 * MINUTE), 1_250, price, unit="gram", category="rice")


def declare(scene: Scene, grade: str, **other: Any) -> None:
    """Declare the cost two days before the case begins."""
    scene.declare_cost(grade, scene.at(-2, "08:00"), **other)
