"""All plants and look-alikes, and their staging in a province: whose, where, when."""

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from monitor.eventtime import china
from monitor.feed import bargains, coercion, dumping, episodes, excused, forcing, lawful, throttling
from monitor.feed.cases import Case
from monitor.feed.delivery import Delivery
from monitor.feed.scene import Scene
from monitor.feed.truth import Truth

BEYOND: tuple[Case, ...] = (
    *dumping.register.cases,
    *forcing.register.cases,
    *coercion.register.cases,
    *throttling.beyond.cases,
    *episodes.beyond.cases,
)
"""plants: each boundary that they name is just crossed"""
INSIDE: tuple[Case, ...] = (
    *bargains.register.cases,
    *excused.register.cases,
    *lawful.register.cases,
    *throttling.inside.cases,
    *episodes.inside.cases,
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


class Stages(NamedTuple):
    """Where cases may play: `days` days from `first_day` (China Standard day), on careful `platforms`, two or more.

    `careless` names the platform and day from which on holed cases may play one after the other; None has no room.
    """

    first_day: int
    days: int
    platforms: Sequence[str]
    careless: tuple[str, int] | None = None


def staged(seed: int, stages: Stages, copies: int) -> Staged:
    """Stage `copies` instances of every case that fits; platforms, days and amounts are drawn for each instance."""
    rng = Random(f"plants/{seed}")  # noqa: S311 - a simulation repeats itself by its seed
    deliveries: list[Delivery] = []
    truths: list[Truth] = []
    for case, instance, platform, rival, day in _bookings(stages, copies, rng):
        origin = china.day_start(day)
        scene = Scene(case.name, instance, seed, platform, rival, origin, scale=rng.choice(SCALES))
        truths += case.play(scene)
        deliveries += scene.deliveries
    return Staged(deliveries, truths)


class Booking(NamedTuple):
    """One instance of a case with its platforms and its day 0."""

    case: Case
    instance: int
    platform: str
    rival: str
    day: int


def _bookings(stages: Stages, copies: int, rng: Random) -> Iterator[Booking]:
    instances = [(case, instance) for case in CASES for instance in range(1, copies + 1)]
    end = stages.first_day + stages.days
    for case, instance in instances:
        days = [day for day in range(stages.first_day, end - case.span + 1) if _suits(case, day)]
        if days and not case.holed:
            platform, rival = rng.sample(list(stages.platforms), 2)
            yield Booking(case, instance, platform, rival, rng.choice(days))
    if stages.careless:
        careless, free = stages.careless
        for case, instance in instances:
            if case.holed and free + case.span <= end:
                yield Booking(case, instance, careless, rng.choice(list(stages.platforms)), free)
                free += case.span


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
