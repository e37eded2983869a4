"""The reference subscriber of docs/ against the alerts of a real run, killed and started again."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from monitor.wire.subscriber import alerts

pytestmark = pytest.mark.kafka

PROGRAM = Path(__file__).parents[2] / "docs" / "subscriber.py"
PATIENCE_S = 30


@pytest.fixture(scope="module")
def published(demonstrated):
    """Every revision of the run, as it lies on the topic."""

    async def read():
        return [one async for one in alerts(demonstrated.settings)]

    return asyncio.run(read())


@pytest.fixture
def subscriber(demonstrated, tmp_path):
    """Answer the command line of the subscriber on a topic, with positions of its own."""

    def command(topic):
        return [sys.executable, PROGRAM, demonstrated.settings.kafka, topic, tmp_path / "positions.json"]

    return command


def numbered(published):
    """List revisions by id and number."""
    return sorted((one.key, json.loads(one.value)["revision"]) for one in published)


def printed(text):
    """Read ids and numbers back from what the subscriber prints."""
    lines = [line.split(" ", 2) for line in text.splitlines()]
    return [(line[0], int(line[1])) for line in lines]


def run_once(command):
    """Answer what the subscriber prints until the end of the topic."""
    done = subprocess.run([*command, "--once"], capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return done.stdout


def run_until_noted(command, count):
    """Answer what it prints until it has noted so many positions, then kill it."""
    # A file: a pipe that nobody reads would stop it.
    with TemporaryFile("w+") as out, subprocess.Popen(command, stdout=out) as running:
        deadline = time.monotonic() + PATIENCE_S
        while noted(command[-1]) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.wait()
        out.seek(0)
        return out.read()


def noted(positions):
    """Answer how many records the positions in a file have passed, of a topic that begins at 0."""
    text = positions.read_text() if positions.exists() else ""
    return sum(json.loads(text).values()) if text else 0


async def copy(kafka, topic, published):
    """Append revisions of a run to another topic, each to its own partition."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        for one in published:
            await producer.send(topic, one.value, one.key.encode(), partition=one.partition)
    finally:
        await producer.stop()


async def make_topic(kafka, topic, partitions):
    """Create a topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        await admin.close()


def test_two_runs_print_every_revision_once(demonstrated, subscriber, published):
    """The first run prints all that the worker published, the second finds nothing new."""
    command = subscriber(f"{demonstrated.settings.prefix}alerts")
    first, second = run_once(command), run_once(command)

    assert numbered(published) == sorted(printed(first))
    assert not second


def test_a_killed_one_goes_on_where_it_was(demonstrated, prefix, subscriber, published):
    """Killed by signal 9 halfway and started again when there is more, it prints each revision once in all."""
    kafka, topic, half = demonstrated.settings.kafka, f"{prefix}copied", len(published) // 2
    asyncio.run(make_topic(kafka, topic, demonstrated.settings.partitions))
    asyncio.run(copy(kafka, topic, published[:half]))
    before = run_until_noted(subscriber(topic), half)
    asyncio.run(copy(kafka, topic, published[half:]))
    after = run_once(subscriber(topic))

    assert numbered(published[:half]) == sorted(printed(before))
    assert numbered(published) == sorted(printed(before) + printed(after))
