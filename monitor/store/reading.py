"""The logs that a store copies, read from the positions in the database and from nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.settings import Settings
from monitor.store.control import READ_PARTITION
from monitor.store.errors import LogWasReplaced, StoreIsAhead, TopicsAreMissing
from monitor.store.positions import Place, Position
from monitor.wire.clients import reader_options
from monitor.wire.logs import refuse_closed

TOPICS = ("alerts", "feedback", "dead-letters")
CONTROL = "control"
BATCH_RECORDS = 2_000
"""of one transaction at most: large enough for speed, and over in a second"""
POLL_MS = 200
FETCH_WAIT_MS = 100
FETCH_BYTES = 8_388_608
"""of a partition at once: a thousand revisions, where the client's own megabyte would be a hundred"""

OPENED_WITHIN_S = 15.0
"""bootstrap, metadata and offsets of a cluster that is there; beyond it the cluster counts as away"""


class Reader:
    """An open reader of places; what it gives begins right after the positions that it was opened with."""

    def __init__(self, consumer: AIOKafkaConsumer, held: Mapping[Place, Position], begins: Mapping[Place, int]) -> None:
        self._consumer = consumer
        self.begins = begins
        self._unproved = {place: position for place, position in held.items() if begins[place] <= position.last_offset}
        self.lost = {
            place: begins[place] - position.next_offset
            for place, position in held.items()
            if begins[place] > position.next_offset
        }
        """offsets that a topic forgot before they were copied, by place"""

    async def batch(self) -> dict[Place, list[Any]]:
        """Answer the next records by place, in the order of their offsets; nothing when none came for a moment.

        Raises LogWasReplaced if the last record stored is not the one on the log.
        """
        polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH_RECORDS)
        found = {(place.topic, place.partition): self._new(place, records) for place, records in polled.items()}
        return {place: records for place, records in found.items() if records}

    async def behind(self) -> dict[Place, int]:
        """Count, by place, the offsets between what was read and the end of the log as it is now."""
        places = list(self._consumer.assignment())
        ends = await self._consumer.end_offsets(places)
        return {
            (place.topic, place.partition): max(0, ends[place] - await self._consumer.position(place))
            for place in places
        }

    def _new(self, place: TopicPartition, records: list[Any]) -> list[Any]:
        """Leave out the record that the position vouches for, once it is seen to be the same."""
        held = self._unproved.pop((place.topic, place.partition), None)
        if held is None or not records:
            if held is not None:
                self._unproved[place.topic, place.partition] = held
            return records
        first = records[0]
        if first.offset != held.last_offset or sha256(first.value or b"").digest() != held.last_sha256:
            raise LogWasReplaced(place.topic, place.partition, held.last_offset)
        return records[1:]


@asynccontextmanager
async def reading(
    settings: Settings, partitions: Iterable[int], held: Mapping[Place, Position]
) -> AsyncIterator[Reader]:
    """Open the logs of some partitions at their positions, those without one at their beginnings.

    Raises StoreIsAhead if a log ends before its position, TopicsAreMissing, or TimeoutError when nobody answers.
    """
    places = places_of(settings, partitions)
    fetching = {"fetch_max_wait_ms": FETCH_WAIT_MS, "max_partition_fetch_bytes": FETCH_BYTES}
    consumer = AIOKafkaConsumer(**reader_options(settings), **fetching)
    try:
        async with asyncio.timeout(OPENED_WITHIN_S):
            begins = await _begun(consumer, places, held)
        yield Reader(consumer, {place: held[place] for place in places if place in held}, begins)
    finally:
        await consumer.stop()


async def _begun(
    consumer: AIOKafkaConsumer, places: Sequence[Place], held: Mapping[Place, Position]
) -> dict[Place, int]:
    """Start a consumer at its positions and answer where its logs begin."""
    await consumer.start()
    await _refuse_missing(consumer, {topic for topic, _ in places})
    asked = [TopicPartition(*place) for place in places]
    begins = {(place.topic, place.partition): at for place, at in (await consumer.beginning_offsets(asked)).items()}
    ends = {(place.topic, place.partition): at for place, at in (await consumer.end_offsets(asked)).items()}
    refuse_shrunk(held, ends)
    consumer.assign(asked)
    for place in places:
        consumer.seek(TopicPartition(*place), start_of(held.get(place), begins[place]))
    return begins


async def _refuse_missing(consumer: AIOKafkaConsumer, topics: set[str]) -> None:
    """Raise where a topic is closed to us or not there: its offsets would be asked for until the time is out."""
    await refuse_closed(consumer, topics)
    if missing := topics - await consumer.topics():
        raise TopicsAreMissing(tuple(sorted(missing)))


def places_of(settings: Settings, partitions: Iterable[int]) -> list[Place]:
    """List the places that belong to partitions; the control log is read once, with its first partition."""
    numbers = sorted(partitions)
    own = [(settings.address(topic), number) for topic in TOPICS for number in numbers]
    return own + ([(settings.address(CONTROL), READ_PARTITION)] if READ_PARTITION in numbers else [])


def start_of(held: Position | None, begin: int) -> int:
    """Answer where to read from: the last record stored, to see that it is still there, or the log's beginning."""
    return begin if held is None else max(begin, held.last_offset)


def refuse_shrunk(held: Mapping[Place, Position], ends: Mapping[Place, int]) -> None:
    """Raise StoreIsAhead if a log ends before what is stored of it."""
    for (topic, partition), position in held.items():
        end = ends.get((topic, partition))
        if end is not None and end < position.next_offset:
            raise StoreIsAhead(topic, partition, position.last_offset, end)
