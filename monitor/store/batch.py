"""Records become what a transaction will hold, as far as the database need not be asked. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from monitor.settings import unprefixed
from monitor.store.control import READ_PARTITION
from monitor.store.positions import Place, Position, after
from monitor.store.revised import Revised, revised
from monitor.store.rows import Row, dead_letter_row, feedback_row
from monitor.wire.dead_letters import replayed_as

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


def prepared(records: Records, *prefixes: str) -> Batch:
    """Read records of topics, by their names on the broker, which begin with one of `prefixes`."""
    batch = Batch([], defaultdict(list), [], {})
    for (topic, partition), of_place in records.items():
        _take(batch, (topic, partition), of_place, prefixes)
        batch.ends[topic, partition] = End(after(of_place[-1]), of_place[-1].timestamp)
    return batch


def _take(batch: Batch, place: Place, records: Sequence[Any], prefixes: tuple[str, ...]) -> None:
    match unprefixed(place[0], prefixes):
        case "alerts":
            batch.alerts.extend(revised(place[0], record) for record in records)
        case "feedback":
            batch.rows["feedback"] += map(feedback_row, records)
        case "dead-letters":
            batch.rows["dead_letters"] += (
                dead_letter_row(record, *prefixes) for record in records if replayed_as(record.headers) is None
            )
        case "control" if place[1] == READ_PARTITION:
            batch.entries.extend(record.value or b"" for record in records)
