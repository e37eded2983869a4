"""The partitions that a worker holds between two rebalances: opened, found, committed and closed together."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection

from aiokafka import AIOKafkaProducer

from monitor.errors import WeAreWrong
from monitor.settings import Settings
from monitor.stream import exits, heap
from monitor.stream.batches import Batch
from monitor.stream.committer import Committer
from monitor.stream.core import CoreFactory
from monitor.stream.letters import Letters
from monitor.stream.observer import Commit, Observer
from monitor.stream.partition import Partition
from monitor.stream.reach import Reach
from monitor.stream.readiness import Readiness
from monitor.stream.restore import StateReader, check_logs, refuse_lost_state, settle
from monitor.wire.clients import producer_options

# aiokafka writes lz4 at level 9, which costs four times as much and saves less.
COMPRESSION = "zstd"

PlacePartition = Callable[[Partition], Awaitable[None]]


class Partitions:
    """All partitions of one worker; the transport tells it of rebalances, the judge asks it for the one of a batch.

    `folded` counts the records of all batches since the process began.
    """

    def __init__(self, settings: Settings, core: CoreFactory, observer: Observer) -> None:
        self.settings = settings
        self.observer = observer
        self.reach = Reach()
        self.readiness = Readiness()
        self._core = core
        self._partitions: dict[int, Partition] = {}
        self._committers: dict[int, Committer] = {}
        self._opening: asyncio.Task[None] | None = None
        self.folded = 0

    def get(self, number: int) -> Partition | None:
        """Answer a partition that is held, open or not."""
        return self._partitions.get(number)

    def of(self, batch: Batch) -> Partition | None:
        """Answer the open partition that a batch belongs to; None for one of an older generation."""
        partition = self._partitions.get(batch.place.partition)
        if partition is None or not partition.is_open or partition.generation != batch.generation:
            return None
        return partition

    async def apply(self, batch: Batch) -> bool:
        """Apply a batch; false when its partition is gone, for whoever holds it now reads it again."""
        partition = self.of(batch)
        if partition is None:
            return False
        began = time.perf_counter()
        await partition.apply(batch)
        self.folded += len(batch.records)
        if batch.records:
            self.reach.read(batch.place, batch.records[-1].timestamp)
        topic, number = batch.place
        self.observer.applied(topic, number, len(batch.records), time.perf_counter() - began)
        return True

    def assign(self, numbers: Collection[int], generation: int, place: PlacePartition) -> None:
        """Begin to open partitions; comes back at once, for no heartbeat runs in the caller's callback.

        `place` is called for each partition once it is restored and may be read for.
        """
        self._partitions = {number: self._new(number, generation) for number in sorted(numbers)}
        self._committers = {number: self._new_committer(partition) for number, partition in self._partitions.items()}
        self.observer.assigned(numbers)
        if self._partitions:
            self._opening = asyncio.get_running_loop().create_task(self._open_or_end(place), name="open-partitions")

    def _new(self, number: int, generation: int) -> Partition:
        return Partition(number, self._core(number), generation=generation, slice_records=self.settings.slice_records)

    def _new_committer(self, partition: Partition) -> Committer:
        options = producer_options(self.settings, f"{self.settings.group}-judge-{partition.number}")
        producer = AIOKafkaProducer(**options, compression_type=COMPRESSION)
        letters = Letters(self.settings, partition, self.observer)
        return Committer(partition, producer, letters, self.settings, self._committed, self.reach.of)

    def _committed(self, commit: Commit) -> None:
        self.readiness.note(commit.records, len(commit.changes.refused))
        self.observer.committed(commit)

    async def _open_or_end(self, place: PlacePartition) -> None:
        try:
            await self._open(place)
        except WeAreWrong as error:
            exits.end(exits.REFUSED, str(error))
        except Exception as error:  # noqa: BLE001 - a worker that cannot restore must not stay in the group
            exits.end(exits.RESTORE_FAILED, f"the state could not be restored: {error!r}")

    async def _open(self, place: PlacePartition) -> None:
        began = time.perf_counter()
        heap.renew()
        partitions = list(self._partitions.values())
        await asyncio.gather(*(committer.fence() for committer in self._committers.values()))
        async with StateReader(self.settings, self.observer.restoring) as reader:
            logs = await reader.logs([partition.number for partition in partitions])
            empty = []
            async for partition, records in reader.restore(partitions, logs):
                partition.core.open()
                check_logs(partition, logs[partition.number])
                settle(partition, logs[partition.number])
                if partition.core.transaction:
                    await self._admit(partition, place)
                else:
                    empty.append(partition)
                self.observer.restored(partition.number, records, time.perf_counter() - began)
            for partition in empty:
                if await reader.holds_records("alerts", partition.number, logs[partition.number]["alerts"]):
                    raise refuse_lost_state(partition.number)
                await self._admit(partition, place)
        heap.freeze()

    async def _admit(self, partition: Partition, place: PlacePartition) -> None:
        self._committers[partition.number].start()
        partition.placed = True
        await place(partition)

    async def commit(self) -> None:
        """Make durable what is applied, in all partitions at once."""
        await asyncio.gather(*(committer.commit() for committer in self._committers.values()))

    async def close(self) -> None:
        """Give all partitions up: transactions under way end, nothing is written any more."""
        began, numbers = time.perf_counter(), list(self._partitions)
        committers, self._committers, self._partitions = self._committers, {}, {}
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
            self._opening = None
        await asyncio.gather(*(committer.stop() for committer in committers.values()))
        self.reach.clear()
        if numbers:
            self.observer.revoked(numbers, time.perf_counter() - began)
