"""The demo's province as one log, cut down to the plants that a question needs, and judged by the pure engine.

What is cut out is not missing: the numbering of each source is closed up around it, while its own holes and the records
on either side of them, which date a hole, stay.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from monitor.detect.registry import registered
from monitor.feed.simulate import simulate_to_files
from monitor.feed.truth import Truth
from monitor.local.reckoning import Reckoning, reckon
from monitor.replay import Arrival, Backtest

SEED = 20210401


class Line(NamedTuple):
    """One line of the province's file; `said` is the value, empty where it is no JSON object."""

    topic: str
    append_time: int
    said: dict[str, Any]

    @property
    def numbering(self) -> tuple[str, str]:
        """What counts this line: its source on its topic."""
        return self.topic, self.said["source"]


def newest(log: Iterable[Arrival], rules: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Judge a log by rules that are set before its first event, and answer the last revision of each alert by id."""
    entry = [] if rules is None else [Arrival("control", orjson.dumps(_rules_entry(rules)), 0)]
    return {one.alert_id: orjson.loads(one.value) for one in Backtest(registered()).run([*entry, *log])}


def judged(log: Iterable[Arrival], truths: Iterable[Truth], rules: Mapping[str, Any] | None = None) -> Reckoning:
    """Judge a log and hold its alerts against the truths and the numbers that it lacks."""
    whole = list(log)
    return reckon(truths, newest(whole, rules), lost(whole))


def lost(log: Iterable[Arrival]) -> dict[str, int]:
    """Count the numbers that a log lacks of each platform's own feed, where it lacks any."""
    seen: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for one in log:
        said = orjson.loads(one.value)
        if said.get("source_grade") == "platform_feed" or said["type"] == "clock_advanced":
            seen[said["platform"], said["source"], one.topic].add(said["sequence"])
    lacking: Counter[str] = Counter()
    for (platform, _, _), numbers in seen.items():
        lacking[platform] += max(numbers) - len(numbers)
    return {platform: count for platform, count in lacking.items() if count}


class Planted:
    """A province in memory: its truths and its lines in order of arrival."""

    def __init__(self, folder: Path, scale: str = "demo") -> None:
        self.truths = simulate_to_files(folder, SEED, scale, partitions=1).truths
        with (folder / "partition-0.ndjson").open("rb") as file:
            decoded = map(orjson.loads, file)
            self.lines = [Line(one["topic"], one["append_time"], one["value"]) for one in decoded if "value" in one]

    def exercising(self, boundaries: Iterable[str]) -> list[Truth]:
        """List the first instance of every plant and look-alike that lies at one of these boundaries."""
        asked = set(boundaries)
        return [truth for truth in self.truths if truth.instance == 1 and asked.intersection(truth.exercises)]

    def cut(self, truths: Iterable[Truth]) -> list[Arrival]:
        """Answer the log of truths' subjects alone, numbered without the holes that the cutting makes."""
        truths = list(truths)
        platforms = {name for truth in truths for name in (truth.platform, truth.rival) if name}
        owners = [truth.subject for truth in truths] + [f"all of {name}" for name in platforms] + ["office"]
        kept = [self.lines[place] for place in sorted({place for owner in owners for place in self._places[owner]})]
        closed = self._closed_up(kept)
        return [Arrival(line.topic, orjson.dumps(_renumbered(line, closed)), line.append_time) for line in kept]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where the lines of each subject stand, of each platform as a whole, and of the office."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(self.lines):
            if line.topic == "control":
                places["office"].append(place)
                continue
            if subject := line.said.get("subject"):
                places[subject].append(place)
            if not subject or line.said["sequence"] in self._edges[line.numbering]:
                places[f"all of {line.said['platform']}"].append(place)
        return places

    @cached_property
    def _missing(self) -> dict[tuple[str, str], frozenset[int]]:
        """The numbers of each source that its feed lost."""
        numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        for line in self.lines:
            numbers[line.numbering].add(line.said["sequence"])
        return {of: frozenset(range(1, max(seen))) - seen for of, seen in numbers.items()}

    @cached_property
    def _edges(self) -> dict[tuple[str, str], frozenset[int]]:
        """The numbers right before and right after the lost ones."""
        return {
            of: frozenset(edge for number in lost for edge in (number - 1, number + 1)) - lost
            for of, lost in self._missing.items()
        }

    def _closed_up(self, kept: Iterable[Line]) -> dict[tuple[str, str], list[int]]:
        """Answer, in order, the numbers of each source that are still counted: kept or lost before."""
        numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        for line in kept:
            numbers[line.numbering].add(line.said["sequence"])
        return {of: sorted(seen | self._missing[of]) for of, seen in numbers.items()}


def _renumbered(line: Line, closed: Mapping[tuple[str, str], list[int]]) -> dict[str, Any]:
    numbers = closed[line.numbering]
    renumbered = {"sequence": bisect_right(numbers, line.said["sequence"])}
    if "last_sequence" in line.said:
        last, count = line.said["last_sequence"], line.said["count"]
        renumbered["last_sequence"] = bisect_right(numbers, last)
        renumbered["count"] = renumbered["last_sequence"] - bisect_right(numbers, last - count)
    return line.said | renumbered


def _rules_entry(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Write the control entry that puts parameters into force before everything."""
    return {
        "type": "rules_set",
        "event_id": "moved-rules",
        "source": "test-office",
        "sequence": 1,
        "effective_from": 0,
        "sent_time": 0,
        "author": "test-office",
        "reason": "a parameter is moved",
        "rule_set": "moved",
        "version": "1.0",
        "parameters": parameters,
    }
