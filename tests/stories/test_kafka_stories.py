"""All stories at once through real Kafka: two partitions, one worker process, alerts as a subscriber reads them."""

import asyncio
import os
import sys
import time
from hashlib import sha256
from typing import NamedTuple

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from story_book import ORDERLY, story
from story_logs import PARTITIONS, logs
from story_run import INTEGRITY, lasts, sparsely

from monitor.findings import projection
from monitor.settings import Settings
from monitor.wire import admin, contracts

PATIENCE_S = 150
LOOK_S = 0.3

pytestmark = pytest.mark.kafka


class Place(NamedTuple):
    """Where a record lies: the topic's name without prefix, partition, offset."""

    topic: str
    partition: int
    offset: int


class Seen(NamedTuple):
    """What the topics hold when the worker has read all: inputs by place, and every revision in log order."""

    inputs: dict[Place, bytes]
    alerts: list[bytes]


@pytest.fixture(scope="module")
def seen(kafka, tmp_path_factory):
    """Run one worker over all stories once for this module."""
    folder = tmp_path_factory.mktemp("stories")
    prefix = f"stories{os.getpid()}-{time.monotonic_ns()}."
    settings = Settings(kafka=kafka, prefix=prefix, group=f"{prefix}judges", partitions=PARTITIONS)
    return asyncio.run(_run(settings, folder))


async def _run(settings, folder):
    await admin.apply(settings, contracts.load())
    await _produce(settings)
    log = folder / "worker.log"
    with log.open("wb") as written:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "worker", env=_told(settings), stderr=written
        )
    try:
        await _until_all_is_read(settings, worker, log)
        worker.terminate()
        assert await worker.wait() == 0, log.read_text()[-2000:]
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    alerts = [value for _, value in await _read(settings, ["alerts"])]
    return Seen(dict(await _read(settings, [str(topic) for topic, _ in logs()])), alerts)


def _told(settings):
    return os.environ | {
        "FAIRTRADE_KAFKA": settings.kafka,
        "FAIRTRADE_PREFIX": settings.prefix,
        "FAIRTRADE_GROUP": settings.group,
        "FAIRTRADE_PARTITIONS": str(settings.partitions),
    }


async def _produce(settings):
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, linger_ms=20, max_batch_size=256 * 1024)
    await producer.start()
    try:
        for (topic, partition), records in logs().items():
            name = settings.prefix + topic
            sent = [await producer.send(name, one.value, key=one.key, partition=partition) for one in records]
            await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def _until_all_is_read(settings, worker, log):
    """Wait until the group's offsets, which follow what is durable, stand at the end of every input."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=settings.group, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(settings.prefix + topic, number) for topic, number in logs() if topic != "control"]
        ends = await consumer.end_offsets(places)
        deadline = time.monotonic() + PATIENCE_S
        while [place for place in places if (await consumer.committed(place) or 0) < ends[place]]:
            assert worker.returncode is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, f"the worker is not at the end after {PATIENCE_S} s: {log.read_text()}"
            await asyncio.sleep(LOOK_S)
    finally:
        await consumer.stop()


async def _read(settings, topics):
    """Read topics as a subscriber does, committed records only, to the end of now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", group_id=None)
    await consumer.start()
    found = []
    try:
        places = [TopicPartition(settings.prefix + topic, number) for topic in set(topics) for number in range(2)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                topic = place.topic.removeprefix(settings.prefix)
                found += [(Place(topic, place.partition, one.offset), one.value) for one in records]
    finally:
        await consumer.stop()
    return found


def _last_values(seen):
    return {msgspec.json.decode(value)["alert_id"]: value for value in seen.alerts}


def _standing(values):
    bodies = {alert: msgspec.json.decode(projection(value)) for alert, value in values.items()}
    return {alert: body for alert, body in bodies.items() if body["status"] != "withdrawn"}


def test_kafka_says_what_the_engine_says(seen):
    """The last revision of every alert is equal by projection to that of the pure engine."""
    expected = _standing({alert: value for case in ORDERLY for alert, value in lasts(sparsely(story(case))).items()})
    of_offences = {alert: value for alert, value in _last_values(seen).items() if _is_of_an_offence(value)}
    standing = _standing(of_offences)

    assert expected.keys() == standing.keys()
    assert [alert for alert, body in expected.items() if body != standing[alert]] == []


def _is_of_an_offence(value):
    """Of the numbering of two partitions the engine over the whole log knows nothing."""
    return msgspec.json.decode(value)["typology"] != INTEGRITY


def test_every_reference_can_be_fetched(seen):
    """Each record that an alert cites lies at its topic, partition and offset and has its event id and SHA-256."""
    references = [
        reference for value in _last_values(seen).values() for reference in msgspec.json.decode(value)["evidence"]
    ]

    assert references
    for reference in references:
        value = seen.inputs[Place(reference["topic"], reference["partition"], reference["offset"])]

        assert msgspec.json.decode(value)["event_id"] == reference["event_id"]
        assert sha256(value).hexdigest() == reference["sha256"]


def test_every_alert_has_evidence(seen):
    """No alert stands without a record that proves it, and none cites more than it may; of a silence there is none."""
    counts = {alert: len(body["evidence"]) for alert, body in _bodies(seen).items() if body["class"] != "silence"}

    assert {alert: count for alert, count in counts.items() if not 0 < count <= 32} == {}


def _bodies(seen):
    return {alert: msgspec.json.decode(value) for alert, value in _last_values(seen).items()}


def test_a_subscriber_sees_each_revision_once(seen):
    """Revisions of each alert come numbered from 1 without a gap, each with the hash of the one before."""
    before = {}
    for value in seen.alerts:
        body = msgspec.json.decode(value)
        number, digest = before.get(body["alert_id"], (0, None))

        assert (number + 1, digest) == (body["revision"], body["previous"])

        before[body["alert_id"]] = body["revision"], sha256(value).hexdigest()


def test_the_days_of_an_alert_lie_in_the_log(seen):
    """The offset ranges of each alert's days lie within the topics that they name."""
    highest = {}
    for place in seen.inputs:
        highest[place.topic, place.partition] = max(place.offset, highest.get((place.topic, place.partition), 0))
    for body in _bodies(seen).values():
        for day in body["evidence_days"]:
            last = max(highest[day["topic"], number] for number in range(PARTITIONS))

            assert 0 <= day["first_offset"] <= day["last_offset"] <= last
            assert day["count"] > 0
