"""Event to alert at a fixed rate, open loop: from the intended send time of a lever to its committed notice.

A slot is a hundredth of a second; what belongs to it is sent when it begins, whatever became of the slots before. A
lever's payload carries the intended time as its `sent_time`; a slot that began a whole slot late counts as missed, and
its levers' latency runs from the intended time all the same.
"""

import asyncio
import gc
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from msgspec import Struct

from bench import cores
from bench.filling import FACTS
from bench.live_mix import LiveMix, Load
from bench.meter import Meter, Report, Task, answer, told
from bench.quantiles import quantile
from monitor.errors import WorldIsWrong
from monitor.events import Topic
from monitor.feed.stamp import Stamped
from monitor.feed.topics import TopicWriter
from monitor.settings import Settings
from monitor.wire.clients import MAX_BATCH_BYTES, client_options
from monitor.wire.headers import input_headers
from monitor.wire.subscriber import alerts

SLOT_MS = 10
AHEAD_MS = 500
SETTLE_S = 5.0
LOOK_S = 0.5
PRELOAD_SLICE = 5_000
PATIENCE_LOOKS = 400

Place = tuple[str, int]


class Slot(Struct):
    """What is sent together: batches made before the clock runs, and the levers' topic, made when it is sent."""

    batches: list[tuple[Place, Any]]
    late: dict[int, list[Stamped]]


class Cited(Struct):
    """As much of an alert's evidence as tells which lever raised it."""

    event_id: str
    role: str


class Notice(Struct):
    """As much of an alert as tells that it is a lever's first notice."""

    revision: int
    evidence: list[Cited]


_notice = msgspec.json.Decoder(Notice).decode


class Listener:
    """Notes when the first notice of each lever is there for a reader of committed records."""

    def __init__(self, levers: Iterable[str]) -> None:
        self._waiting = set(levers)
        self.seen_ms: dict[str, float] = {}

    async def listen(self, settings: Settings) -> None:
        """Follow the alerts until cancelled."""
        async for one in alerts(settings, follow=True):
            now = time.time() * 1e3
            notice = _notice(one.value)
            cited = [of.event_id for of in notice.evidence if of.role == "lever" and of.event_id in self._waiting]
            if notice.revision == 1 and cited:
                self._waiting.discard(cited[0])
                self.seen_ms[cited[0]] = now


def slots_of(producer: AIOKafkaProducer, prefix: str, records: Sequence[Stamped], per_slot: int) -> list[Slot]:
    """Cut records into slots and make their batches."""
    return [_slot(producer, prefix, records[first : first + per_slot]) for first in range(0, len(records), per_slot)]


def _slot(producer: AIOKafkaProducer, prefix: str, records: Sequence[Stamped]) -> Slot:
    places: defaultdict[Place, list[Stamped]] = defaultdict(list)
    late: defaultdict[int, list[Stamped]] = defaultdict(list)
    for record in records:
        if record.topic == Topic.shops:
            late[record.partition].append(record)
        else:
            places[prefix + record.topic, record.partition].append(record)
    batches = [(place, _batch(producer, of_place)) for place, of_place in places.items()]
    return Slot(batches, dict(late))


def _batch(producer: AIOKafkaProducer, records: Iterable[Stamped]) -> Any:
    batch = producer.create_batch()
    for record in records:
        headers = input_headers(record.platform, record.source, record.sequence)
        if batch.append(timestamp=None, key=record.key, value=record.value, headers=headers) is None:
            raise WorldIsWrong("one slot of one partition is larger than a batch; lower the rate")
    return batch


class Sender:
    """Sends slot after slot at its time, and remembers when each was due and how late it was."""

    def __init__(self, producer: AIOKafkaProducer, settings: Settings, slots: Sequence[Slot]) -> None:
        self._producer = producer
        self._shops = settings.prefix + Topic.shops
        self._slots = slots
        self._sent: list[Awaitable[Any]] = []
        self.intended_ms: list[int] = []
        self.late_ms: list[float] = []

    async def send(self) -> None:
        """Send everything; the slots' times are fixed by the first one."""
        first_ms = int(time.time() * 1e3) + AHEAD_MS
        for number, slot in enumerate(self._slots):
            due_ms = first_ms + number * SLOT_MS
            await asyncio.sleep(max(0.0, due_ms / 1e3 - time.time()))
            self.intended_ms.append(due_ms)
            self.late_ms.append(time.time() * 1e3 - due_ms)
            await self._send_slot(slot, due_ms)
        await asyncio.gather(*self._sent)

    async def _send_slot(self, slot: Slot, due_ms: int) -> None:
        for partition, records in slot.late.items():
            batch = _batch(self._producer, (dated(record, due_ms) for record in records))
            self._sent.append(await self._producer.send_batch(batch, self._shops, partition=partition))
        for (topic, partition), batch in slot.batches:
            self._sent.append(await self._producer.send_batch(batch, topic, partition=partition))

    @property
    def missed(self) -> int:
        """How many slots began a whole slot late or later."""
        return sum(late >= SLOT_MS for late in self.late_ms)


