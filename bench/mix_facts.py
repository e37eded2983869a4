"""What a mix is made of, counted from the logs themselves: whoever fills the topics cannot make it easier unseen."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from monitor.events import (
    CostDeclared,
    Fact,
    LineCancelled,
    LinePlaced,
    LineRefunded,
    PlatformRegistered,
    Record,
)
from monitor.eventtime.china import day_of


class MixFacts(Struct):
    """Counts over all partitions.

    `bytes` are of values, `pairs` are (subject, SKU), `costed` those of them with a cost of their own or of their
    product, `days` China Standard days with a line, `bare_lines` lines with an empty field that every line can have.
    """

    records: int = 0
    bytes: int = 0
    lines: int = 0
    refunds: int = 0
    cancellations: int = 0
    bare_lines: int = 0
    pairs: int = 0
    costed: int = 0
    platforms: int = 0
    days: int = 0
    late: int = 0
    duplicates: int = 0

    def add(self, other: "MixFacts") -> None:
        """Add what another partition holds; platforms and days are the same everywhere."""
        for name in self.__struct_fields__:
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, max(mine, more) if name in {"platforms", "days"} else mine + more)


class Census:
    """Looks at every record of one partition once."""

    def __init__(self) -> None:
        self._facts = MixFacts()
        self._pairs: dict[tuple[str, str], str | None] = {}
        self._costed: set[tuple[str, str]] = set()
        self._costed_products: set[str] = set()
        self._platforms: set[str] = set()
        self._days: set[int] = set()
        self.types: Counter[str] = Counter()

    def look(self, records: Iterable[Record]) -> None:
        """Count records."""
        for record in records:
            event: Any = record.event
            self._facts.records += 1
            self._facts.bytes += len(record.raw)
            self.types[type(event).__name__] += 1
            if isinstance(event, LinePlaced):
                self._line(event)
            elif isinstance(event, CostDeclared):
                self._cost(event)
            elif isinstance(event, PlatformRegistered):
                self._platforms.add(event.platform)

    def _line(self, line: LinePlaced) -> None:
        facts = self._facts
        facts.lines += 1
        facts.refunds += isinstance(line, LineRefunded)
        facts.cancellations += isinstance(line, LineCancelled)
        facts.bare_lines += _is_bare(line)
        self._pairs.setdefault((line.subject, line.sku), line.product)
        self._days.add(day_of(line.event_time))

    def _cost(self, cost: CostDeclared) -> None:
        if cost.subject is not None and cost.sku is not None:
            self._costed.add((cost.subject, cost.sku))
        elif cost.product is not None:
            self._costed_products.add(cost.product)

    def facts(self, late: int, duplicates: int) -> MixFacts:
        """Answer the counts, with what only the engine can tell."""
        facts = self._facts
        facts.pairs = len(self._pairs)
        facts.costed = sum(
            pair in self._costed or product in self._costed_products for pair, product in self._pairs.items()
        )
        facts.platforms, facts.days = len(self._platforms), len(self._days)
        facts.late, facts.duplicates = late, duplicates
        return facts


# Which of these a line has depends on the sale; every other field is always there.
_AS_SOLD = frozenset({"basis", "third_party", "campaign", "gift_of"})
_FIELDS = tuple(name for name in LinePlaced.__struct_fields__ if name not in _AS_SOLD)


def _is_bare(line: Fact) -> bool:
    return any(getattr(line, name) is None for name in _FIELDS)


def as_dict(facts: MixFacts) -> dict[str, int]:
    """Answer the counts by name."""
    counts: dict[str, int] = msgspec.to_builtins(facts)
    return counts
