"""The input logs of one partition, read back whole, in an order in which a worker could have read them."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.settings import Settings
from monitor.stream.order import FIRST, INPUTS
from monitor.wire.clients import reader_options

POLL_MS = 200
POLL_RECORDS = 20_000
FETCH_BYTES = 4 << 20

Logs = dict[str, list[Any]]
"""fetched records by topic without prefix"""


async def partition_logs(settings: Settings, number: int) -> Logs:
    """Read partition `number` of every input to its end; committed records only."""
    consumer = AIOKafkaConsumer(**reader_options(settings), max_partition_fetch_bytes=FETCH_BYTES)
    await consumer.start()
    try:
        places = [TopicPartition(settings.prefix + topic, number) for topic in INPUTS]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, 0)
        read = await _read_to(consumer, ends)
    finally:
        await consumer.stop()
    return {topic: read[settings.prefix + topic] for topic in INPUTS}


async def _read_to(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> Logs:
    read: Logs = {place.topic: [] for place in ends}
    while [place for place, end in ends.items() if await consumer.position(place) < end]:
        for place, records in (await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS)).items():
            read[place.topic] += records
    return read


def slices(logs: Logs, size: int) -> Iterator[tuple[str, Sequence[Any]]]:
    """Cut logs into slices of one topic: control first, then costs, then the rest as they were appended."""
    for topic in FIRST:
        yield from _cut(topic, iter(logs[topic]), size)
    merged = heapq.merge(
        *(_timed(topic, logs[topic]) for topic in INPUTS if topic not in FIRST), key=lambda one: one[:2]
    )
    for topic, group in groupby(merged, key=lambda one: one[1]):
        yield from _cut(topic, (record for _, _, record in group), size)


def _timed(topic: str, records: Sequence[Any]) -> Iterator[tuple[int, str, Any]]:
    return ((record.timestamp, topic, record) for record in records)


def _cut(topic: str, records: Iterator[Any], size: int) -> Iterator[tuple[str, Sequence[Any]]]:
    while part := list(islice(records, size)):
        yield topic, part
