"""One transaction at a time: takes what a partition has to say and makes it durable, all or nothing."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer

from monitor.settings import Settings
from monitor.stream import exits
from monitor.stream.core import Changes, Entry
from monitor.stream.letters import Letters
from monitor.stream.observer import Commit
from monitor.stream.outbox import Parcel
from monitor.stream.partition import Partition

ReadTo = Callable[[int], int]


class Committer:
    """The only writer of a partition: fence, restore, write, in this order (delivery.md 1, rules 12 to 14).

    `read_to` answers the append time to which every input of a partition is read.
    """

    def __init__(
        self,
        partition: Partition,
        producer: AIOKafkaProducer,
        letters: Letters,
        settings: Settings,
        report: Callable[[Commit], None],
        read_to: ReadTo,
    ) -> None:
        self._partition = partition
        self._producer = producer
        self._letters = letters
        self._interval = settings.commit_interval_ms / 1000
        self._writes_control = not settings.candidate
        self._report = report
        self._read_to = read_to
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._acknowledged = 0.0

    async def fence(self) -> None:
        """End a predecessor's open transaction and shut it out; before anything of the partition is read."""
        await self._producer.start()

    def start(self) -> None:
        """Commit from now on, by itself."""
        self._partition.durable = dict(self._partition.core.applied)
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"committer-{self._partition.number}")

    async def stop(self) -> None:
        """Let the transaction under way end, write no more, and give the producer back."""
        self._partition.closed = True
        self._partition.kick.set()
        if self._task is not None:
            await self._task
        await self._producer.stop()

    async def _run(self) -> None:
        partition = self._partition
        while not partition.closed:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(partition.kick.wait(), self._interval)
            partition.kick.clear()
            await self.commit()

    async def commit(self) -> None:
        """Make what is applied durable; ends the process when that cannot be known."""
        if self._task is None:
            return
        async with self._turn:
            try:
                await self._commit()
            except Exception as error:  # noqa: BLE001 - what could not be written must not be overtaken
                exits.end(exits.INVARIANT_BROKEN, f"partition {self._partition.number} cannot be committed: {error!r}")

    async def _commit(self) -> None:
        partition, began = self._partition, time.perf_counter()
        async with partition.lock:
            if partition.busy:
                exits.end(exits.INVARIANT_BROKEN, f"partition {partition.number} was left in the middle of a slice")
            entries = partition.core.entries(self._read_to(partition.number)) if self._writes_control else ()
            if not (partition.core.moved or entries):
                return
            changes = await partition.take()
            applied = dict(partition.core.applied)
            parcels = await self._packed(changes, entries)
            handed = partition.hand_over()
        encoded = self._acknowledged = time.perf_counter()
        await self._transact_or_end(parcels)
        partition.durable = applied
        self._report(
            Commit(
                partition=partition.number,
                records=handed.records,
                changes=changes,
                encode_s=encoded - began,
                produce_s=self._acknowledged - encoded,
                network_s=time.perf_counter() - encoded,
                appended_ms=handed.raised_ms,
                acked_ms=time.time_ns() // 1_000_000,
            )
        )

    async def _packed(self, changes: Changes, entries: Sequence[Entry]) -> list[Parcel]:
        parcels = []
        for parcel in self._letters.pack(self._producer, self._partition, changes, entries):
            parcels.append(parcel)
            await asyncio.sleep(0)
        return parcels

    async def _transact_or_end(self, parcels: Sequence[Parcel]) -> None:
        try:
            await self.transact(parcels)
        except BaseException as error:  # noqa: BLE001 - whatever it is, only a new producer epoch may go on
            exits.end(
                exits.TRANSACTION_UNKNOWN,
                f"the outcome of transaction {self._partition.core.transaction} of partition "
                f"{self._partition.number} is unknown: {error!r}",
            )

    async def transact(self, parcels: Sequence[Parcel]) -> None:
        """Write the parcels in one transaction; opened only now, with all of its content in hand."""
        producer, number = self._producer, self._partition.number
        await producer.begin_transaction()
        sent = [await producer.send_batch(parcel.batch, parcel.topic, partition=number) for parcel in parcels]
        await asyncio.gather(*sent)
        self._acknowledged = time.perf_counter()
        await producer.commit_transaction()
