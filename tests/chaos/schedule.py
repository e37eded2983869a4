"""Which faults come when: drawn from a seed, so that a run can be played again, whole or with some of its faults.

What a fault is called here is what `faults.py` and the tables call it; nothing here touches a process.
"""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

FIRST_S = 4.0
LAST_S = 6.0
"""Quiet seconds before the first fault and after the last one has begun."""

KINDS: Mapping[str, int] = {
    "kill": 8,
    "kill-inside": 4,
    "kill-between-slices": 3,
    "answer-lost": 3,
    "term": 4,
    "freeze": 4,
    "freeze-inside": 6,
    "join": 3,
    "leave": 3,
    "stuck": 1,
    "broker-kill": 2,
    "broker-away": 1,
    "reset": 3,
    "one-way-out": 2,
    "one-way-back": 2,
    "slow-line": 1,
    "cut-line": 2,
    "clock-jump": 2,
    "disk-full": 1,
    "offsets-ahead": 1,
    "offsets-gone": 1,
    "node-kill": 3,
    "disk-lost": 3,
}
"""Every kind of fault with its weight in a draw."""

OF_CLUSTER = frozenset({"node-kill", "disk-lost"})
OF_ONE_BROKER = frozenset(
    {"broker-kill", "broker-away", "disk-full", "reset", "cut-line", "slow-line", "one-way-out", "one-way-back"}
)
"""What needs three nodes, and what needs a lone one with lines to it."""

FROZEN = frozenset({"freeze", "freeze-inside"})
OUTAGES = frozenset({"broker-kill", "broker-away", "disk-full"})


class Step(NamedTuple):
    """One fault: begun `at` seconds after the feed, ended `hold` seconds later; `draw` is what it chooses by."""

    number: int
    at: float
    kind: str
    hold: float
    draw: int


def drawn(seed: int, seconds: float, kinds: Collection[str], session_s: float, apart_s: float) -> list[Step]:
    """Draw the faults of a run: on average `apart_s` seconds apart, every kind once before any comes by its weight.

    A freeze lasts longer than `session_s`, the group's patience; they overlap whenever one holds longer than the next
    is away.
    """
    dice = random.Random(f"chaos {seed}")
    steps: list[Step] = []
    at, chosen = FIRST_S, _kinds(dice, kinds)
    while at < seconds - LAST_S:
        kind = next(chosen)
        steps.append(Step(len(steps), round(at, 2), kind, _hold(dice, kind, session_s), dice.getrandbits(32)))
        at += apart_s * dice.uniform(0.3, 1.7)
    return steps


def _kinds(dice: random.Random, kinds: Collection[str]) -> Iterator[str]:
    """Name kinds for ever: first each once in an order of the seed, then by weight."""
    names = [name for name in KINDS if name in kinds]
    yield from dice.sample(names, len(names))
    weights = [KINDS[name] for name in names]
    while True:
        yield dice.choices(names, weights)[0]


def _hold(dice: random.Random, kind: str, session_s: float) -> float:
    if kind in FROZEN:
        return round(session_s + dice.uniform(1, 3), 2)
    if kind == "broker-away":
        return round(session_s * dice.uniform(1.5, 5), 2)
    if kind in {"one-way-out", "one-way-back", "clock-jump", "slow-line"}:
        return round(session_s * dice.uniform(0.4, 1.6), 2)
    return round(dice.uniform(0.1, 2), 2)


def without(steps: Sequence[Step], number: int) -> list[Step]:
    """Leave one fault out; the others keep their time and choice."""
    return [step for step in steps if step.number != number]


def written(steps: Sequence[Step]) -> str:
    """Write a schedule so that `--only` reads it back."""
    return ",".join(str(step.number) for step in steps)
