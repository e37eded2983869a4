"""The store's life: hold partitions, read their logs, write batch after batch; wait for whoever is away.

Kafka gives no position and the group none: what the database holds decides where reading begins, after every restart.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from typing import ParamSpec, Protocol, TypeVar

from aiokafka.errors import OffsetOutOfRangeError

from monitor.settings import Settings
from monitor.store.batch import Batch, Records, prepared
from monitor.store.database import Connection, connect
from monitor.store.ending import end
from monitor.store.holding import hold
from monitor.store.migrate import require
from monitor.store.outage import Party, absent, refusal
from monitor.store.positions import Place, read_positions
from monitor.store.reading import Reader, reading
from monitor.store.vitals import Vitals
from monitor.store.writing import Writer, Written

BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
LOOK_AGAIN_S = 5.0
"""between two looks for partitions that another store has left"""
ORDERLY_S = 4.0
"""how long what is under way may take after SIGTERM before it is given up, to be read again"""
LAST_WORDS_S = 8.0
"""how long the process may then take to end: a database that hangs keeps its thread from ending"""

Told = ParamSpec("Told")
Found = TypeVar("Found")


class Watcher(Protocol):
    """Who is told what the store does; the figures implement it, and the log."""

    def away(self, party: Party, error: Exception) -> None:
        """A party does not answer; called at each attempt until it does."""

    def back(self, party: Party) -> None:
        """A party answers; called at each answer that opens something."""

    def holds(self, partitions: Iterable[int]) -> None:
        """These partitions are ours from now on, and no others."""

    def wrote(self, records: Records, written: Written, began: float) -> None:
        """A transaction is committed; `began` is of the monotonic clock."""

    def lost(self, place: Place, offsets: int) -> None:
        """A topic forgot so many offsets before they were copied."""

    def behind(self, offsets: Mapping[Place, int]) -> None:
        """So many offsets are not read yet."""


class Store:
    """One writing process; `partitions` are those that it may hold, `vitals` what its health is judged by."""

    def __init__(self, settings: Settings, partitions: Iterable[int], watcher: Watcher) -> None:
        self._settings = settings
        self._wanted = tuple(sorted(set(partitions)))
        self._watcher = watcher
        self._stopping = asyncio.Event()
        self.vitals = Vitals()

    def stop(self) -> None:
        """Let the transaction under way end, then come back from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Copy until `stop`; whoever is away is waited for, what a human must repair is raised."""
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await self._until_stopped()
            except Exception as error:
                party = absent(error)
                if party is None:
                    raise
                if shut := await refusal(error, self._settings):
                    raise shut from error
                failures = 0 if time.monotonic() - began > LOOK_AGAIN_S else failures + 1
                self._lack(party, error)
                await self._pause(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])

    def _lack(self, party: Party, error: Exception) -> None:
        """Let go of everything, so that another store which is better off may take it."""
        self.vitals.lost(party, str(error) or "no answer")
        self._watcher.away(party, error)
        self._watcher.holds(())

    async def _until_stopped(self) -> None:
        """Live on one connection; after `stop` whatever waits for an answer has a few seconds more."""
        session = asyncio.create_task(self._session())
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({session, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not session.done():
                await asyncio.wait({session}, timeout=ORDERLY_S)
        finally:
            stopped.cancel()
            session.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await session

    async def _session(self) -> None:
        """Live on one connection, until it breaks or we stop."""
        connection = await self._database(connect, self._settings)
        try:
            await self._database(require, connection)
            self._watcher.back(Party.database)
            held: set[int] = set()
            while not self._stopping.is_set():
                held |= await self._database(hold, connection, set(self._wanted) - held)
                self.vitals.holds(held)
                await self._copy(connection, held)
        finally:
            connection.close()

    async def _copy(self, connection: Connection, held: set[int]) -> None:
        """Copy what we hold, until there may be more to hold."""
        if not held:
            self._watcher.holds(held)
            await self._database(connection.execute, "SELECT 1")
            self.vitals.surveys({})
            await self._pause(LOOK_AGAIN_S)
            return
        positions = await self._database(read_positions, connection, *self._settings.prefixes)
        writer = Writer(connection, self._settings.prefixes, positions)
        async with contextlib.AsyncExitStack() as stack:
            with self.vitals.asking(Party.broker):
                reader = await stack.enter_async_context(reading(self._settings, held, positions))
            self._watcher.back(Party.broker)
            self._watcher.holds(held)
            for place, offsets in reader.lost.items():
                self._watcher.lost(place, offsets)
            await self._survey(reader)
            # A topic may forget what was to be read next: then it is opened anew, and the loss is counted.
            with contextlib.suppress(OffsetOutOfRangeError):
                while not self._stopping.is_set() and not await self._others_left(connection, held):
                    await self._batches(reader, writer, connection)

    async def _others_left(self, connection: Connection, held: set[int]) -> bool:
        """Whether partitions that another store held are free now; then they are ours."""
        more = await self._database(hold, connection, set(self._wanted) - held)
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
        await self._survey(reader)

    async def _survey(self, reader: Reader) -> None:
        """Ask the broker where the logs end; it is away when it does not say."""
        with self.vitals.asking(Party.broker):
            async with asyncio.timeout(self._settings.broker_away_ms / 1000):
                behind = await reader.behind()
        self.vitals.surveys(behind)
        self._watcher.behind(behind)

    async def _write(self, writer: Writer, connection: Connection, records: Records, batch: Batch) -> None:
        """Commit a batch while the next one is read and prepared."""
        began = time.monotonic()
        if records:
            written = await self._database(writer.commit, batch)
            self.vitals.wrote(records)
            self._watcher.wrote(records, written, began)
        else:
            # An idle store must notice too that its connection, and with it its locks, is gone.
            await self._database(connection.execute, "SELECT 1")

    async def _database(self, asked: Callable[Told, Found], /, *arguments: Told.args, **named: Told.kwargs) -> Found:
        """Ask the database in a thread; while it does not answer it is away."""
        with self.vitals.asking(Party.database):
            return await asyncio.to_thread(asked, *arguments, **named)

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
    end(f"the database did not answer for {LAST_WORDS_S:g} s; what was under way is read again at the next start")
