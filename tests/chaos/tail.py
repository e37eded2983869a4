"""How far every partition is, as a committed reader of the state log sees it while it grows."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Self

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from monitor.engine.partition import META
from monitor.engine.values import PREFIX_SIZE
from monitor.settings import Settings
from monitor.stream.order import INPUTS
from monitor.wire.clients import reader_options

POLL_MS = 200


class Meta(msgspec.Struct):
    """What is looked at of a meta record."""

    applied: dict[str, int]


_meta = msgspec.msgpack.Decoder(Meta).decode


class Tail:
    """Follows the state log from its beginning; `moments` are when each partition's transactions were seen."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.applied: dict[int, Mapping[str, int]] = {}
        self.moments: dict[int, list[float]] = defaultdict(list)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _follow(self) -> None:
        """Read on whatever happens to the broker; a client that gives up is made anew where it stood."""
        positions: dict[TopicPartition, int] = {}
        while True:
            with contextlib.suppress(KafkaError):
                await self._read(positions)
            await asyncio.sleep(0.5)

    async def _read(self, positions: dict[TopicPartition, int]) -> None:
        consumer = AIOKafkaConsumer(**reader_options(self._settings), fetch_max_wait_ms=100)
        await consumer.start()
        try:
            places = [TopicPartition(self._settings.address("state"), n) for n in range(self._settings.partitions)]
            consumer.assign(places)
            for place in places:
                consumer.seek(place, positions.get(place, 0))
            while True:
                for place, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                    positions[place] = records[-1].offset + 1
                    self._note(place.partition, (record.value for record in records if record.key == META.encode()))
        finally:
            await consumer.stop()

    def _note(self, partition: int, metas: Iterable[bytes]) -> None:
        for value in metas:
            self.applied[partition] = _meta(value[PREFIX_SIZE:]).applied
            self.moments[partition].append(time.monotonic())

    async def at_rest(self, patience_s: float) -> bool:
        """Wait until everything that is on the inputs is applied; false if that does not come, told by no progress."""
        places = [
            TopicPartition(self._settings.prefix + t, n) for t in INPUTS for n in range(self._settings.partitions)
        ]
        consumer = AIOKafkaConsumer(**reader_options(self._settings))
        await consumer.start()
        try:
            moved, seen = time.monotonic(), 0
            while time.monotonic() - moved < patience_s:
                ends = await consumer.end_offsets(places)
                if all(self._applied(place) + 1 >= end for place, end in ends.items()):
                    return True
                if (count := sum(map(len, self.moments.values()))) != seen:
                    moved, seen = time.monotonic(), count
                await asyncio.sleep(0.3)
        finally:
            await consumer.stop()
        return False

    def _applied(self, place: TopicPartition) -> int:
        topic = place.topic.removeprefix(self._settings.prefix)
        return self.applied.get(place.partition, {}).get(topic, -1)
