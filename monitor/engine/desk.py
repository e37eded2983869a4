"""What a detector sees of the engine while it folds one record or one due key: `monitor.detect.registry.Desk`."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from monitor.detect.explanation import explain
from monitor.detect.lapses import Lapse, Missing, Silence
from monitor.detect.registry import Gap
from monitor.engine.partition import COUNTS, Counts, Partition
from monitor.events import Record, Refusal, Topic
from monitor.eventtime.china import day_of
from monitor.eventtime.clocks import NEVER
from monitor.findings import Body, Coverage, Published, Reference, Revision, Rule, State, Status, publish


class Desk:
    """A partition as detectors may use it; `late` and `record` are of the record at hand."""

    __slots__ = ("_partition", "count", "drop", "due_of", "get", "late", "put", "record", "wake")

    def __init__(self, partition: Partition) -> None:
        keys = partition.keys
        self._partition = partition
        self.late = False
        self.record: Record | None = None
        # Taken as they are: a frame of our own for each would be a tenth of what a line costs.
        self.get = keys.get
        self.put = keys.put
        self.drop = keys.drop
        self.due_of = keys.due_of
        self.wake = keys.wake
        self.count = partition.count

    def clock(self, platform: str) -> int:
        """Answer a platform clock."""
        return self._partition.clocks.value(platform)

    def joint_clock(self, platform: str, rival: str) -> int:
        """Answer the clock of a join of two platforms."""
        return self._partition.clocks.joint(platform, rival)

    def topic_clock(self, platform: str, topic: str) -> int:
        """Answer a topic clock."""
        return self._partition.clocks.topic_value(platform, topic)

    def is_late(self, record: Record) -> bool:
        """Answer whether the record at hand is older than its topic clock was when it came."""
        return self.late and record is self.record

    def parameters(self, detector: str) -> Any:
        """Answer a detector's parameters in force."""
        return self._partition.parameters[detector]

    def rule(self, detector: str) -> Rule:
        """Answer the rule set in force, as an alert prints it."""
        found = next(one for one in self._partition.detectors if one.id == detector)
        return self._partition.meta.rules.rule(found)

    def gap(self, platform: str, topics: Iterable[str], start: int, end: int) -> Gap:
        """Answer the worst of a platform's own feed in [start, end).

        A hole reaches from the event before it to the event after it, both inclusive.
        """
        seen, latest = "", 0
        for topic in topics:
            for first, last, before, after in self._holes(platform, topic):
                if min(before, after) < end and max(before, after) >= start:
                    seen = seen or f"{topic}: {last - first + 1} missing"
                    latest = max(latest, before, after)
        if seen:
            return Gap(State.failed, seen, latest)
        for since, until in self._partition.clocks.unfilled_silences(platform):
            if since < end and until > start:
                return Gap(State.no_data, f"silent from {since} to {until}", until)
        return Gap(State.passed, "")

    def _holes(self, platform: str, topic: str) -> list[tuple[int, int, int, int]]:
        runs = self._partition.numberings.of(platform, topic)
        return [hole for numbering in runs for hole in numbering.seen.holes()]

    def coverage(self, platform: str, start: int, end: int) -> Coverage:
        """Answer how complete a platform's orders are over [start, end): what came too late and what is missing."""
        self._partition.file_counts()
        late = sum(self._too_late(platform, day) for day in range(day_of(start), day_of(end - 1) + 1))
        holes = self._holes(platform, "orders")
        gaps = sum(last - first + 1 for first, last, before, after in holes if before < end and after >= start)
        total = sum(numbering.seen.highest for numbering in self._partition.numberings.of(platform, "orders"))
        return Coverage(_band(late + gaps, total), late, gaps)

    def _too_late(self, platform: str, day: int) -> int:
        counts: Counts | None = self.get(f"{COUNTS}\n\n{platform}\n{day}")
        return 0 if counts is None else counts.of.get("too_late\t", 0)

    def missing(self, platform: str, source: str) -> list[Missing]:
        """Answer what a run of a platform's own feed lacks, by topic; of nobody's where the platform is empty."""
        runs = [(topic.value, self._partition.numberings.get(platform, source, topic)) for topic in Topic]
        return [
            Missing(topic, run.seen.holes(), run.seen.dropped)
            for topic, run in runs
            if run is not None and run.vouched and run.seen.absent
        ]

    def silence(self, platform: str) -> Silence:
        """Answer the silences of a platform that the log declares."""
        standing = self._partition.clocks.standings[platform]
        return Silence(None if standing.silent_since == NEVER else standing.silent_since, standing.silences)

    def lost(self, topic: str) -> int:
        """Count the records of a topic that retention took before they were read."""
        ledger = self._partition.ledger.get(topic)
        return 0 if ledger is None else ledger.lost

    def partition(self) -> int:
        """Answer the number of the partition."""
        return self._partition.number

    def lapsed(self, lapse: Lapse) -> None:
        """Tell the detectors that heed lapses of one."""
        for detector in self._partition.detectors:
            if detector.heed is not None:
                detector.heed(self, lapse)

    def reference(self, record: Record, role: str) -> Reference:
        """Cite a record."""
        event = record.event
        if isinstance(event, Refusal):
            raise TypeError("a refused record proves nothing and cannot be cited")
        digest = sha256(record.raw).hexdigest()
        return Reference(record.topic, self._partition.number, record.offset, event.event_id, digest, role)

    def publish(self, published: Published, body: Body, status: Status, reason: str, event_time: int) -> Revision:
        """Put the next revision of an alert onto the log, in words made from the rest of its body if it has none."""
        partition = self._partition
        partition.meta.published += 1
        body.mode = partition.mode
        if not body.explanation.template:
            body.explanation = explain(body)
        sequence = partition.meta.published
        revision = publish(published, body, status, reason, event_time=event_time, sequence=sequence)
        partition.revisions.append(revision)
        partition.moved = True
        return revision

    def tally(self, detector: str, outcome: str) -> None:
        """Count an evaluation for the metrics."""
        self._partition.statistics["evaluations", detector, outcome] += 1


def _band(lacking: int, total: int) -> str:
    """Answer one of four bands: full, high from 99 %, partial from 90 %, low."""
    if not lacking:
        return "full"
    if lacking * 100 <= total:
        return "high"
    return "partial" if lacking * 10 <= total else "low"
