"""Records become what a transaction will hold, as far as the database need not be asked. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from monitor.store.control import READ_PARTITION
from monitor.store.positions import Place, Position, after
from monitor.store.revised import Revised, revised
from monitor.store.rows import Row, dead_letter_row, feedback_row

Records = Mapping[Place, Sequence[Any]]
"""Records by place, none of them empty, in the order of their offsets."""


class End(NamedTuple):
    """Where a place stands after a batch, and the append time of its last record in ms."""

    position: Position
    moved_ms: int


class Batch(NamedTuple):
    """One transaction to be: revisions in the order of their partitions, rows by table, values of control entries."""

    alerts: list[Revised]
    rows: dict[str, list[Row]]
    entries: list[bytes]
    ends: dict[Place, End]


def prepared(records: Records, prefix: str) -> Batch:
    """Read records of the topics whose names begin with `prefix`."""
    batch = Batch([], defaultdict(list), [], {})
    for (topic, partition), of_place in records.items():
        _take(batch, topic.removeprefix(prefix), partition, of_place, prefix)
        batch.ends[topic, partition] = End(after(of_place[-1]), of_place[-1].timestamp)
    return batch


def _take(batch: Batch, topic: str, partition: int, records: Sequence[Any], prefix: str) -> None:
    match topic:
        case "alerts":
            batch.alerts.extend(revised(prefix + topic, record) for record in records)
        case "feedback":
            batch.rows["feedback"] += map(feedback_row, records)
        case "dead-letters":
            batch.rows["dead_letters"] += (dead_letter_row(record, prefix) for record in records)
        case "control" if partition == READ_PARTITION:
            batch.entries.extend(record.value or b"" for record in records)
