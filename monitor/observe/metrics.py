"""The metrics of one worker: what the stream layer tells is counted as it comes, the rest is read at each scrape."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from monitor import __version__
from monitor.engine.partition import Partition
from monitor.events import Reason, Record, Refusal, Topic
from monitor.findings import Revision
from monitor.observe.catalogue import (
    ALERT_EVENT_TIME_LATENCY,
    ALERT_LATENCY,
    ALERTS_EMITTED,
    ASSIGNED_PARTITIONS,
    BUILD_INFO,
    CHANGELOG_LAG,
    CHECKPOINT_DURATION,
    CHECKPOINT_TIME,
    COMMIT_DURATION,
    DEAD_LETTERS,
    EVENT_PROCESSING,
    EVENT_SIZE,
    EVENTS_REJECTED,
    LAG_MESSAGES,
    LAG_SECONDS,
    LEDGER_DIFFERENCE,
    LOOP_DELAY,
    PRODUCE_DURATION,
    QUARANTINES,
    REBALANCE_DURATION,
    REBALANCES,
    RECOVERY_DURATION,
    RECOVERY_REMAINING,
    START_TIME,
    STATE_EVICTIONS,
    WATERMARK,
    WORKER_READY,
)
from monitor.observe.collectors import Collectors
from monitor.observe.commits import Commit
from monitor.observe.hearer import Fetched, Hearer
from monitor.observe.readings import Readings

AGENT = "judge"
PER_PLACE = (LAG_MESSAGES, LAG_SECONDS, LEDGER_DIFFERENCE, WATERMARK)
PER_PARTITION = (CHECKPOINT_TIME, CHANGELOG_LAG, RECOVERY_REMAINING)


def wall_ms() -> int:
    """Answer the wall clock in milliseconds."""
    return time.time_ns() // 1_000_000


class Metrics(Hearer):
    """An observer of the stream layer that keeps the whole catalogue; `registry` is what a server shows.

    Its methods are called in the event loop, once a batch or commit; the registry reads in the thread that scrapes.
    """

    def __init__(self, now_ms: Callable[[], int] = wall_ms) -> None:
        self._collectors = Collectors(self._read)
        self._child = self._collectors.child
        self._readings = Readings(self._collectors, now_ms)
        self._held: set[int] = set()
        self.registry = self._collectors.registry
        self._child(BUILD_INFO, __version__).set(1)
        self._child(START_TIME).set(now_ms() / 1000)
        self._child(WORKER_READY).set(1)
        self._hold()

    def _read(self) -> None:
        self._readings.read()

    def watch(self, partition: Partition) -> None:
        """Count what this partition does from now on; called once it is open, before it is fed."""
        self._readings.watch(partition)

    def fetched(self, topic: str, records: Sequence[Fetched]) -> None:
        """Count the records of a batch by size."""
        sizes = [len(record.value or b"") for record in records]
        self._child(EVENT_SIZE, topic).observe_all(sizes)

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Count a batch of `records`, each as an equal part of `seconds`; one without records is none."""
        if records:
            self._child(EVENT_PROCESSING, AGENT).observe_many(seconds / records, records)

    def committed(self, commit: Commit) -> None:
        """Count what one transaction made public and how long it took."""
        for record in commit.changes.refused:
            self._refused(record)
        for revision in commit.revisions:
            self._published(commit, revision)
        for (tag, reason), keys in self._evicted(commit).items():
            self._child(STATE_EVICTIONS, tag, reason).inc(keys)
        self._child(PRODUCE_DURATION).observe(commit.produce_s)
        self._child(COMMIT_DURATION).observe(commit.network_s)
        self._child(CHECKPOINT_DURATION).observe(commit.encode_s + commit.network_s)
        self._child(CHECKPOINT_TIME, str(commit.partition)).set(commit.acked_ms / 1000)
        self._readings.account(commit.partition)

    def _evicted(self, commit: Commit) -> Counter[tuple[str, str]]:
        """Count the tombstones of a transaction by table and reason."""
        gone = Counter(key[: key.index(b"\n")] for key, value in commit.changes.state if value is None)
        counts: Counter[tuple[str, str]] = Counter()
        for tag, keys in gone.items():
            counts[self._readings.eviction(commit.partition, tag.decode())] += keys
        return counts

    def _refused(self, record: Record) -> None:
        if isinstance(record.event, Refusal):
            reason = record.event.reason
            self._child(DEAD_LETTERS, record.topic, reason.value).inc()
            if reason is not Reason.too_late:
                self._child(EVENTS_REJECTED, record.topic, reason.value).inc()

    def _published(self, commit: Commit, revision: Revision) -> None:
        detector = revision.typology
        platform = self._readings.platform(commit.partition, revision.platform)
        self._child(ALERTS_EMITTED, detector, platform, revision.severity.value).inc()
        exemplar = {"alert_id": revision.alert_id}
        if commit.appended_ms:
            latency = max(0, commit.acked_ms - commit.appended_ms) / 1000
            self._child(ALERT_LATENCY, detector).observe(latency, exemplar)
        delay = max(0, commit.acked_ms - revision.event_time) / 1000
        self._child(ALERT_EVENT_TIME_LATENCY, detector).observe(delay, exemplar)

    def assigned(self, partitions: Collection[int]) -> None:
        """Note which partitions this worker holds besides those it has."""
        self._held.update(partitions)
        self._hold()

    def revoked(self, partitions: Collection[int], seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Take the last figures of partitions that go, and their gauges out of the exposition."""
        self._held.difference_update(partitions)
        self._hold()
        self._readings.drop(partitions)
        for number in partitions:
            for row in PER_PARTITION:
                self._collectors.forget(row, str(number))
            for row in PER_PLACE:
                for topic in Topic:
                    self._collectors.forget(row, topic.value, str(number))

    def _hold(self) -> None:
        for topic in Topic:
            self._child(ASSIGNED_PARTITIONS, topic.value).set(len(self._held))

    def restoring(self, partition: int, remaining: int) -> None:
        """Note how much of its state log a partition still has to read."""
        self._child(RECOVERY_REMAINING, str(partition)).set(remaining)

    def restored(self, partition: int, records: int, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Note how long a partition took to be restored."""
        self._child(RECOVERY_REMAINING, str(partition)).set(0)
        self._child(RECOVERY_DURATION).observe(seconds)

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """Note how many offsets of an input are not applied."""
        self._child(LAG_MESSAGES, topic, str(partition)).set(records)
        self._readings.lagged(topic, partition, records)

    def quarantined(self, platform: str, partition: int) -> None:
        """Count a platform's mark."""
        self._child(QUARANTINES, self._readings.platform(partition, platform)).inc()

    def readiness(self, *, ready: bool) -> None:
        """Note whether the worker is fit."""
        self._child(WORKER_READY).set(ready)

    def rebalancing(self) -> None:
        """Count a rebalance that begins; the Faust sensor calls."""
        self._child(REBALANCES).inc()

    def rebalanced(self, seconds: float) -> None:
        """Note how long a rebalance took; the Faust sensor calls."""
        self._child(REBALANCE_DURATION).observe(seconds)

    def loop_delayed(self, seconds: float) -> None:
        """Note how much later than asked the event loop ran."""
        self._child(LOOP_DELAY).observe(seconds)
