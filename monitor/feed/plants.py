"""All plants and look-alikes, and their staging in a province: whose, where, when."""

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from monitor.eventtime import china
from monitor.feed import bargains, coercion, dumping, excused, forcing, lawful, throttling
from monitor.feed.cases import Case
from monitor.feed.delivery import Delivery
from monitor.feed.scene import Scene
from monitor.feed.truth import Truth

BEYOND: tuple[Case, ...] = (
    *dumping.register.cases,
    *forcing.register.cases,
    *coercion.register.cases,
    *throttling.beyond.cases,
)
"""plants: each boundary that they name is just crossed"""
INSIDE: tuple[Case, ...] = (
    *bargains.register.cases,
    *excused.register.cases,
    *lawful.register.cases,
    *throttling.inside.cases,
)
"""look-alikes: each boundary that they name is just missed"""
CASES = BEYOND + INSIDE
SCALES = range(1, 10)


class Boundary(NamedTuple):
    """The cases on both sides of one parameter."""

    parameter: str
    beyond: tuple[str, ...]
    inside: tuple[str, ...]


class Staged(NamedTuple):
    """What the cases of a province make arrive, and what must come of it."""

    deliveries: list[Delivery]
    truths: list[Truth]


def staged(seed: int, first_day: int, days: int, platforms: Sequence[str], copies: int) -> Staged:
    """Stage `copies` instances of every case that fits into `days` days from `first_day` (China Standard day).

    Needs two platforms: the accused one and its rival are drawn for each instance.
    """
    rng = Random(f"plants/{seed}")  # noqa: S311 - a simulation repeats itself by its seed
    deliveries: list[Delivery] = []
    truths: list[Truth] = []
    for case in CASES:
        for instance in range(1, copies + 1):
            scene = _scene(case, instance, seed, first_day, days, platforms, rng)
            if scene is not None:
                truths += case.play(scene)
                deliveries += scene.deliveries
    return Staged(deliveries, truths)


def _scene(
    case: Case, instance: int, seed: int, first_day: int, days: int, platforms: Sequence[str], rng: Random
) -> Scene | None:
    begins = [day for day in range(first_day, first_day + days - case.span + 1) if _suits(case, day)]
    if not begins:
        return None
    platform, rival = rng.sample(list(platforms), 2)
    origin = china.day_start(rng.choice(begins))
    return Scene(case.name, instance, seed, platform, rival, origin, scale=rng.choice(SCALES))


def _suits(case: Case, day: int) -> bool:
    return case.weekday is None or china.weekday(day) == case.weekday


@cache
def boundaries() -> tuple[Boundary, ...]:
    """Answer for every parameter which cases lie just beyond it and which just inside, by name of the parameter."""
    beyond, inside = _exercised(BEYOND), _exercised(INSIDE)
    return tuple(Boundary(name, beyond.get(name, ()), inside.get(name, ())) for name in sorted(beyond | inside))


def _exercised(cases: Sequence[Case]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for case, truth in _verdicts(cases):
        for parameter in truth.exercises:
            found.setdefault(parameter, {})[case.name] = None
    return {parameter: tuple(names) for parameter, names in found.items()}


def _verdicts(cases: Sequence[Case]) -> Iterator[tuple[Case, Truth]]:
    for case in cases:
        for truth in case.play(Scene(case.name, 1, 0, "accused", "rival", china.day_start(0))):
            yield case, truth
