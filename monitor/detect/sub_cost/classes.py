"""Whose dumping it is, and what it cost: classes D1 to D4 and the sums over days (verdicts.md 2 and 7)."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction

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


def units_of(days: Iterable[Day], name: str) -> Fraction:
    """Sum a quantity of days in units; weighed goods count in the quantity that their cost is for."""
    sums: dict[int, int] = {}
    for day in days:
        sums[day.size] = sums.get(day.size, 0) + getattr(day, name)
    return sum((Fraction(quantity, size) for size, quantity in sums.items()), Fraction(0))


def classify(days: Sequence[Day], parameters: Parameters, *, retail: bool) -> Class:
    """Answer the first class that alone holds enough of the quantity below cost, else the largest.

    A line is of one class: what terms explain is D4 and not D1. Ties go in the order of the list.
    """
    below = units_of(days, "below")
    forced = units_of(days, "weak") + units_of(days, "strong")
    seller = units_of(days, "seller_below")
    held = {
        Class.D2: below if retail else Fraction(0),
        Class.D4: forced,
        Class.D1: seller - forced,
        Class.D3: below - seller,
    }
    for name, quantity in held.items():
        if quantity * 10_000 >= parameters.class_bp * below:
            return name
    return max(held, key=lambda name: held[name])


def cost_value(days: Iterable[Day], name: str) -> Fraction:
    """Answer what a quantity of days would have brought at cost, in fen."""
    sums: dict[int, int] = {}
    for day in days:
        sums[day.per_quantity] = sums.get(day.per_quantity, 0) + getattr(day, name) * day.low_fen
    return sum((Fraction(value, per_quantity) for per_quantity, value in sums.items()), Fraction(0))


def buyer_loss(days: Sequence[Day]) -> Fraction:
    """Answer the loss by buyer's price of what is below cost, in fen."""
    return cost_value(days, "below") - Fraction(sum(day.buyer_below_micro for day in days), MICRO)


def seller_loss(days: Sequence[Day]) -> Fraction:
    """Answer the loss by seller's price of what is below cost by seller's price, in fen."""
    return cost_value(days, "seller_below") - Fraction(sum(day.seller_below_micro for day in days), MICRO)


def loss(days: Sequence[Day], class_: Class) -> Fraction:
    """Answer the loss that a class is about, in fen."""
    return seller_loss(days) if class_ in BY_SELLER else buyer_loss(days)


def basis_points(part: Fraction, whole: Fraction) -> int:
    """Answer a share in basis points, rounded down; 0 of nothing."""
    return int(part * 10_000 // whole) if whole else 0


def depth_bp(days: Sequence[Day], class_: Class) -> int:
    """Answer the loss per cost of what is below cost."""
    return basis_points(loss(days, class_), cost_value(days, "below"))


def platform_share_bp(days: Sequence[Day], class_: Class) -> int:
    """Answer which part of the buyer's gain below cost the platform pays; all of it where the platform sells."""
    if class_ is Class.D2:
        return 10_000
    whole = buyer_loss(days)
    return basis_points(max(Fraction(0), whole - seller_loss(days)), whole)


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
