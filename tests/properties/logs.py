"""A history as logs of five topics and as one worker's way of reading them: stamped, delayed, interleaved, batched."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from heapq import merge
from itertools import groupby
from typing import NamedTuple

import msgspec
from chronicle import Happening, History, example

from monitor.events import Event, Record, Refusal
from monitor.eventtime.china import DAY, HOUR, MINUTE, day_of, day_start
from monitor.wire.decode import Decoder

CLOCKED = ("shops", "offers", "orders")
TOPICS = ("control", "costs", *CLOCKED)
CLOSE = 30 * MINUTE
REST = 38 * DAY
"""How long clocks run on after the last arrival: longer than any window, episode and bucket."""

PROMPT = 0.5
"""The part of the facts that is not held back."""
CLOCK = (
    '{"type":"clock_advanced","event_id":"clock-%s-%d","platform":"%s","source":"%s-clock#1","sequence":%d,'
    '"event_time":%d,"sent_time":%d,"clock":%d,"last_sequence":0,"count":0}'
)


class Entry(NamedTuple):
    """One record of a topic's log: when it was appended, its bytes, and whose it is; null stands in every partition."""

    append_time: int
    raw: bytes
    subject: str | None


Batch = tuple[str, list[Record]]
Logs = dict[str, list[Entry]]


class Reading(NamedTuple):
    """How a history comes to the judge.

    `delay` holds back each fact by a random part of what it may be late, `skew` lets a topic be read up to so much
    later than another, `grain` is the time between clock records, `batch` the most records of a batch.
    """

    seed: int = 0
    delay: bool = False
    skew: int = 0
    grain: int = 3 * HOUR
    batch: int = 500


PLAIN = Reading()


def batches(history: History, reading: Reading = PLAIN) -> list[Batch]:
    """Answer the batches in which one worker reads all of a history, registrations first, until all is at rest."""
    return read(logs(history, reading), reading)


def logs(history: History, reading: Reading = PLAIN) -> Logs:
    """Answer the log of each topic: facts as they arrive, each tick's clock record after what arrived before it."""
    dice = random.Random(reading.seed)
    found: dict[str, list[Entry]] = {topic: [] for topic in TOPICS}
    for one, raw in zip(history.happenings, stamped(history), strict=True):
        arrival = _delayed(one, dice) if reading.delay else one.arrival
        found[one.topic].append(Entry(arrival, raw, one.subject))
    last = max(entry.append_time for entries in found.values() for entry in entries)
    times = list(ticks(history, last, reading.grain))
    for topic in CLOCKED:
        clocks = _clocks(history.platforms, topic, times)
        found[topic] = list(merge(sorted(found[topic], key=_time), clocks, key=_time))
    found["control"] = [*_registry(history.platforms, times[0]), *sorted(found["control"], key=_time)]
    found["costs"].sort(key=_time)
    return found


def _time(entry: Entry) -> int:
    return entry.append_time


def _delayed(one: Happening, dice: random.Random) -> int:
    return one.arrival if dice.random() < PROMPT else dice.randint(one.arrival, one.latest)


def stamped(history: History) -> Iterator[bytes]:
    """Write each happening with its place in its source's run of numbering, in the order of the history."""
    numbers: Counter[tuple[str, str]] = Counter()
    for one in history.happenings:
        numbers[one.source, one.topic] += 1
        place = {"source": f"{one.source}#1", "sequence": numbers[one.source, one.topic]}
        yield msgspec.json.encode({**one.value, **place})


def ticks(history: History, last: int, grain: int) -> Iterator[int]:
    """List the times of clock records: every grain on days with events or arrivals, else noon and the day's close."""
    events = [one.value.get("event_time", one.arrival) for one in history.happenings]
    arrivals = [one.arrival for one in history.happenings]
    busy = {day_of(time) for time in (*events, *arrivals)}
    for midnight in range(day_start(day_of(min(events))), last + REST, DAY):
        times = {midnight + CLOSE, midnight + 12 * HOUR}
        if day_of(midnight) in busy:
            times.update(range(midnight, midnight + DAY, grain))
        yield from sorted(times)


def _clocks(platforms: Iterable[str], topic: str, times: Iterable[int]) -> Iterator[Entry]:
    """A clock record has a run of numbering of its own, so that other clocks change no byte of a fact."""
    for number, time in enumerate(times, 1):
        for platform in platforms:
            yield Entry(time, (CLOCK % (topic, time, platform, platform, number, time, time, time)).encode(), None)


def _registry(platforms: Iterable[str], time: int) -> Iterator[Entry]:
    for number, platform in enumerate(platforms, 1):
        told = {"event_id": f"registered-{platform}", "source": "office#1", "sequence": number, "effective_from": 0}
        entry = {**example("platform_registered"), **told, "platform": platform, "sends_clock": True}
        yield Entry(0, msgspec.json.encode({**entry, "topics": [*CLOCKED], "sent_time": time}), None)


def read(found: Logs, reading: Reading = PLAIN) -> list[Batch]:
    """Interleave the topics as one worker may: each topic's order stands, each lags by up to `skew` now and then."""
    dice = random.Random(reading.seed)
    streams = [_read_at(topic, found[topic], reading.skew, dice) for topic in TOPICS]
    inputs = (one for _, one in merge(*streams, key=lambda pair: pair[0]))
    grouped = (list(group) for _, group in groupby(inputs, key=lambda record: record.topic))
    return [
        (group[0].topic, group[start : start + reading.batch])
        for group in grouped
        for start in range(0, len(group), reading.batch)
    ]


def _read_at(topic: str, entries: Sequence[Entry], skew: int, dice: random.Random) -> Iterator[tuple[int, Record]]:
    """Tell when each record of a topic is read; what it lags behind changes a few times a day."""
    now = lag = until = 0
    for offset, entry in enumerate(entries):
        if entry.append_time >= until:
            until, lag = entry.append_time + 6 * HOUR, dice.randint(0, skew)
        now = max(now, entry.append_time + lag)
        yield now, Record(decoded(topic, entry.raw), entry.raw, topic, offset, entry.append_time)


@cache
def decoded(topic: str, raw: bytes) -> Event | Refusal:
    """Read a record as the wire does, once: events are frozen and every run gets a record of its own."""
    return Decoder(1, 0).decode(topic, raw, None, None, 0, 0).event
