"""Which cost is in force for a SKU at an instant and on a day, and what lies below it (verdicts.md 2)."""

from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import MICRO
from monitor.events import CostDeclared, CostGrade, CostLevel, SellerKind, Unit
from monitor.eventtime.china import day_end, day_start
from monitor.eventtime.clocks import FOREVER
from monitor.findings import Reference

_DECIDING = {
    SellerKind.trader: frozenset({CostLevel.L1, CostLevel.L2}),
    SellerKind.producer: frozenset({CostLevel.L3}),
}
FIRM = frozenset({CostGrade.A, CostGrade.B, CostGrade.C})
"""The grades that may bear a notice or a lead."""


class Cost(Struct, frozen=True, array_like=True, gc=False):
    """One declared cost, in force over [valid_from, valid_to); `own` is of the SKU itself, else of its product.

    A cost of a level that does not decide for its kind of seller has grade E.
    """

    id: str
    time: int
    own: bool
    deciding: bool
    grade: CostGrade
    level: CostLevel
    low_fen: int
    high_fen: int
    per_quantity: int
    unit: Unit
    vat: bool
    freight: bool
    valid_from: int
    valid_to: int
    document: str | None
    cited: Reference

    @property
    def is_firm(self) -> bool:
        """Whether it may bear a notice or a lead."""
        return self.grade in FIRM

    @property
    def low(self) -> Fraction:
        """The lower bound in fen per single unit."""
        return Fraction(self.low_fen, self.per_quantity)


def from_event(event: CostDeclared, cited: Reference) -> Cost:
    """Make a cost of what was declared."""
    deciding = event.level in _DECIDING[event.seller_kind]
    return Cost(
        event.event_id,
        event.event_time,
        event.subject is not None,
        deciding,
        event.grade if deciding else CostGrade.E,
        event.level,
        event.low_fen,
        event.high_fen,
        event.per_quantity,
        event.unit,
        event.vat_included,
        event.freight_included,
        event.valid_from,
        FOREVER if event.valid_to is None else event.valid_to,
        event.document,
        cited,
    )


def rank(cost: Cost) -> tuple[bool, int, bool, int, int, str]:
    """Order costs that are in force at once; the highest wins."""
    return cost.deciding, -ord(cost.grade), cost.own, cost.valid_from, cost.time, cost.id


def touching(costs: Iterable[Cost], day: int) -> list[Cost]:
    """List the costs whose validity touches a day, superseded or not."""
    start, end = day_start(day), day_end(day)
    return [
        cost for cost in costs if cost.valid_from < end and cost.valid_to > start and cost.valid_from < cost.valid_to
    ]


def fitting(costs: Iterable[Cost], units: Iterable[Unit]) -> list[Cost]:
    """List the costs that can be held against lines in these units; both sides are with VAT."""
    known = tuple(units)
    return [cost for cost in costs if cost.vat and cost.unit in known]


def winners(costs: Iterable[Cost], day: int) -> list[Cost]:
    """List the costs in force at some instant of a day, in the order of their instants."""
    found = touching(costs, day)
    if len(found) < 2:  # noqa: PLR2004 - one cost has no rival
        return found
    start = day_start(day)
    edges = {start} | {
        edge for cost in found for edge in (cost.valid_from, cost.valid_to) if start < edge < day_end(day)
    }
    best = [_at(found, edge) for edge in sorted(edges)]
    return list({cost.id: cost for cost in best if cost is not None}.values())


def _at(costs: list[Cost], instant: int) -> Cost | None:
    return max((cost for cost in costs if cost.valid_from <= instant < cost.valid_to), key=rank, default=None)


def judging(winning: list[Cost]) -> Cost | None:
    """Answer the cost that judges a whole day: the winner, or of several the one with the lowest bound."""
    if len(winning) < 2:  # noqa: PLR2004 - one winner needs no choice
        return winning[0] if winning else None
    lowest = min(cost.low for cost in winning)
    return max((cost for cost in winning if cost.low == lowest), key=rank)


def bar(cost: Cost, parameters: Parameters) -> int:
    """Answer the unit price below which, and at which no more, a price is below cost.

    price < low x (1 - d), in micro-fen per unit: u x per_quantity x 10,000 < (10,000 - d_bp) x low_fen x 1,000,000.
    """
    tolerance = parameters.tolerance_bp if cost.is_firm else parameters.weak_tolerance_bp
    return -(-(10_000 - tolerance) * cost.low_fen * MICRO // (cost.per_quantity * 10_000))


def of_one_kind(costs: Iterable[Cost], winner: Cost, days: Iterable[int]) -> list[Cost]:
    """List the costs of the winner's level and grade that can be held against it and touch any of the days."""
    kind = (winner.level, winner.grade)
    alike = [cost for cost in fitting(costs, (winner.unit,)) if (cost.level, cost.grade) == kind]
    found = {cost.id: cost for day in days for cost in touching(alike, day)}
    return list(found.values())
