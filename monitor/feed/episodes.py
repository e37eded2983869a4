"""Where an episode of coercion ends, and what a hole in a feed does to it, on both sides of each boundary."""

from typing import Any

from monitor.eventtime.china import HOUR
from monitor.feed.cases import Register, coerced
from monitor.feed.coercion import AFTER, MH
from monitor.feed.conduct import both_homes, opened_on_rival, pull
from monitor.feed.parameters import (
    A2_WINDOW,
    ACTIVE_DAYS,
    FEED_AROUND,
    OPEN_LEVER_DAYS,
    RESOLVED_DAYS,
    above,
    under,
)
from monitor.feed.scene import ALGORITHM, Act, Scene
from monitor.feed.truth import Truth

beyond = Register()
inside = Register()

LAST = AFTER + OPEN_LEVER_DAYS + RESOLVED_DAYS
"""the day whose close ends the episode of a lever that nobody releases"""
EVER = range(2 * ACTIVE_DAYS)
"""a history that is still long enough weeks later"""


@beyond(span=ACTIVE_DAYS + 17)
def two_soft_levers_far_apart(scene: Scene) -> Truth:
    """Two kinds of soft levers, the second one just inside the window of the first: one episode."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    _two_levers(scene, lever, lever + under(A2_WINDOW))
    return coerced(scene, lever, "lead", exercises=("a2_window_ms", "soft_levers"))


@inside(span=ACTIVE_DAYS + 18)
def two_soft_levers_too_far_apart(scene: Scene) -> tuple[Truth, ...]:
    """Two kinds of soft levers, the second one just outside the window of the first: two episodes, noticed each."""
    both_homes(scene, MH)
    first = scene.at(AFTER, "10:00")
    return _apart(scene, first, first + above(A2_WINDOW), "a2_window_ms")


@beyond(span=LAST + 2)
def a_second_lever_on_the_last_day(scene: Scene) -> Truth:
    """A lever that nobody releases contributes for fourteen days; the second one comes on the seventh day after."""
    both_homes(scene, EVER)
    lever = scene.at(AFTER, "10:00")
    _two_levers(scene, lever, scene.at(LAST, "10:00"), held=None)
    return coerced(scene, lever, "lead", exercises=("open_lever_days", "resolve_days"))


@inside(span=LAST + 3)
def a_second_lever_a_day_later(scene: Scene) -> tuple[Truth, ...]:
    """The second lever comes on the eighth day: the first episode is over."""
    both_homes(scene, EVER)
    first, second = scene.at(AFTER, "10:00"), scene.at(LAST + 1, "10:00")
    return _apart(scene, first, second, "open_lever_days", "resolve_days", held=None)


@beyond(span=3, holed=True)
def demoted_well_after_a_hole(scene: Scene) -> Truth:
    """The day before has a hole, and the lever lies just more than an hour from it."""
    lever = _after_a_hole(scene, above(FEED_AROUND))
    return coerced(scene, lever, "lead", "S1", checks={"feed_quality": "passed"}, exercises=("feed_ms",))


@inside(span=3, holed=True)
def demoted_right_after_a_hole(scene: Scene) -> Truth:
    """The day before has a hole, and the lever lies just less than an hour from it: noticed, the lead is barred."""
    lever = _after_a_hole(scene, under(FEED_AROUND))
    return coerced(scene, lever, "notice", "S1", checks={"feed_quality": "failed"}, exercises=("feed_ms",))


def _two_levers(scene: Scene, first: int, second: int, held: int | None = 30 * HOUR) -> None:
    pull(scene, first, "ALGO_DEMOTE", ALGORITHM, held=held)
    pull(scene, second, "BANNER_REMOVE", held=6 * HOUR)


def _apart(scene: Scene, first: int, second: int, *exercises: str, held: int | None = 30 * HOUR) -> tuple[Truth, ...]:
    _two_levers(scene, first, second, held)
    return tuple(coerced(scene, lever, "notice", exercises=exercises) for lever in (first, second))


def _after_a_hole(scene: Scene, later: int) -> int:
    """Lose one of the last three records of a day, and pull a lever `later` ms after its end."""
    opened_on_rival(scene, scene.at(0, "15:00"))
    _exposure(scene, scene.at(1, "23:57"))
    _exposure(scene, scene.at(1, "23:58"))
    scene.lose_last()
    _exposure(scene, scene.at(1, "23:59"))
    lever = scene.at(2, "00:00", later)
    pull(scene, lever, "SEARCH_DEMOTE", held=6 * HOUR)
    return lever


def _exposure(scene: Scene, time: int) -> None:
    seen: dict[str, Any] = {"impressions": 800, "rank": 40, "ad_band": "low", "from": time - HOUR, "to": time}
    scene.tell("shops", "exposure_counted", time, Act("system"), **seen)
