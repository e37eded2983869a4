"""`topics apply` and `check` against a real broker."""

import asyncio
from collections import defaultdict
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from monitor.errors import ContractDrift, WorldIsWrong
from monitor.events import PlatformRegistered
from monitor.settings import Settings
from monitor.wire.admin import apply, check, show
from monitor.wire.clients import client_options, reader_options
from monitor.wire.contracts import load
from monitor.wire.decode import Decoder

pytestmark = pytest.mark.kafka
PARTITIONS = 3


@pytest.fixture
def settings(kafka, prefix) -> Settings:
    return Settings(kafka=kafka, prefix=prefix, partitions=PARTITIONS)


async def control(settings: Settings) -> dict[int, list[PlatformRegistered]]:
    """What a judge reads from control, partition by partition, and that it refuses none of it."""
    consumer = AIOKafkaConsumer(**reader_options(settings))
    await consumer.start()
    topics = [TopicPartition(f"{settings.prefix}control", number) for number in range(PARTITIONS)]
    consumer.assign(topics)
    ends = await consumer.end_offsets(topics)
    for topic in topics:
        consumer.seek(topic, 0)
    read = defaultdict(list)
    while [topic for topic in topics if await consumer.position(topic) < ends[topic]]:
        for topic, records in (await consumer.getmany(timeout_ms=100)).items():
            decoder = Decoder(PARTITIONS, topic.partition)
            read[topic.partition] += [
                decoder.decode("control", one.value, one.key, one.headers, one.offset, one.timestamp).event
                for one in records
            ]
    await consumer.stop()
    return read


async def test_a_second_apply_changes_nothing(settings):
    """The first apply creates every topic and registers every platform, the second one does neither."""
    catalogue = load()
    first = await apply(settings, catalogue)
    second = await apply(settings, catalogue)

    assert {"created"} == {one.done for one in first[:-1]}
    assert {"unchanged"} == {one.done for one in second}
    assert await check(settings, catalogue) == []


async def test_every_partition_knows_every_platform_once(settings):
    """Each partition of control holds each platform once, numbered without gaps, also after a platform is added."""
    catalogue = load()
    fewer = replace(catalogue, platforms=catalogue.platforms[:-2])
    await apply(settings, fewer)
    await apply(settings, catalogue)
    await apply(settings, catalogue)
    read = await control(settings)

    expected = [(platform.id, at) for at, platform in enumerate(catalogue.platforms, start=1)]
    assert list(range(PARTITIONS)) == sorted(read)
    assert all(expected == [(entry.platform, entry.sequence) for entry in entries] for entries in read.values())


async def test_a_missing_topic_is_a_drift(settings):
    """Before the topics are made, check names each of them."""
    catalogue = load()

    assert [topic.address(settings.prefix) for topic in catalogue.topics] == [
        drift.topic for drift in await check(settings, catalogue)
    ]


async def test_a_topic_made_by_hand_is_a_drift(settings):
    """Other partitions, clean-up, retention, timestamps or sizes than declared are named, and apply refuses them."""
    catalogue = load()
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    by_hand = {"cleanup.policy": "compact", "retention.ms": "60000", "max.message.bytes": "9999"}
    await admin.create_topics([NewTopic(f"{settings.prefix}orders", 2, 1, topic_configs=by_hand)])
    await admin.close()

    with pytest.raises(ContractDrift, match="the number of partitions is 2, topics/ declares 3"):
        await apply(settings, catalogue)

    drifts = await check(settings, catalogue)
    assert {
        ("the number of partitions", "3", "2"),
        ("cleanup.policy", "delete", "compact"),
        ("retention.ms", "7776000000", "60000"),
        ("message.timestamp.type", "LogAppendTime", "CreateTime"),
        ("max.message.bytes", "1048588", "9999"),
    } == {(drift.what, drift.expected, drift.actual) for drift in drifts}
    assert {f"{settings.prefix}orders"} == {drift.topic for drift in drifts}


def test_show_names_every_topic():
    """The table for people has a row for each topic."""
    catalogue = load()

    assert len(catalogue.topics) == show(catalogue).row_count


async def test_two_at_once_register_once(settings):
    """Of two that apply at the same time at least one succeeds, the other may be told so; nothing stands twice."""
    catalogue = load()
    # A fenced producer of aiokafka leaves futures of its own behind that nobody can ask for their error.
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    outcomes = await asyncio.gather(*(apply(settings, catalogue) for _ in range(3)), return_exceptions=True)
    await apply(settings, catalogue)
    read = await control(settings)

    assert {list, WorldIsWrong} >= {type(outcome) for outcome in outcomes}
    assert [len(catalogue.platforms)] * PARTITIONS == [len(entries) for entries in read.values()]