SENT = b'"sent_time":'


def dated(record: Stamped, due_ms: int) -> Stamped:
    """Put the intended send time into a payload, in the place of the simulated one."""
    head, sent, rest = record.value.partition(SENT)
    digits = len(rest) - len(rest.lstrip(b"0123456789"))
    return record._replace(value=head + sent + b"%d" % due_ms + rest[digits:])


async def preload(settings: Settings, records: Sequence[Stamped]) -> None:
    """Write the past as fast as the broker takes it, and wait until the worker has judged it."""
    async with TopicWriter(settings) as writer:
        for first in range(0, len(records), PRELOAD_SLICE):
            await writer.write(records[first : first + PRELOAD_SLICE])
    await _until_judged(settings)


async def _until_judged(settings: Settings) -> None:
    client, consumer = AIOKafkaAdminClient(**client_options(settings)), AIOKafkaConsumer(**client_options(settings))
    await client.start()
    await consumer.start()
    places = [TopicPartition(settings.prefix + topic, p) for topic in FACTS for p in range(settings.partitions)]
    try:
        ends = await consumer.end_offsets(places)
        for _ in range(PATIENCE_LOOKS):
            done = await client.list_consumer_group_offsets(settings.group)
            if all(not end or (place in done and done[place].offset >= end) for place, end in ends.items()):
                return
            await asyncio.sleep(LOOK_S)
    finally:
        await consumer.stop()
        await client.close()
    raise WorldIsWrong("the worker has not judged the past of the latency run; its log says why")


async def drive(task: Task, load: Load) -> Report:
    """Play a load: its past at once, then the rest at its rate.

    The report's processor time is the worker's, from the first slot until it has judged the last record.
    """
    settings, meter = task.settings, Meter()
    await preload(settings, load.past)
    producer = AIOKafkaProducer(
        **client_options(settings),
        acks="all",
        enable_idempotence=True,
        compression_type="lz4",
        max_batch_size=MAX_BATCH_BYTES,
    )
    await producer.start()
    slots = slots_of(producer, settings.prefix, load.records, load.rate * SLOT_MS // 1_000)
    sender, listener = Sender(producer, settings, slots), Listener(load.levers)
    gc.freeze()
    cores.pin(task.pinned)
    listening = asyncio.create_task(listener.listen(settings))
    meter.begin()
    watched = task.watched or os.getpid()
    spent_s = cores.cpu_s(watched)
    await sender.send()
    report = meter.end(len(load.records))
    driver_cpu_s = report.cpu_s
    await _until_judged(settings)
    report.cpu_s = cores.cpu_s(watched) - spent_s
    report.rss_bytes = cores.rss_bytes("VmHWM", watched)
    await asyncio.sleep(SETTLE_S)
    listening.cancel()
    await asyncio.wait([listening])
    await producer.stop()
    report.details = figures(load, sender, listener.seen_ms) | {"driver_cpu_s": driver_cpu_s}
    return report


def figures(load: Load, sender: Sender, seen_ms: Mapping[str, float]) -> dict[str, Any]:
    """Answer what came of the levers: latencies in milliseconds, and how well the driver kept its times."""
    per_slot = load.rate * SLOT_MS // 1_000
    intended = {event_id: sender.intended_ms[at // per_slot] for event_id, at in load.levers.items()}
    waits = sorted(seen - intended[event_id] for event_id, seen in seen_ms.items())
    rounded: Callable[[float], float] = lambda share: round(quantile(waits, share), 1)  # noqa: E731 - one expression
    return {
        "rate": load.rate,
        "bytes_per_event": sum(len(record.value) for record in load.records) / len(load.records),
        "levers": len(intended),
        "notices": len(waits),
        "p50": rounded(0.5),
        "p99": rounded(0.99),
        "p999": rounded(0.999),
        "max": round(waits[-1], 1) if waits else 0.0,
        "slots": len(sender.late_ms),
        "missed_slots": sender.missed,
        "worst_slot_ms": round(max(sender.late_ms), 1),
    }


def main() -> None:
    """Make the load, play it, and report."""
    task = told_unpinned()
    load = LiveMix(task.settings.partitions, task.events).load()
    answer(task, uvloop.run(drive(task, load)))


def told_unpinned() -> Task:
    """Read the task but use all processors until the clock runs: making the load is no part of the measurement."""
    everywhere = cores.allowed()
    task = told()
    cores.pin(everywhere)
    return task


if __name__ == "__main__":
    main()
