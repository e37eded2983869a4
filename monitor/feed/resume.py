"""Where numbering goes on: the last sequence of every source, topic and partition, read back from the log."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.events import Topic
from monitor.feed.stamp import Place, Resumed
from monitor.settings import Settings
from monitor.wire.clients import reader_options

POLL_MS = 200


async def read_back(settings: Settings) -> Resumed:
    """Read the headers of every input from beginning to end, as it is now.

    A partition whose beginning retention has taken is named in `cut`: a source not found there may have written once.
    """
    consumer = AIOKafkaConsumer(**reader_options(settings))
    await consumer.start()
    try:
        places = [TopicPartition(settings.prefix + topic, p) for topic in Topic for p in range(settings.partitions)]
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        for place, begin in begins.items():
            consumer.seek(place, begin)
        last = await _last_of(consumer, await consumer.end_offsets(places), len(settings.prefix))
    finally:
        await consumer.stop()
    cut = frozenset((place.topic[len(settings.prefix) :], place.partition) for place in places if begins[place] > 0)
    return Resumed(last, cut)


async def _last_of(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], prefix: int) -> dict[Place, int]:
    last: dict[Place, int] = {}
    while [place for place, end in ends.items() if await consumer.position(place) < end]:
        for at, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
            for source, sequence in _numbered(records):
                place = Place(source, at.topic[prefix:], at.partition)
                last[place] = max(last.get(place, 0), sequence)
    return last


def _numbered(records: Iterable[Any]) -> Iterable[tuple[str, int]]:
    """Answer source and sequence of the records whose headers tell both; the gateway always writes them."""
    for record in records:
        headers = dict(record.headers)
        if "source" in headers and headers.get("sequence", b"").isdigit():
            yield headers["source"].decode(errors="replace"), int(headers["sequence"])
