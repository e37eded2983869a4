"""Backtest: the lines of a file through the one engine, in virtual time, without Kafka (design.md 9).

The file is the log of one partition in the order of arrival. Offsets are counted a topic; an entry of silence takes
effect at its place in the file, where the live judge waits for the offsets that it names.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, NamedTuple

import msgspec

from monitor.detect.registry import Detector
from monitor.engine import Partition, advance, fold
from monitor.engine.partition import COUNTS
from monitor.events import PlatformRegistered, PlatformResumed, PlatformSilent, Record
from monitor.eventtime.china import iso
from monitor.findings import Revision
from monitor.wire.decode import Decoder
from monitor.wire.headers import Header

SLICE = 500
BETWEEN_COMMITS = 20_000


class Arrival(NamedTuple):
    """One stamped line of a file: topic without prefix, the value's bytes, append time in ms.

    `headers` say whose a value is that is no JSON object, as they do on Kafka; others say it themselves.
    """

    topic: str
    value: bytes
    append_time: int
    headers: tuple[Header, ...] = ()


class Backtest:
    """One run over the log of one partition; `platforms` are registered if the log's first fact finds none."""

    def __init__(
        self, detectors: Sequence[Detector], platforms: Iterable[PlatformRegistered] = (), mode: str = "backtest"
    ) -> None:
        self.partition = Partition(0, detectors, mode=mode)
        self.dead_letters: Counter[str] = Counter()
        self._platforms = tuple(platforms)
        self._decoder = Decoder(1, 0)
        self._offsets: Counter[str] = Counter()
        self._folded = 0

    def run(self, arrivals: Iterable[Arrival]) -> Iterator[Revision]:
        """Fold arrivals and yield every revision as it is made."""
        for topic, group in groupby(arrivals, key=lambda one: one.topic):
            while batch := list(islice(group, SLICE)):
                yield from self._batch(topic, batch)

    def _batch(self, topic: str, batch: list[Arrival]) -> Iterator[Revision]:
        if topic != "control" and not self.partition.clocks.standings:
            self._fold(list(self._registrations()))
        self._fold([_in_place(record) for record in self._records(topic, batch)])
        if self.partition.revisions or self.partition.refused or self._folded >= BETWEEN_COMMITS:
            changes = self.partition.take()
            self._folded = 0
            self.dead_letters.update(record.event.reason.value for record in changes.refused)  # type: ignore[union-attr]
            yield from changes.revisions

    def _records(self, topic: str, batch: list[Arrival]) -> list[Record]:
        first = self._offsets[topic]
        self._offsets[topic] += len(batch)
        nothing = [None] * len(batch)
        values = [one.value for one in batch]
        headers = [one.headers for one in batch]
        times = [one.append_time for one in batch]
        return self._decoder.decode_batch(topic, values, nothing, headers, range(first, first + len(batch)), times)

    def _registrations(self) -> Iterator[Record]:
        for entry in self._platforms:
            yield Record(entry, msgspec.json.encode(entry), "control", self._offsets["control"], entry.sent_time)
            self._offsets["control"] += 1

    def _fold(self, records: list[Record]) -> None:
        self._folded += len(records)
        while records:
            records = records[fold(self.partition, records) :]
            while advance(self.partition):
                pass

    def counts(self) -> dict[str, Any]:
        """Answer what was refused, what was no verdict, and the ledger over all topics."""
        ledger: Counter[str] = Counter()
        for terms in self.partition.ledger.values():
            ledger.update(msgspec.to_builtins(terms))
        return {
            "dead_letters": dict(self.dead_letters),
            "non_verdicts": non_verdicts(self.partition),
            "ledger": dict(ledger),
        }


def _in_place(record: Record) -> Record:
    if isinstance(record.event, PlatformSilent | PlatformResumed):
        record.event = msgspec.structs.replace(record.event, offsets={})
    return record


def non_verdicts(partition: Partition) -> list[dict[str, Any]]:
    """List the non-verdicts of a partition by name, platform, category and day, in that order."""
    rows: list[dict[str, Any]] = []
    partition.file_counts()
    names = {*partition.keys.stored, *partition.keys.live} - partition.keys.dropped
    for key in names:
        if key.startswith(f"{COUNTS}\n"):
            _, _, platform, day = key.split("\n")
            rows.extend(_rows(platform, int(day), partition.keys.get(key).of))
    return sorted(rows, key=lambda row: (row["name"], row["platform"], row["category"] or "", row["day"]))


def _rows(platform: str, day: int, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
    for column, count in counts.items():
        name, _, category = column.partition("\t")
        if count and name != "too_late":
            yield {"name": name, "platform": platform, "category": category or None, "day": iso(day), "count": count}
