"""Which facts an analyst may not see.

A fact of class `restricted` is a trade secret or tells who complained. A fact drawn from costs is as good as one: the
mean price is public, and with the loss or the depth it gives the cost away. An explanation names every fact, so every
explanation is restricted.
"""

from collections.abc import Iterable

from monitor.findings import Fact, FactClass

COSTS = "costs"


def is_restricted(fact: Fact) -> bool:
    """Answer whether a fact is for officers alone."""
    return fact.class_ is FactClass.restricted or COSTS in fact.source.split(", ")


def parted(facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Part facts into public and restricted ones, each in the order of the body."""
    sides: tuple[list[Fact], list[Fact]] = [], []
    for fact in facts:
        sides[is_restricted(fact)].append(fact)
    return sides


def measures(facts: Iterable[Fact]) -> dict[str, int]:
    """Answer the facts that are numbers or yes and no, by name."""
    return {fact.name: fact.value for fact in facts if isinstance(fact.value, int)}
