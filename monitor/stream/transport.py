"""The batch transport, a Faust plug-in (entry point `faust.transports`, broker URL `fairtrade://host:port`).

Stock Faust spends most of its time on one task switch a message; here one message carries what a poll returned for
one partition. Of aiokafka only the reading of broken batches is changed (`monitor.wire.records`), and everything above
is ordinary Faust. What each override keeps of Faust 0.15.3 and why stands in docs/decisions/0005-batch-transport.md;
contract tests hold both to it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message
from mode.utils.futures import notify

from monitor.stream import exits
from monitor.stream.batches import Batch, BatchLedger, Place, Room
from monitor.stream.core import Raw
from monitor.stream.link import ConsumerLink
from monitor.stream.order import INPUTS
from monitor.stream.partition import Partition
from monitor.stream.partitions import Partitions
from monitor.stream.thread import ConsumerThread

IDLE_S = 0.02
GATED_S = 0.05
SURVEY_S = 1.0


class Consumer(driver.Consumer):
    """Faust's consumer with batches for messages, positions from the state, and its own back-pressure."""

    _thread: ConsumerThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._partitions = cast("Transport", self.transport).partitions
        self._prefix = self._partitions.settings.prefix
        self._batches = BatchLedger()
        self._room = Room(self._partitions.settings.pending_batches)
        self._next: dict[TP, int] = {}
        self._gated: set[Partition] = set()
        self._surveyed = 0.0
        self._newest_at_survey = 0
        self._partitions.observer.linked(ConsumerLink(self.loop, self._thread))

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109 - upstream's
        """Yield one message a partition and poll, control first; replaces one message a record."""
        self._open_gates()
        if self._room.is_full and self.flow_active:
            await self._room.changed(IDLE_S)
            return
        if self.flow_active and not self._get_active_partitions():
            # Stock sleeps a whole second here.
            await asyncio.sleep(IDLE_S)
            return
        records, active = await self._wait_next_records(GATED_S if self._gated else timeout)
        generation = self.app.consumer_generation_id
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            await self._seek_while_stopped()
            return
        async for tp, batch in self._cut(records, active):
            if not self.flow_active or self.app.consumer_generation_id != generation:
                return
            yield tp, self._deliver(tp, batch)

    async def _seek_while_stopped(self) -> None:
        try:
            await self.perform_seek()
        except Exception as error:  # noqa: BLE001 - as upstream: else the fetcher dies at a rebalance
            self.log.warning("seek while the flow is stopped: %r", error)

    async def _cut(
        self, records: Mapping[TP, Sequence[Raw]], active: Iterable[TP] | None
    ) -> AsyncIterator[tuple[TP, Batch]]:
        """Make the batches of one poll, then those that say that a log ended in holes."""
        wanted = self._buffered_partitions.union(records if active is None else active)
        for tp in sorted(wanted.intersection(records), key=self._rank):
            found = records[tp]
            yield tp, await self._batch(tp, found, first=found[0].offset, last=found[-1].offset)
        if self._gated or time.monotonic() - self._surveyed > SURVEY_S:
            for tp, position in (await self._survey()).items():
                if position > self._next[tp]:
                    yield tp, await self._batch(tp, (), first=position, last=position - 1)

    async def _batch(self, tp: TP, records: Sequence[Raw], *, first: int, last: int) -> Batch:
        start = self._next[tp]
        lost = await self._lost(tp, start, first) if first > start else 0
        generation = self.app.consumer_generation_id
        return Batch(self._place_of(tp), records, start=start, last=last, lost=lost, generation=generation)

    async def _lost(self, tp: TP, start: int, first: int) -> int:
        """Answer how many offsets before `first` are gone from the log rather than holes of it."""
        begin: int = (await self.earliest_offsets(tp))[tp]
        return max(0, min(begin, first) - start)

    def _deliver(self, tp: TP, batch: Batch) -> ConsumerMessage:
        self._next[tp] = batch.last + 1
        self._batches.add(batch)
        self._room.enter(batch)
        self._partitions.observer.fetched(batch.place.topic, batch.records)
        self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
        self._note_heads(tp.partition)
        return _message(tp, batch)

    def _note_heads(self, number: int) -> None:
        """Tell a partition how far each of its logs reaches, as the newest fetches know."""
        partition = self._partitions.get(number)
        if partition is None:
            return
        for tp in self._inputs(number):
            head = self.highwater(tp)
            if head is not None:
                partition.heads[self._place_of(tp).topic] = head

    async def _survey(self) -> dict[TP, int]:
        """Look where the idle partitions stand, say how far all lag, and note which are at their end."""
        self._surveyed = time.monotonic()
        active = sorted(self._get_active_partitions())
        idle = [tp for tp in active if self._batches.is_idle(self._place_of(tp)) and tp in self._next]
        positions = await self._thread.positions(idle)
        for tp in active:
            self._report_lag(tp, positions.get(tp))
        self._newest_at_survey = self._partitions.reach.newest
        self._partitions.observer.readiness(ready=self._partitions.readiness.is_ready)
        return positions

    def _report_lag(self, tp: TP, position: int | None) -> None:
        place, end = self._place_of(tp), self.highwater(tp)
        partition = self._partitions.get(tp.partition)
        if partition is None or end is None:
            return
        self._partitions.observer.lagged(*place, max(0, end - partition.position(place.topic)))
        if position is not None and position >= end:
            self._partitions.reach.at_end(place, self._newest_at_survey)

    def _place_of(self, tp: TP) -> Place:
        return Place(tp.topic.removeprefix(self._prefix), tp.partition)

    def _rank(self, tp: TP) -> tuple[int, int]:
        return INPUTS.index(tp.topic.removeprefix(self._prefix)), tp.partition

    async def seek(self, partition: TP, offset: int) -> None:
        """Move to an offset, and expect the next batch to begin there."""
        await super().seek(partition, offset)
        self._next[partition] = offset

    async def _seek(self, partition: TP, offset: int) -> None:
        """Move in the client's own thread; upstream does it from ours, under a fetch that is being taken there."""
        await self._thread.seek_wait({partition: offset})

    async def perform_seek(self) -> None:
        """Read on from what the state says is applied, whatever the group's offsets say; pause what is not restored."""
        await super().perform_seek()
        for number in {tp.partition for tp in self.assignment()}:
            partition = self._partitions.get(number)
            if partition is not None and partition.is_open:
                await self._place(partition)
            else:
                self.pause_partitions(self._inputs(number))

    async def _place(self, partition: Partition) -> None:
        """Seek all inputs of a restored partition and let those flow that may."""
        for tp in self._inputs(partition.number):
            await self.seek(tp, partition.position(self._place_of(tp).topic))
            # Names it to upstream's commit: a predecessor may have died between a transaction and its offsets.
            self._acked.setdefault(tp, [])
        self.pause_partitions(self._inputs(partition.number))
        self._gated.add(partition)
        self._open_gates()

    def _open_gates(self) -> None:
        for partition in list(self._gated):
            flowing = partition.flowing()
            self.resume_partitions({TP(self._prefix + topic, partition.number) for topic in flowing})
            if len(flowing) == len(INPUTS):
                self._gated.discard(partition)

    def _inputs(self, number: int) -> set[TP]:
        return {TP(self._prefix + topic, number) for topic in INPUTS}

    def ack(self, message: Message) -> bool:
        """Count a batch that is done; Faust also acks events that it skips, and those only give their place back."""
        self._unacked_messages.discard(message)
        message.acked = True
        batch = _batch_of(message)
        if batch.done:
            self._n_acked += 1
        self._room.leave(batch)
        notify(self._waiting_for_ack)
        return True

    def drop(self, message: Message) -> None:
        """Let a batch go whose partition is gone: without an ack, and without anybody waiting for one."""
        self._unacked_messages.discard(message)
        self._room.leave(_batch_of(message))

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Holes of the log need no bookkeeping: a batch says what it covers."""

    def _new_offset(self, tp: TP) -> int | None:
        """Answer the offset that the group may commit: what is done and durable, in order, and never more."""
        partition, place = self._partitions.get(tp.partition), self._place_of(tp)
        return self._batches.committable(place, -1 if partition is None else partition.durable.get(place.topic, -1))

    async def commit_and_end_transactions(self) -> None:
        """Make everything applied durable before the group's offsets are committed; the last step of every stop."""
        await self._partitions.commit()
        await super().commit_and_end_transactions()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Stop the flow, commit transactions and offsets, then give the partitions up.

        The commits come first because upstream forgets the acks of the interval that is running.
        """
        self.stop_flow()
        self.app.flow_control.suspend()
        self.app.flow_control.clear()
        await self.commit_and_end_transactions()
        await super().on_partitions_revoked(revoked)
        self._forget()
        await self._partitions.close()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Begin to open the partitions; nothing here waits for it, for no heartbeat runs meanwhile."""
        self._forget()
        numbers = co_partitioned(assigned)
        self._partitions.assign(numbers, self.app.consumer_generation_id, self._place)
        await super().on_partitions_assigned(assigned, generation_id)

    async def on_stop(self) -> None:
        """Commit what is applied and close the partitions with the consumer."""
        await super().on_stop()
        await self._partitions.close()

    def _forget(self) -> None:
        self._batches.clear()
        self._room.clear()
        self._gated.clear()
        self._next.clear()


