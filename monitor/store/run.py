"""The store's life: hold partitions, read their logs, write batch after batch; wait for the database when it is away.

Kafka gives no position and the group none: what the database holds decides where reading begins, after every restart.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Protocol

import psycopg

from monitor.settings import Settings
from monitor.store.batch import Batch, Records, prepared
from monitor.store.database import Connection, connect, shown
from monitor.store.holding import hold
from monitor.store.migrate import require
from monitor.store.positions import Place, read_positions
from monitor.store.reading import Reader, reading
from monitor.store.writing import Writer, Written

BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
LOOK_AGAIN_S = 5.0
"""between two looks for partitions that another store has left"""
LAST_WORDS_S = 8.0
"""how long a transaction under way may take after SIGTERM"""
UNFINISHED = 3


class Watcher(Protocol):
    """Who is told what the store does; the figures implement it, and the log."""

    def away(self, error: Exception, wait_s: float) -> None:
        """The database does not answer; it is tried again after a while."""

    def connected(self) -> None:
        """The database answers, with the tables that this program knows."""

    def holds(self, partitions: Iterable[int]) -> None:
        """These partitions are ours from now on, and no others."""

    def wrote(self, records: Records, written: Written, began: float) -> None:
        """A transaction is committed; `began` is of the monotonic clock."""

    def lost(self, place: Place, offsets: int) -> None:
        """A topic forgot so many offsets before they were copied."""

    def behind(self, offsets: Mapping[Place, int]) -> None:
        """So many offsets are not read yet."""


class Store:
    """One writing process; `partitions` are those that it may hold."""

    def __init__(self, settings: Settings, partitions: Iterable[int], watcher: Watcher) -> None:
        self._settings = settings
        self._wanted = tuple(sorted(set(partitions)))
        self._watcher = watcher
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let the transaction under way end, then come back from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Copy until `stop`; a database that is away is waited for, anything else is raised."""
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await self._session()
            except psycopg.OperationalError as error:
                failures = 0 if time.monotonic() - began > LOOK_AGAIN_S else failures + 1
                wait_s = BACKOFF_S[min(failures, len(BACKOFF_S) - 1)]
                self._watcher.away(error, wait_s)
                self._watcher.holds(())
                await self._pause(wait_s)

    async def _session(self) -> None:
        """Live on one connection, until it breaks or we stop."""
        connection = await asyncio.to_thread(connect, self._settings)
        try:
            await asyncio.to_thread(require, connection)
            self._watcher.connected()
            held: set[int] = set()
            while not self._stopping.is_set():
                held |= await asyncio.to_thread(hold, connection, set(self._wanted) - held)
                self._watcher.holds(held)
                await self._copy(connection, held)
        finally:
            connection.close()

    async def _copy(self, connection: Connection, held: set[int]) -> None:
        """Copy what we hold, until there may be more to hold."""
        if not held:
            await asyncio.to_thread(connection.execute, "SELECT 1")
            await self._pause(LOOK_AGAIN_S)
            return
        positions = await asyncio.to_thread(read_positions, connection, *self._settings.prefixes)
        writer = Writer(connection, self._settings.prefixes, positions)
        async with reading(self._settings, held, positions) as reader:
            for place, offsets in reader.lost.items():
                self._watcher.lost(place, offsets)
            while not self._stopping.is_set() and not await self._others_left(connection, held):
                await self._batches(reader, writer, connection)

    async def _others_left(self, connection: Connection, held: set[int]) -> bool:
        """Whether partitions that another store held are free now; then they are ours."""
        more = await asyncio.to_thread(hold, connection, set(self._wanted) - held)
        held |= more
        return bool(more)

    async def _batches(self, reader: Reader, writer: Writer, connection: Connection) -> None:
        """Copy batches for a while."""
        until = time.monotonic() + LOOK_AGAIN_S
        under_way: asyncio.Task[None] | None = None
        try:
            while not self._stopping.is_set() and time.monotonic() < until:
                records = await reader.batch()
                batch = prepared(records, *self._settings.prefixes)
                if under_way is not None:
                    await under_way
                under_way = asyncio.create_task(self._write(writer, connection, records, batch))
        finally:
            if under_way is not None:
                await under_way
        self._watcher.behind(await reader.behind())

    async def _write(self, writer: Writer, connection: Connection, records: Records, batch: Batch) -> None:
        """Commit a batch while the next one is read and prepared."""
        began = time.monotonic()
        if records:
            written = await asyncio.to_thread(writer.commit, batch)
            self._watcher.wrote(records, written, began)
        else:
            # An idle store must notice too that its connection, and with it its locks, is gone.
            await asyncio.to_thread(connection.execute, "SELECT 1")

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


async def run_until_signalled(store: Store) -> None:
    """Run until SIGTERM or SIGINT; what is under way is committed, or after a while left to be read again.

    A database that hangs would keep its thread, and with it the process, from ending: then the process ends at once.
    The transaction is whole or not there, so nothing is lost by that.
    """
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, _end, loop, store)
    await store.run()


def _end(loop: asyncio.AbstractEventLoop, store: Store) -> None:
    store.stop()
    loop.call_later(LAST_WORDS_S, _give_up)


def _give_up() -> None:
    sys.stderr.write(
        f"the store ends with exit code {UNFINISHED}: the database did not answer for {LAST_WORDS_S:g} s; "
        "what was under way is read again at the next start\n"
    )
    sys.stderr.flush()
    os._exit(UNFINISHED)


def away(settings: Settings, error: Exception) -> str:
    """Say in one line why a database does not answer; no password is in it."""
    reason = str(error).strip().splitlines()
    return f"PostgreSQL {shown(settings)}: {reason[0] if reason else repr(error)}"
