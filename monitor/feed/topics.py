"""Stamped records into the topics: explicit partitions, acknowledged by all replicas, control in transactions."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer

from monitor.events import Topic
from monitor.feed.stamp import Stamped
from monitor.settings import Settings
from monitor.wire.clients import MAX_BATCH_BYTES, MAX_REQUEST_BYTES, client_options, producer_options
from monitor.wire.headers import input_headers

GATHERED = 5_000
"""records that are worth a call of `write`, where nobody waits for the first of them"""
UNDER_WAY = 64
"""batches sent and not yet acknowledged, at most"""


class TopicWriter:
    """The gateway's writer, a context: on leaving it, everything written is acknowledged.

    Order within a partition of a topic is kept. What one call of `write` holds for `control` is one transaction, so an
    entry for everyone reaches every partition or none; a second gateway on the same topics fences the first.
    """

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.prefix
        facts: dict[str, Any] = {
            "acks": "all",
            "enable_idempotence": True,
            "compression_type": "lz4",
            "max_batch_size": MAX_BATCH_BYTES,
            "max_request_size": MAX_REQUEST_BYTES,
        }
        self._facts = AIOKafkaProducer(**client_options(settings), **facts)
        self._control = AIOKafkaProducer(**producer_options(settings, f"{settings.prefix}gateway"))
        self._under_way: list[asyncio.Future[Any]] = []
        self.written = 0

    async def __aenter__(self) -> Self:
        await self._facts.start()
        await self._control.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self.settle()
        finally:
            await self._control.stop()
            await self._facts.stop()

    async def write(self, records: Sequence[Stamped]) -> None:
        """Send records; returns once they are on their way and not too many are unacknowledged."""
        entries = [record for record in records if record.topic == Topic.control]
        if entries:
            async with self._control.transaction():
                await self._send(self._control, entries)
                await self.settle()
        await self._send(self._facts, [record for record in records if record.topic != Topic.control])
        self.written += len(records)
        if len(self._under_way) > UNDER_WAY:
            await self.settle()

    async def settle(self) -> None:
        """Wait until everything sent is acknowledged; raises the broker's refusal."""
        under_way, self._under_way = self._under_way, []
        for sent in under_way:
            await sent

    async def _send(self, producer: AIOKafkaProducer, records: Iterable[Stamped]) -> None:
        places: defaultdict[tuple[str, int], list[Stamped]] = defaultdict(list)
        for record in records:
            places[record.topic, record.partition].append(record)
        for (topic, partition), of_place in places.items():
            await self._send_place(producer, self._prefix + topic, partition, of_place)

    async def _send_place(
        self, producer: AIOKafkaProducer, topic: str, partition: int, records: Iterable[Stamped]
    ) -> None:
        batch = producer.create_batch()
        for record in records:
            if not _appended(batch, record):
                self._under_way.append(await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                _appended(batch, record)
        self._under_way.append(await producer.send_batch(batch, topic, partition=partition))


def _appended(batch: Any, record: Stamped) -> bool:
    """Tell whether a record still fitted; an empty batch takes a record of any size."""
    headers = input_headers(record.platform, record.source, record.sequence)
    return batch.append(timestamp=None, key=record.key, value=record.value, headers=headers) is not None


def gathered(parts: Iterable[list[Stamped]], size: int = GATHERED) -> Iterator[list[Stamped]]:
    """Join parts until they hold `size` records or more: small batches cost a round trip for each partition."""
    gathering: list[Stamped] = []
    for part in parts:
        gathering += part
        if len(gathering) >= size:
            yield gathering
            gathering = []
    if gathering:
        yield gathering
