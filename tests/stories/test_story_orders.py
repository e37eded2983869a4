"""A story read in another order, inside the lateness, ends as it does in the recorded one."""

from collections.abc import Iterable, Iterator

import msgspec
import pytest
from story_book import CASES, ORDERLY, Story, story
from story_log import Tick, log
from story_run import lasts, run, sparsely

from monitor.eventtime.china import DAY
from monitor.feed.stamp import Stamped
from monitor.findings import projection

LATE = DAY
CHUNK = 2 * DAY
FIRST = ("control", "costs")
SILENT = [case for case in CASES if any(said.get("type") == "platform_silent" for said in story(case).events)]
FREE = [case for case in ORDERLY if case not in SILENT]
"""Without those whose silence takes effect at its place among the inputs."""


def _topic_by_topic(ticks: Iterable[Tick], order: tuple[str, ...]) -> Iterator[Tick]:
    """All of one topic for two days before any of the next, control and costs first as at an assignment."""
    chunk: list[Stamped] = []
    begun = 0
    for tick in ticks:
        if tick.minute >= begun + CHUNK:
            yield Tick(begun, _sorted(chunk, order))
            chunk, begun = [], tick.minute
        chunk += tick.records
    yield Tick(begun, _sorted(chunk, order))


def _sorted(records: list[Stamped], order: tuple[str, ...]) -> list[Stamped]:
    return sorted(records, key=lambda one: order.index(one.topic))


def _late(ticks: Iterable[Tick]) -> Iterator[Tick]:
    """Every fact of the platforms a day after its clock records; its number keeps its place."""
    waiting: list[tuple[int, Stamped]] = []
    for tick in ticks:
        now = [one for one in tick.records if _is_punctual(one)]
        ready = [one for minute, one in waiting if minute + LATE <= tick.minute]
        waiting = [(minute, one) for minute, one in waiting if minute + LATE > tick.minute]
        waiting += [(tick.minute, one) for one in tick.records if not _is_punctual(one)]
        yield Tick(tick.minute, now + [one._replace(append_time=tick.minute) for one in ready])


def _is_punctual(one: Stamped) -> bool:
    return one.topic in FIRST or b'"type":"clock_advanced"' in one.value


def _doubled(ticks: Iterable[Tick]) -> Iterator[Tick]:
    """Everything twice, the second time in the reverse order of its minute."""
    for tick in ticks:
        yield Tick(tick.minute, tick.records + tick.records[::-1])


def _backwards(ticks: Iterable[Tick]) -> Iterator[Tick]:
    """The facts of a day in reverse, all after its clock records."""
    held: list[Stamped] = []
    day = 0
    for tick in ticks:
        if tick.minute // DAY != day:
            day = tick.minute // DAY
            yield Tick(tick.minute, [one._replace(append_time=tick.minute) for one in reversed(held)])
            held = []
        held += [one for one in tick.records if not _is_punctual(one)]
        yield Tick(tick.minute, [one for one in tick.records if _is_punctual(one)])


ORDERS = {
    "shops_first": lambda ticks: _topic_by_topic(ticks, (*FIRST, "shops", "offers", "orders")),
    "orders_first": lambda ticks: _topic_by_topic(ticks, (*FIRST, "orders", "offers", "shops")),
    "late": _late,
    "doubled": _doubled,
    "backwards": _backwards,
}


@pytest.mark.parametrize("order", sorted(ORDERS))
@pytest.mark.parametrize("case", FREE)
def test_another_order_ends_alike(case, order):
    """The last revision of each alert that is not withdrawn is equal by projection."""
    told = story(case)
    again = run(ORDERS[order](log(told, sparse=True)))

    assert sparsely(told).counts["dead_letters"] == again.counts["dead_letters"]
    assert _at_rest(lasts(sparsely(told))) == _at_rest(lasts(again))


def _at_rest(values):
    return {alert: msgspec.json.decode(projection(value)) for alert, value in values.items()}


@pytest.mark.parametrize("case", SILENT)
def test_a_silent_story_ends_alike_when_doubled(case):
    """Repeats change nothing of a story of silence."""
    told = story(case)
    again = run(_doubled(log(told, sparse=True)))

    assert _at_rest(lasts(sparsely(told))) == _at_rest(lasts(again))


def _is_another(story_: Story, order: str) -> bool:
    ticks = list(log(story_, sparse=True))
    flat = [one for tick in ticks for one in tick.records]
    return [one for tick in ORDERS[order](iter(ticks)) for one in tick.records] != flat


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_an_order_is_another_one(order):
    """Each order differs from the recorded one in every story, or this file would prove nothing."""
    assert [case for case in FREE if not _is_another(story(case), order)] == []
