"""Kafka positions, in the same transaction as the rows: where to go on, and whether the log is still the one."""

from hashlib import sha256
from typing import Any, NamedTuple

from monitor.store.database import Connection
from monitor.store.errors import OtherInstallation, PositionMoved
from monitor.store.revised import at

Place = tuple[str, int]
"""A topic by its name on the broker, and a partition."""

_MOVE = """
INSERT INTO positions AS held (topic, partition, next_offset, last_offset, last_sha256, moved_at)
VALUES (%(topic)s, %(partition)s, %(next)s, %(last)s, %(sha256)s, %(moved_at)s)
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, last_offset = excluded.last_offset,
    last_sha256 = excluded.last_sha256, moved_at = excluded.moved_at
WHERE held.next_offset = %(before)s
"""


class Position(NamedTuple):
    """What is stored of one partition: the offset to go on from, and the last record with the hash of its value."""

    next_offset: int
    last_offset: int
    last_sha256: bytes


def read_positions(connection: Connection, *prefixes: str) -> dict[Place, Position]:
    """Read every position of the store. Raises OtherInstallation where a topic has none of the prefixes."""
    rows = connection.execute(
        "SELECT topic, partition, next_offset, last_offset, last_sha256 FROM positions"
    ).fetchall()
    for topic, *_ in rows:
        if not topic.startswith(prefixes):
            raise OtherInstallation(" or ".join(prefixes), topic)
    return {(topic, partition): Position(*position) for topic, partition, *position in rows}


def after(record: Any) -> Position:
    """Answer the position after a record."""
    return Position(record.offset + 1, record.offset, sha256(record.value or b"").digest())


def move(connection: Connection, place: Place, before: Position | None, to: Position, moved_ms: int) -> None:
    """Move a position within the transaction of its rows. Raises PositionMoved if it is not where we left it."""
    told = {
        "topic": place[0],
        "partition": place[1],
        "next": to.next_offset,
        "last": to.last_offset,
        "sha256": to.last_sha256,
        "moved_at": at(moved_ms),
        "before": None if before is None else before.next_offset,
    }
    if connection.execute(_MOVE, told).rowcount != 1:
        raise PositionMoved(f"{place[0]}[{place[1]}] is not at {told['before']} any more: somebody else wrote it")