def _message(tp: TP, batch: Batch) -> ConsumerMessage:
    """Wrap a batch as Faust's message; its offset is the batch's last one."""
    appended = batch.records[-1].timestamp / 1000 if batch.records else 0.0
    value: Any = batch
    return ConsumerMessage(
        topic=tp.topic,
        partition=tp.partition,
        offset=batch.last,
        timestamp=appended,
        timestamp_type=1,
        headers=None,
        key=None,
        value=value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        tp=tp,
        generation_id=batch.generation,
    )


def _batch_of(message: Message) -> Batch:
    batch: Any = message.value
    return cast("Batch", batch)


def co_partitioned(assigned: Iterable[TP]) -> set[int]:
    """Answer the partition numbers of an assignment; ends the process unless each comes with the same topics."""
    topics: dict[int, set[str]] = defaultdict(set)
    for tp in assigned:
        topics[tp.partition].add(tp.topic)
    if len({frozenset(names) for names in topics.values()}) > 1:
        split = ", ".join(f"{number}: {' '.join(sorted(names))}" for number, names in sorted(topics.items()))
        exits.end(
            exits.NOT_CO_PARTITIONED,
            f"the inputs are not co-partitioned ({split}); run `fairtrade topics check` and give all inputs one count",
        )
    return set(topics)


class Transport(driver.Transport):
    """What `fairtrade://` stands for; `partitions` is set by `create_app` before the consumer is made."""

    Consumer: ClassVar[type[Any]] = Consumer

    partitions: Partitions
