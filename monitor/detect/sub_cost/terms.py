"""What a platform asked of a merchant's prices: campaign conditions, who joined or was forced, overrides (D4)."""

from collections.abc import Iterable
from enum import IntEnum

from msgspec import Struct

from monitor.detect.sub_cost.prices import MICRO, Cell
from monitor.events import ConditionKind, Unit
from monitor.eventtime.china import day_end, day_of, day_start
from monitor.findings import Reference

LOOK_BACK = 45
"""Days beyond which no bucket lives, with room to spare."""
LATE = 8
"""Days beyond which no override can still come."""


class Force(IntEnum):
    """How a merchant came under a platform's price: not at all, by joining, or by force."""

    none = 0
    weak = 1
    strong = 2


class MoveKind(IntEnum):
    """Which way a merchant moved in or out of a campaign."""

    left = 0
    joined = 1
    forced = 2


class Term(Struct, frozen=True, array_like=True, gc=False):
    """A condition that a platform set, in force over [start, end); `sku` null binds all of the shop."""

    id: str
    campaign: str | None
    shop: str
    sku: str | None
    kind: ConditionKind
    value: int
    per_quantity: int
    unit: Unit
    start: int
    end: int
    cited: Reference

    def touches(self, day: int) -> bool:
        """Answer whether it is in force at some instant of a day."""
        return self.start < day_end(day) and self.end > day_start(day)

    def implies(self, price: int, cell: Cell, unit: Unit) -> bool:
        """Answer whether it asks for a price at or below the one paid, the seller's price of a cell."""
        if self.kind is ConditionKind.discount_at_least:
            return cell.list_fen * (10_000 - self.value) <= cell.fen * 10_000
        return self.unit is unit and self.value * MICRO <= price * self.per_quantity


class Move(Struct, frozen=True, array_like=True, gc=False):
    """A merchant joined, was put into, or left a campaign."""

    time: int
    id: str
    campaign: str | None
    shop: str
    sku: str | None
    kind: MoveKind
    cited: Reference


class Override(Struct, frozen=True, array_like=True, gc=False):
    """A price that the platform set for the merchant."""

    time: int
    id: str
    force: Force
    cited: Reference


class Offers(Struct, array_like=True, gc=False):
    """All terms and moves of one merchant on one platform."""

    terms: list[Term] = []
    moves: list[Move] = []


class Pricing(Struct, array_like=True, gc=False):
    """Overrides of one SKU, and by day the last time on it that the merchant set the price itself."""

    overrides: list[Override] = []
    changes: dict[int, int] = {}

    def forget(self, today: int) -> None:
        """Forget overrides that cover no living day and changes of price that can end none."""
        self.overrides = [one for one in self.overrides if _end(self, one.time) > today - LOOK_BACK]
        kept = LOOK_BACK if self.overrides else LATE
        self.changes = {day: last for day, last in self.changes.items() if day > today - kept}


class Binding(Struct):
    """What binds a campaign's lines of one SKU on one day: `force` of the terms, `override` of a price set outright.

    `ids` name what proves it.
    """

    force: Force = Force.none
    terms: list[Term] = []
    override: Force = Force.none
    ids: list[str] = []


def binding(
    offers: Offers, pricing: Pricing, campaign: str | None, sku: str, shops: Iterable[str], day: int
) -> Binding:
    """Answer what binds a campaign's lines of a SKU on a day, and by which force."""
    found = Binding()
    for override in overrides_on(pricing, day):
        found.override = max(found.override, override.force)
        found.ids.append(override.id)
    known = frozenset(shops)
    entry = _entry([m for m in offers.moves if m.campaign == campaign and _binds(m.shop, m.sku, known, sku)], day)
    if entry is None:
        return found
    for term in offers.terms:
        if term.campaign == campaign and _binds(term.shop, term.sku, known, sku) and term.touches(day):
            found.terms.append(term)
    if found.terms:
        found.force = Force.strong if entry.kind is MoveKind.forced else Force.weak
        found.ids += [*(term.id for term in found.terms), entry.id]
    return found


def proofs(offers: Offers, pricing: Pricing, names: Iterable[str]) -> list[Reference]:
    """List the records that stand behind the ids of terms, moves and overrides; what is forgotten has none."""
    papers: list[Term | Move | Override] = [*offers.terms, *offers.moves, *pricing.overrides]
    cited = {paper.id: paper.cited for paper in papers}
    return [cited[name] for name in names if name in cited]


def _binds(shop: str, of: str | None, shops: frozenset[str], sku: str) -> bool:
    return of == sku or (of is None and shop in shops)


def _entry(moves: list[Move], day: int) -> Move | None:
    """Answer the strongest move into the campaign that holds at some instant of a day."""
    held: Move | None = None
    best: Move | None = None
    for move in sorted(moves, key=lambda one: (one.time, one.id)):
        if move.time >= day_end(day):
            break
        held = _after(held, move)
        best = held if move.time <= day_start(day) else _stronger(best, held)
    return best


def _after(holding: Move | None, move: Move) -> Move | None:
    return None if move.kind is MoveKind.left else _stronger(holding, move)


def _stronger(one: Move | None, other: Move | None) -> Move | None:
    if one is None or other is None:
        return one or other
    return other if other.kind > one.kind else one


def overrides_on(pricing: Pricing, day: int) -> list[Override]:
    """List the overrides that cover a day: from their own to the day before the merchant's next change of price."""
    return [override for override in pricing.overrides if day_of(override.time) <= day < _end(pricing, override.time)]


def _end(pricing: Pricing, time: int) -> int:
    """Answer the day of the merchant's first change of price after an instant."""
    return min((day for day, last in pricing.changes.items() if last > time), default=1 << 31)


def outdated(offers: Offers, oldest: int) -> None:
    """Drop conditions that ended before a day, and the moves of campaigns that were left before it."""
    start = day_start(oldest)
    offers.terms = [term for term in offers.terms if term.end > start]
    last: dict[tuple[str | None, str, str | None], Move] = {}
    for move in sorted(offers.moves, key=lambda one: (one.time, one.id)):
        last[move.campaign, move.shop, move.sku] = move
    gone = {name for name, move in last.items() if move.kind is MoveKind.left and move.time < start}
    offers.moves = [move for move in offers.moves if (move.campaign, move.shop, move.sku) not in gone]
