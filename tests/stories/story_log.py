"""A story as the log that a gateway writes: clock records, stamps, and one tick a minute in which things arrive."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from story_book import Story, moment
from story_events import Happening, happenings

from monitor.eventtime.china import DAY, HOUR, MINUTE, day_of, day_start
from monitor.feed.delivery import Delivery, Kind, split
from monitor.feed.stamp import Gateway, Stamped

CLOCKED = ("shops", "offers", "orders")
TOPICS = ("control", "costs", *CLOCKED)
CLOSE = 30 * MINUTE
HOLD_BACK = HOUR
RUN_ON = 9 * DAY
REST = 3 * DAY
"""A sparse log runs on as long beyond, so that it is at rest though its records come late."""


class Tick(NamedTuple):
    """What one minute brings, topic by topic; each topic's part ends with its clock records."""

    minute: int
    records: list[Stamped]


def log(story: Story, *, sparse: bool = False, partitions: int = 1) -> Iterator[Tick]:
    """Stamp a story's log minute by minute; a `sparse` one has no more clock records than its end needs."""
    gateway = Gateway(partitions)
    arriving: dict[int, list[Happening]] = {}
    for one in happenings(story):
        arriving.setdefault(one.minute, []).append(one)
    minutes = ticks(story, sparse=sparse)
    yield Tick(minutes[0] - MINUTE, gateway.stamp(_registry(story, minutes[0] - MINUTE)))
    for minute in minutes:
        yield Tick(minute, gateway.stamp(_deliveries(story, minute, arriving.get(minute, []))))


def ticks(story: Story, *, sparse: bool) -> list[int]:
    """List the minutes at which the log has records, from the first event's day to nine days after the last one."""
    told = happenings(story)
    first = day_start(day_of(told[0].minute))
    last = moment(story.run_to) if story.run_to else told[-1].minute + RUN_ON
    last += REST if sparse else 0
    found = {minute for one in told for minute in (one.minute, one.minute + HOLD_BACK)}
    for midnight in range(first, last + 1, DAY):
        found.add(midnight + CLOSE)
        if not sparse:
            each = MINUTE if story.clocks == "each_minute" and day_of(midnight) in _days(story) else HOUR
            found.update(range(midnight, midnight + DAY, each))
    return sorted(minute for minute in found if first <= minute <= last)


@cache
def _days(story: Story) -> set[int]:
    told = happenings(story)
    times = [time for one in told for time in (one.minute, one.value.get("event_time", one.minute))]
    return {day_of(time) for time in times}


def platforms(story: Story) -> list[str]:
    """List the platforms that a story speaks of."""
    named = {one.value.get("platform") for one in happenings(story)}
    return sorted(story.platform(letter) for letter in "PQR" if story.platform(letter) in named)


@cache
def _pauses(story: Story) -> dict[str, tuple[int, int]]:
    return {story.platform(letter): (moment(span[0]), moment(span[1])) for letter, span in story.pauses.items()}


def _registry(story: Story, minute: int) -> Iterator[Delivery]:
    """The test registry: the story's platforms from the beginning of time, and the rules before the first event."""
    office = {"effective_from": 0, "sent_time": minute, "author": "office-hz", "reason": "test registry"}
    for name in platforms(story):
        entry = {
            "type": "platform_registered",
            "event_id": f"{name}-registered",
            **office,
            "platform": name,
            "name": {"zh": "平台", "en": "Platform"},
            "topics": list(reversed(CLOCKED)),
            "disorder_ms": 600_000,
            "sends_clock": True,
        }
        yield _delivery(minute, Kind.entry, "control", story.case, name, f"{story.case}-office", entry)
    yield rules(story, minute)


def rules(story: Story, minute: int) -> Delivery:
    """The one rule set of all stories, at the defaults of verdicts.md."""
    entry = {
        "type": "rules_set",
        "event_id": f"{story.case}-rules",
        "effective_from": 0,
        "sent_time": minute,
        "author": "office-hz",
        "reason": "test registry",
        "rule_set": "stories",
        "version": "1.0",
        "parameters": {},
    }
    return _delivery(minute, Kind.entry, "control", story.case, "", f"{story.case}-office", entry)


def _deliveries(story: Story, minute: int, arriving: list[Happening]) -> Iterator[Delivery]:
    clocks = [
        name
        for name in platforms(story)
        if name not in _pauses(story) or not _pauses(story)[name][0] <= minute < _pauses(story)[name][1]
    ]
    for topic in TOPICS:
        for one in arriving:
            if one.topic == topic:
                yield _fact(story, one)
        if topic in CLOCKED:
            for name in clocks:
                yield _clock(name, topic, minute)


def _fact(story: Story, one: Happening) -> Delivery:
    value = one.value
    everyones = one.topic == "costs" and value["subject"] is None
    kind, key = (Kind.entry, value["product"]) if everyones else (one.kind, story.merchant)
    return _delivery(one.minute, kind, one.topic, key, value.get("platform") or "", one.reporter, value)


def _clock(name: str, topic: str, minute: int) -> Delivery:
    head = b'{"type":"clock_advanced","event_id":"%b-clock-%b-%d","platform":"%b",' % (
        name.encode(),
        topic.encode(),
        minute,
        name.encode(),
    )
    tail = b',"event_time":%d,"sent_time":%d,"clock":%d}' % (minute, minute, minute)
    return Delivery(minute, 0, Kind.clock, topic, name, name, f"{name}-feed", head, tail)


def _delivery(
    minute: int, kind: Kind, topic: str, key: str, platform: str, reporter: str, value: dict[str, Any]
) -> Delivery:
    head, tail = split(value)
    return Delivery(minute, 0, kind, topic, key, platform, reporter, head, tail)
