"""Whose dumping it is, and what it cost: classes D1 to D4 and the sums over days (verdicts.md 2 and 7).

All sums are exact integers in scales that the days have in common, so that rounding happens once, over the whole sum.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import lcm

from msgspec import Struct

from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import MICRO


class Class(StrEnum):
    """Who sells below cost: the seller, the platform's own retail, a platform's subsidy, a seller made to."""

    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"


BY_SELLER = frozenset({Class.D1, Class.D4})
"""The classes whose loss and mean are by seller's price; the others' are by buyer's."""


class Scale(Struct, frozen=True):
    """What makes days of different costs addable: units are 1/`size` of one, costs are micro-fen / `per_quantity`."""

    size: int
    per_quantity: int


class Sums(Struct, gc=False):
    """Sums over days in one scale; `value` is what was below cost at cost, `seller_value` the seller's part of it."""

    scale: Scale
    total: int = 0
    below: int = 0
    seller_below: int = 0
    forced: int = 0
    lines: int = 0
    value: int = 0
    seller_value: int = 0
    buyer_micro: int = 0
    seller_micro: int = 0

    def add(self, day: Day) -> None:
        """Add a day."""
        units = self.scale.size // day.size
        cost = day.low_fen * MICRO * (self.scale.per_quantity // day.per_quantity)
        self.total += day.total * units
        self.below += day.below * units
        self.seller_below += day.seller_below * units
        self.forced += (day.weak + day.strong) * units
        self.lines += day.lines
        self.value += day.below * cost
        self.seller_value += day.seller_below * cost
        self.buyer_micro += day.buyer_below_micro
        self.seller_micro += day.seller_below_micro

    @property
    def units(self) -> int:
        """What was below cost, in whole units, rounded down."""
        return self.below // self.scale.size

    @property
    def buyer_loss(self) -> int:
        """The loss by buyer's price, in the scale of `value`."""
        return self.value - self.buyer_micro * self.scale.per_quantity

    @property
    def seller_loss(self) -> int:
        """The loss by seller's price of what is below cost by it, in the scale of `value`."""
        return self.seller_value - self.seller_micro * self.scale.per_quantity

    def loss(self, class_: Class) -> int:
        """Answer the loss that a class is about, in the scale of `value`."""
        return self.seller_loss if class_ in BY_SELLER else self.buyer_loss

    def loss_fen(self, class_: Class) -> int:
        """Answer the same in fen, rounded down."""
        return self.loss(class_) // (MICRO * self.scale.per_quantity)

    def depth_bp(self, class_: Class) -> int:
        """Answer the loss per cost of what is below cost."""
        return basis_points(self.loss(class_), self.value)

    def share_bp(self) -> int:
        """Answer which part of what was judged is below cost."""
        return basis_points(self.below, self.total)

    def platform_share_bp(self, class_: Class) -> int:
        """Answer which part of the buyer's gain below cost the platform pays; all of it where the platform sells."""
        if class_ is Class.D2:
            return 10_000
        return basis_points(max(0, self.buyer_loss - self.seller_loss), self.buyer_loss)


def scale_of(days: Iterable[Day]) -> Scale:
    """Answer the scale that days have in common."""
    kinds = {(day.size, day.per_quantity) for day in days}
    return Scale(lcm(*(size for size, _ in kinds)), lcm(*(per_quantity for _, per_quantity in kinds)))


def sums_of(days: Sequence[Day], scale: Scale | None = None) -> Sums:
    """Sum days, in a scale given or in their own."""
    found = Sums(scale or scale_of(days))
    for day in days:
        found.add(day)
    return found


def classify(sums: Sums, parameters: Parameters, *, retail: bool) -> Class:
    """Answer the first class that alone holds enough of the quantity below cost, else the largest.

    A line is of one class: what terms explain is D4 and not D1. Ties go in the order of the list.
    """
    if retail:
        return Class.D2
    held = {
        Class.D4: sums.forced,
        Class.D1: sums.seller_below - sums.forced,
        Class.D3: sums.below - sums.seller_below,
    }
    for name, quantity in held.items():
        if quantity * 10_000 >= parameters.class_bp * sums.below:
            return name
    return max(held, key=lambda name: held[name])


def basis_points(part: int, whole: int) -> int:
    """Answer a share in basis points, rounded down; 0 of nothing."""
    return part * 10_000 // whole if whole else 0


def mean_micro(days: Iterable[Day], class_: Class) -> int:
    """Answer the mean price of all that was judged, below cost or not, in micro-fen per single unit, rounded down."""
    micro = total = 0
    for day in days:
        micro += day.seller_micro if class_ in BY_SELLER else day.buyer_micro
        total += day.total
    return micro // total if total else 0


def is_severe(day: Day, class_: Class, parameters: Parameters) -> bool:
    """Answer whether a day's mean price is below the severe part of cost."""
    micro = day.seller_micro if class_ in BY_SELLER else day.buyer_micro
    return micro * day.per_quantity * 10_000 < parameters.severe_bp * day.low_fen * MICRO * day.total
