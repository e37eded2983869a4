"""What a partition's state says in figures: counts that only rise, times, and how much it holds. Pure reading.

Each is read while the judge goes on in another thread, so dictionaries are copied, which is one step, before they are
walked.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from monitor.engine.partition import Partition
from monitor.eventtime.clocks import FOREVER, NEVER
from monitor.observe.catalogue import (
    ALERTS_SUPPRESSED,
    EVALUATIONS,
    EVENTS_CONSUMED,
    EVENTS_DEDUPLICATED,
    EVENTS_LATE,
    OFFSETS_ADVANCED,
    OFFSETS_SKIPPED,
    OUTCOMES,
    SUPPRESSIONS,
    UNKNOWN,
    Row,
)

ENGINE = "engine"

# Where the due time stands in a state value (engine/values.py); read_prefix would take most of the walk's time.
DUE = slice(9, 17)
NEVER_DUE = bytes(8)

Series = tuple[Row, tuple[str, ...]]


def known(partition: Partition, platform: str) -> str:
    """Answer a platform as a label: itself if the control log registered it."""
    return platform if platform in partition.clocks.standings else UNKNOWN


def counts(partition: Partition) -> Counter[Series]:
    """Answer every count of a partition by the series that shows it.

    The ledger is read before the clocks: what is judged in between then shows as judged of its platform, and never
    as judged of nobody.
    """
    found: Counter[Series] = Counter()
    for topic, ledger in partition.ledger.copy().items():
        found[EVENTS_CONSUMED, (topic, UNKNOWN)] += ledger.judged
        found[EVENTS_LATE, (topic, "dropped")] += ledger.too_late
        found[EVENTS_DEDUPLICATED, (topic,)] += ledger.duplicate
        found[OFFSETS_SKIPPED, (topic, "marker")] += ledger.markers
        found[OFFSETS_SKIPPED, (topic, "lost")] += ledger.lost
    for topic, offset in partition.applied.copy().items():
        found[OFFSETS_ADVANCED, (topic,)] += offset + 1
    for (platform, topic), clock in partition.clocks.topics.copy().items():
        found[EVENTS_CONSUMED, (topic, UNKNOWN)] -= clock.records
        found[EVENTS_CONSUMED, (topic, known(partition, platform))] += clock.records
    _add_statistics(partition, found)
    return found


def _add_statistics(partition: Partition, found: Counter[Series]) -> None:
    for name, count in partition.statistics.copy().items():
        if name[0] == "late_accepted":
            found[EVENTS_LATE, (name[1], "accepted")] += count
        elif name[0] == "evaluations":
            outcome = name[2] if name[2] in OUTCOMES else UNKNOWN
            found[EVALUATIONS, (name[1], outcome)] += count
            if outcome == "suppressed":
                found[ALERTS_SUPPRESSED, (name[1], UNKNOWN)] += count
        elif name[0] == "suppressed":
            # Said besides the evaluation's outcome: what has a reason is not also of none.
            reason = name[2] if name[2] in SUPPRESSIONS else UNKNOWN
            found[ALERTS_SUPPRESSED, (name[1], reason)] += count
            found[ALERTS_SUPPRESSED, (name[1], UNKNOWN)] -= count


def unaccounted(partition: Partition) -> dict[str, int]:
    """Answer, by topic, the offsets passed that no term of the ledger holds, below 0 for what is held twice."""
    applied = partition.applied.copy()
    return {topic: applied[topic] + 1 - ledger.advanced for topic, ledger in partition.ledger.copy().items()}


def watermarks(partition: Partition) -> dict[str, int]:
    """Answer, by topic, the event time in ms that all its clocks have reached, but for silent and retired platforms."""
    clocks = partition.clocks
    found: dict[str, int] = {}
    for (platform, topic), clock in clocks.topics.copy().items():
        if clock.value != NEVER and clocks.value(platform) != FOREVER and not clocks.is_silent(platform):
            found[topic] = min(found.get(topic, FOREVER), clock.value)
    return found


def newest(partition: Partition) -> dict[str, int]:
    """Answer, by registered platform, the append time in ms of the newest record judged of its own feed.

    A platform that is retired is no feed any more.
    """
    found: dict[str, int] = {}
    for (platform, _), clock in partition.clocks.topics.copy().items():
        if partition.clocks.value(platform) == FOREVER:
            continue
        name = known(partition, platform)
        found[name] = max(found.get(name, 0), clock.appended)
    return found


def reached(partition: Partition, topic: str) -> int:
    """Answer the append time in ms of the newest record judged of a topic, 0 where no clock tells."""
    clocks = partition.clocks.topics.copy()
    return max((clock.appended for (_, of_topic), clock in clocks.items() if of_topic == topic), default=0)


def rules(partition: Partition) -> Iterator[tuple[str, str, str, str]]:
    """Answer the rules in force: detector, rule set, version, digest of the parameters."""
    in_force = partition.meta.rules
    for detector in partition.detectors:
        rule = in_force.rule(detector)
        yield detector.id, rule.id, rule.version, rule.digest


class Table(NamedTuple):
    """A kind of state key: the detector that keeps it, or the engine, and its tag."""

    owner: str
    tag: str

    @property
    def label(self) -> str:
        """The value of the label `table`."""
        return f"{self.owner}/{self.tag}"


class Holding:
    """What is held of one kind of key; `waiting` are the keys with a due time, `size` is in bytes."""

    __slots__ = ("keys", "size", "waiting")

    def __init__(self) -> None:
        self.keys = 0
        self.size = 0
        self.waiting = 0

    def add(self, other: "Holding") -> None:
        """Add what another partition holds of the same kind."""
        self.keys += other.keys
        self.size += other.size
        self.waiting += other.waiting


def holdings(partition: Partition) -> dict[Table, Holding]:
    """Count what is held, as the last transaction left it; walks every key, 0.4 s a million.

    The keys of a detector that this worker does not run have no owner that is known.
    """
    found = {tag: Holding() for tag in partition.families}
    for key, raw in partition.keys.stored.copy().items():
        tag = key[: key.index("\n")]
        held = found.get(tag) or found.setdefault(tag, Holding())
        held.keys += 1
        held.size += len(key) + len(raw)
        if raw[DUE] != NEVER_DUE:
            held.waiting += 1
    return {Table(owner(partition, tag), tag): held for tag, held in found.items()}


def owner(partition: Partition, tag: str) -> str:
    """Answer who keeps the keys of a tag: a detector by its id, the engine, or `UNKNOWN`."""
    if tag not in partition.families:
        return UNKNOWN
    detector = partition.families[tag][1]
    return ENGINE if detector is None else detector.id


def unwritten(partition: Partition) -> int:
    """Count the keys that changed since the last transaction."""
    return len(partition.keys.dirty)
