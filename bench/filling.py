"""The topics that every system reads: made once on a node of our own, filled once, kept for ever."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from msgspec import Struct

from bench.orders_job import TOPIC
from monitor.events import Topic
from monitor.feed.traffic import Mix, pour
from monitor.settings import Settings
from monitor.wire import admin
from monitor.wire.clients import MAX_BATCH_BYTES, client_options
from monitor.wire.contracts import TOPICS, Catalogue, TopicContract, load
from monitor.wire.subjects import partition_of

COMPRESSION = "lz4"
KEPT_FOR_EVER = {"retention.ms": "-1"}
ORDERS_A_SLICE = 20_000
# Entries of control end in transaction markers, which nobody can commit past at once; the facts' last records say it.
FACTS = (Topic.costs, Topic.shops, Topic.offers, Topic.orders)


class Filled(Struct, frozen=True):
    """What lies in the inputs: records, mean bytes of a value, and the offset after the last record by topic."""

    settings: Settings
    records: int
    bytes_per_event: float
    ends: dict[str, list[int]]


async def make_topics(settings: Settings) -> None:
    """Create every topic as declared, but that nothing of it is ever dropped; the seed of the registry stays out."""
    await admin.apply(settings, _kept(load()))


def _kept(catalogue: Catalogue) -> Catalogue:
    topics: dict[str, Any] = {name: _kept_topic(getattr(catalogue, name)) for name in TOPICS}
    return replace(catalogue, platforms=(), **topics)


def _kept_topic(topic: TopicContract) -> TopicContract:
    return replace(topic, config=dict(topic.config) | KEPT_FOR_EVER)


async def fill_with_mix(settings: Settings, mix: Mix, progress: Callable[[int], None]) -> Filled:
    """Pour simulated traffic into the topics."""
    await make_topics(settings)
    poured = await pour(settings, mix, progress)
    ends = await ends_of(settings)
    return Filled(settings, poured.records, poured.value_bytes / poured.records, ends)


async def fill_with_orders(settings: Settings, path: Path, progress: Callable[[int], None]) -> Filled:
    """Write the lines of the orders file into the orders topic, each merchant's in the order of the file."""
    await make_topics(settings)
    producer = AIOKafkaProducer(
        **client_options(settings), acks="all", compression_type=COMPRESSION, max_batch_size=MAX_BATCH_BYTES
    )
    written = size = 0
    await producer.start()
    try:
        with path.open("rb") as file:
            while lines := [line.rstrip(b"\n") for line in islice(file, ORDERS_A_SLICE)]:
                await _send_orders(producer, settings, lines)
                written, size = written + len(lines), size + sum(map(len, lines))
                progress(written)
    finally:
        await producer.stop()
    return Filled(settings, written, size / written, await ends_of(settings))


class _Shop(Struct, gc=False):
    platform: str
    merchant: str


_shop = msgspec.json.Decoder(_Shop).decode


async def _send_orders(producer: AIOKafkaProducer, settings: Settings, lines: Sequence[bytes]) -> None:
    places: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        shop = _shop(line)
        places[f"{shop.platform}|{shop.merchant}".encode()].append(line)
    batches: list[Any] = [producer.create_batch() for _ in range(settings.partitions)]
    sent = []
    for key, of_key in places.items():
        number = partition_of(key.decode(), settings.partitions)
        for line in of_key:
            if batches[number].append(timestamp=None, key=key, value=line) is None:
                sent.append(await producer.send_batch(batches[number], settings.prefix + TOPIC, partition=number))
                batches[number] = producer.create_batch()
                batches[number].append(timestamp=None, key=key, value=line)
    for number, batch in enumerate(batches):
        sent.append(await producer.send_batch(batch, settings.prefix + TOPIC, partition=number))
    await asyncio.gather(*sent)


async def ends_of(settings: Settings) -> dict[str, list[int]]:
    """Answer the offset after the last record of each topic of facts, by partition."""
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    try:
        places = [TopicPartition(settings.prefix + topic, number) for topic, number in _places(settings)]
        found = await consumer.end_offsets(places)
    finally:
        await consumer.stop()
    return {
        topic.value: [found[TopicPartition(settings.prefix + topic, number)] for number in range(settings.partitions)]
        for topic in FACTS
    }


def _places(settings: Settings) -> Iterator[tuple[Topic, int]]:
    return ((topic, number) for topic in FACTS for number in range(settings.partitions))
