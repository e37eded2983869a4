"""Deliberate breaks of each rule that keeps events: a worker that runs with one must be caught by the suite.

Each is a function that changes the product in this process only; `worker.py` calls it by the name in `BREAKS`.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any

from aiokafka import TopicPartition
from faust.types import TP

from monitor.agents.engine_core import EngineCore
from monitor.stream import partitions, restore
from monitor.stream.committer import Committer
from monitor.stream.letters import Letters
from monitor.stream.partition import Partition
from monitor.stream.transport import Consumer


def without_fence() -> None:
    """Give each process transactional ids of its own: no successor shuts a predecessor out."""
    options = partitions.producer_options
    partitions.producer_options = lambda settings, name: options(settings, f"{name}-{os.getpid()}")


def write_before_restore() -> None:
    """Fence, then judge and write at once; nobody waits for the state that is in the log."""

    async def opened(self: Any, place: Any) -> None:
        await asyncio.gather(*(committer.fence() for committer in self._committers.values()))
        for partition in self._partitions.values():
            partition.core.open()
            await self._admit(partition, place)

    partitions.Partitions._open = opened


def half_done_batch() -> None:
    """Let a transaction that is taken inside a batch say that all of the batch is applied."""
    apply, take = Partition.apply, EngineCore.take
    under_way: dict[int, Any] = {}

    async def applied(self: Partition, batch: Any) -> None:
        under_way[self.number] = batch
        await apply(self, batch)
        del under_way[self.number]

    def taken(self: EngineCore) -> Any:
        batch = under_way.get(self.partition.number)
        before = dict(self.partition.applied)
        if batch is not None:
            self.partition.applied[batch.place.topic] = max(batch.last, before.get(batch.place.topic, -1))
        changes = take(self)
        self.partition.applied.update(before)
        return changes

    Partition.apply, EngineCore.take = applied, taken


def retry_unknown() -> None:
    """Send a transaction's records again when nobody knows whether it was committed."""
    pack = Letters.pack

    def packed(self: Letters, *given: Any) -> Any:
        self.again = lambda: pack(self, *given)
        return pack(self, *given)

    async def transacted(self: Committer, parcels: Any) -> None:
        try:
            await self.transact(parcels)
        except Exception:  # noqa: BLE001 - the break retries whatever went wrong
            await self.transact(list(self._letters.again()))

    Letters.pack, Committer._transact_or_end = packed, transacted


def position_from_group() -> None:
    """Read on from where the group's offsets say, as a plain consumer does."""

    async def placed(self: Consumer, partition: Partition) -> None:
        for tp in self._inputs(partition.number):
            await self.seek(tp, await _position(self, partition, tp))
            self._acked.setdefault(tp, [])
        self.resume_partitions(self._inputs(partition.number))

    Consumer._place = placed


async def _position(consumer: Consumer, partition: Partition, tp: TP) -> int:
    place = TopicPartition(*tp)
    thread = consumer._thread
    committed = await thread.call_thread(thread._ensure_consumer().committed, place) or 0
    topic = consumer._place_of(tp).topic
    position = partition.position(topic)
    if committed > position:
        partition.core.skip(topic, committed - 1, markers=committed - position)
    return committed


def read_uncommitted_restore() -> None:
    """Restore from the state log as a reader who also sees what was aborted."""
    options = restore.reader_options
    restore.reader_options = lambda settings: options(settings) | {"isolation_level": "read_uncommitted"}


BREAKS: dict[str, Callable[[], None]] = {
    "no-fence": without_fence,
    "write-before-restore": write_before_restore,
    "half-done-batch": half_done_batch,
    "retry-unknown": retry_unknown,
    "position-from-group": position_from_group,
    "read-uncommitted-restore": read_uncommitted_restore,
}
