"""Reading logs outside a group: committed records, from the beginning, to the ends that the logs have when opened."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError

from monitor.settings import Settings
from monitor.wire.clients import reader_options

POLL_MS = 200
FETCH_WAIT_MS = 100


class Logs(NamedTuple):
    """Partitions opened for reading: where each begins, inclusive, and ends, exclusive."""

    consumer: AIOKafkaConsumer
    begins: Mapping[TopicPartition, int]
    ends: Mapping[TopicPartition, int]

    async def records(self, *, follow: bool = False) -> AsyncIterator[Any]:
        """Yield every record in the order of its partition, to the ends; with `follow` never stop."""
        while follow or await self._is_behind():
            for records in (await self.consumer.getmany(timeout_ms=POLL_MS)).values():
                for record in records:
                    yield record

    async def _is_behind(self) -> bool:
        """Answer whether any position is short of its end; positions count transaction markers, which end a log too."""
        for place, end in self.ends.items():
            if await self.consumer.position(place) < end:
                return True
        return False


@asynccontextmanager
async def opened(settings: Settings, topics: Iterable[str], partitions: Iterable[int]) -> AsyncIterator[Logs]:
    """Open the given partitions of topics, by their names without prefix, at their beginnings."""
    numbers = tuple(partitions)
    places = [TopicPartition(settings.address(topic), number) for topic in topics for number in numbers]
    consumer = AIOKafkaConsumer(**reader_options(settings), fetch_max_wait_ms=FETCH_WAIT_MS)
    await consumer.start()
    try:
        await refuse_closed(consumer, {place.topic for place in places})
        begins = await consumer.beginning_offsets(places)
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        for place, begin in begins.items():
            consumer.seek(place, begin)
        yield Logs(consumer, begins, ends)
    finally:
        await consumer.stop()


async def refuse_closed(consumer: AIOKafkaConsumer, topics: set[str]) -> None:
    """Raise at once where a topic is closed to us: the consumer would ask for its offsets until its time is out."""
    client = consumer._client  # noqa: SLF001 - no public call tells it
    await client.set_topics(topics)
    closed = topics & client.cluster.unauthorized_topics
    if closed:
        raise TopicAuthorizationFailedError(*sorted(closed))
