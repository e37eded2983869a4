"""What one day of one SKU amounts to: how much was sold, how much of it below cost, at whose expense."""

from collections.abc import Callable

from msgspec import Struct

from monitor.detect.sub_cost.costs import FIRM, Cost
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import Bucket, Prices, Split
from monitor.detect.sub_cost.terms import Binding, Force
from monitor.events import CostGrade, Unit

_NO_TIME = 1 << 62
_MOST = (1 << 63) - 1


class Day(Struct, array_like=True, gc=False):
    """The sums of one day; quantities are in single units, amounts in micro-fen of what is still sold.

    `below` and `lines` are by buyer's price, `seller_below` by seller's; `weak` and `strong` are those parts of
    `seller_below` that a platform's terms explain. `size` is how many single units count as one unit.
    """

    day: int
    grade: CostGrade
    low_fen: int
    per_quantity: int
    unit: Unit
    costs: list[str]
    total: int = 0
    below: int = 0
    lines: int = 0
    buyer_micro: int = 0
    seller_micro: int = 0
    buyer_below_micro: int = 0
    seller_below_micro: int = 0
    seller_below: int = 0
    weak: int = 0
    strong: int = 0
    first: int = _NO_TIME
    last: int = 0
    exempt: int = 0
    first_orders: int = 0
    refunded_fen: int = 0
    net_fen: int = 0
    records: int = 0
    first_offset: int = 0
    last_offset: int = 0
    shops: list[str] = []
    terms: list[str] = []

    @property
    def is_firm(self) -> bool:
        """Whether its cost may bear a notice or a lead."""
        return self.grade in FIRM

    @property
    def size(self) -> int:
        """How many single units count as one unit: weighed goods count in `per_quantity`."""
        return 1 if self.unit is Unit.piece else self.per_quantity

    def bounded(self) -> "Day":
        """Answer it with amounts cut to 63 bits, as state holds them; only prices at the wire's bounds have more."""
        for name in ("buyer_micro", "seller_micro", "buyer_below_micro", "seller_below_micro"):
            setattr(self, name, min(getattr(self, name), _MOST))
        return self

    def counts(self, parameters: Parameters) -> bool:
        """Answer whether enough of its quantity was below cost by buyer's price."""
        return self.below > 0 and self.below * 10_000 >= parameters.share_bp * self.total

    def is_enough(self, parameters: Parameters) -> bool:
        """Answer whether it alone meets a notice's conditions."""
        enough = self.below >= parameters.units * self.size and self.lines >= parameters.lines
        return enough and self.counts(parameters)


Bind = Callable[[Split], Binding]


class _Below(Struct, gc=False):
    """What of one map lies below a bar, in single units and micro-fen; `total` and `micro` are of all of it."""

    total: int = 0
    micro: int = 0
    below: int = 0
    below_micro: int = 0
    lines: int = 0
    first: int = _NO_TIME
    last: int = 0


def weigh(day: int, bucket: Bucket, winning: list[Cost], cost: Cost, bar: int, *, exempt: bool, bind: Bind) -> Day:
    """Answer what a bucket amounts to against the cost that judges its day; `bind` tells a split's terms."""
    found = Day(day, cost.grade, cost.low_fen, cost.per_quantity, cost.unit, sorted(one.id for one in winning))
    _describe(found, bucket)
    for split in bucket.splits:
        if split.unit is not cost.unit or not split.vat:
            continue
        if split.first_order:
            found.first_orders += sum(cell.quantity for cell in split.prices()[1].cells.values())
        elif exempt:
            found.exempt += _below(split.prices()[1], bar).below
        else:
            _add(found, split, bar, bind)
    return found


def _describe(found: Day, bucket: Bucket) -> None:
    found.refunded_fen = bucket.refunded_fen
    found.net_fen = bucket.net_fen
    found.records = bucket.records
    found.first_offset = bucket.first_offset
    found.last_offset = bucket.last_offset
    found.shops = sorted(bucket.shops)


def _add(found: Day, split: Split, bar: int, bind: Bind) -> None:
    sellers, buyers = split.prices()
    buyer, seller = _below(buyers, bar), _below(sellers, bar)
    found.total += buyer.total
    found.below += buyer.below
    found.lines += buyer.lines
    found.buyer_micro += buyer.micro
    found.buyer_below_micro += buyer.below_micro
    found.first = min(found.first, buyer.first)
    found.last = max(found.last, buyer.last)
    found.seller_micro += seller.micro
    found.seller_below += seller.below
    found.seller_below_micro += seller.below_micro
    if seller.below:
        _add_forced(found, split, bar, seller.below, bind(split))


def _below(prices: Prices, bar: int) -> _Below:
    """Sum a map; a cell is below only if the highest price that it may hold is."""
    found = _Below()
    for index, cell in prices.cells.items():
        quantity = cell.quantity
        if not quantity:
            continue
        micro = cell.kept_micro(cell.fen)
        found.total += quantity
        found.micro += micro
        if prices.upper(index) < bar:
            found.below += quantity
            found.below_micro += micro
            found.lines += cell.standing_lines
            found.first = min(found.first, cell.first)
            found.last = max(found.last, cell.last)
    return found


def _add_forced(found: Day, split: Split, bar: int, seller_below: int, binding: Binding) -> None:
    """Add what terms explain: all of it under an override, else the cells at or above what a condition implies."""
    implied = _implied(split, bar, binding) if binding.force else 0
    strong = implied if binding.force is Force.strong else 0
    if binding.override is Force.strong:
        strong = seller_below
    explained = seller_below if binding.override else implied
    found.strong += strong
    found.weak += explained - strong
    if explained:
        found.terms = sorted({*found.terms, *binding.ids})


def _implied(split: Split, bar: int, binding: Binding) -> int:
    prices, _ = split.prices()
    return sum(
        cell.quantity
        for index, cell in prices.cells.items()
        if prices.upper(index) < bar
        and any(term.implies(prices.upper(index), cell, split.unit) for term in binding.terms)
    )
