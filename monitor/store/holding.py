"""Who writes a partition: whoever holds its lock in the database, on the very connection that writes.

The lock is of the session: it is free as soon as the connection is gone, and then that connection can write no more.
So there is exactly one writer a partition at any time, whatever happens to processes, and no coordinator.
"""

from collections.abc import Iterable

from monitor.store.database import Connection
from monitor.store.migrate import LOCK


def hold(connection: Connection, partitions: Iterable[int]) -> set[int]:
    """Take the locks of those partitions that nobody holds, and answer which ones these are."""
    return {number for number in partitions if _locked(connection, number)}


def _locked(connection: Connection, partition: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK, partition)).fetchone()
    return bool(row and row[0])
