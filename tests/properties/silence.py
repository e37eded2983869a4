"""Faults of a platform's feed that heal: a silence with its backlog, and a record that is missing for a while."""

from bisect import bisect_right
from operator import attrgetter

import msgspec
from chronicle import example
from logs import CLOCKED, Entry, Logs, decoded

from monitor.events import ClockAdvanced
from monitor.eventtime.china import HOUR, MINUTE

DECLARED_AFTER = 30 * MINUTE
_time = attrgetter("append_time")


def silenced(found: Logs, platform: str, since: int, until: int) -> Logs:
    """Hold back all that a platform's own feed sends in (since, until); the judge declares the silence in between."""
    held = {topic: [_held(topic, one, platform, since, until) for one in found[topic]] for topic in CLOCKED}
    made: Logs = {**found, **{topic: sorted(entries, key=_time) for topic, entries in held.items()}}
    times = range(since + DECLARED_AFTER, until, 6 * HOUR)
    entries = [_silent(made, platform, since, time, number) for number, time in enumerate(times, 1)]
    entries.append(_resumed(made, platform, until, len(entries) + 1))
    return {**made, "control": sorted([*found["control"], *entries], key=_time)}


def _held(topic: str, entry: Entry, platform: str, since: int, until: int) -> Entry:
    event = decoded(topic, entry.raw)
    own = isinstance(event, ClockAdvanced) or event.source_grade == "platform_feed"
    if not own or event.platform != platform or not since < entry.append_time < until:
        return entry
    return entry._replace(append_time=until)


def _silent(found: Logs, platform: str, since: int, time: int, number: int) -> Entry:
    said = {"platform": platform, "topics": [*CLOCKED], "since": since, "clock": time - DECLARED_AFTER}
    return _entry("platform_silent", found, time, number, said)


def _resumed(found: Logs, platform: str, until: int, number: int) -> Entry:
    return _entry("platform_resumed", found, until, number, {"platform": platform})


def _entry(kind: str, found: Logs, time: int, number: int, said: dict[str, object]) -> Entry:
    """The judge's own entry names the offsets that it had read: all that was appended before."""
    read = {topic: bisect_right(found[topic], time - 1, key=_time) - 1 for topic in CLOCKED}
    own = {"event_id": f"{kind}-{number}", "source": f"judge-{said['platform']}#1", "sequence": number}
    times = {"sent_time": time, "effective_from": time}
    offsets = {topic: offset for topic, offset in read.items() if offset >= 0}
    return Entry(time, msgspec.json.encode({**example(kind), **own, **times, **said, "offsets": offsets}), None)


def missing_for_a_while(found: Logs, topic: str, offset: int, until: int) -> Logs:
    """Let one record of a topic arrive at `until` instead."""
    entries = [*found[topic]]
    late = entries.pop(offset)
    entries.insert(bisect_right(entries, until, key=_time), late._replace(append_time=until))
    return {**found, topic: entries}
