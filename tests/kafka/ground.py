"""What the tests of the worker stand on: topics of their own, records, worker processes, and readers of both kinds."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from monitor.settings import Settings
from monitor.wire import admin, contracts

HERE = Path(__file__).parent
PATIENCE_S = 30


async def prepare(kafka, prefix, **settings):
    """Make the topics of a prefix and answer the settings of its worker."""
    made = Settings(kafka=kafka, prefix=prefix, group=prefix + "group", **({"partitions": 2} | settings))
    await admin.apply(made, contracts.load())
    return made


async def produce(settings, values, topic="orders"):
    """Append a list of values to each partition, by number."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, linger_ms=5)
    await producer.start()
    try:
        sent = [
            await producer.send(settings.prefix + topic, value, partition=partition, key=b"key")
            for partition, of_partition in values.items()
            for value in of_partition
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


@asynccontextmanager
async def reading(settings, topic, isolation="read_committed") -> AsyncIterator[AIOKafkaConsumer]:
    """Open a topic of a prefix from its beginning."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka, isolation_level=isolation, auto_offset_reset="none", group_id=None
    )
    await consumer.start()
    try:
        places = [TopicPartition(settings.prefix + topic, number) for number in range(settings.partitions)]
        begins = await consumer.beginning_offsets(places)
        consumer.assign(places)
        for place in places:
            consumer.seek(place, begins[place])
        yield consumer
    finally:
        await consumer.stop()


async def read(settings, topic, isolation="read_committed"):
    """List every record of a topic up to the end that a reader of this kind sees now."""
    records = []
    async with reading(settings, topic, isolation) as consumer:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        for place, end in ends.items():
            while await consumer.position(place) < end:
                found = await consumer.getmany(place, timeout_ms=100)
                records.extend(record for of_place in found.values() for record in of_place)
    return records


async def group_offsets(settings):
    """Answer what the group has committed, by partition; nothing while the broker has no coordinator yet."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(settings.group)
    except GroupCoordinatorNotAvailableError:
        return {}
    finally:
        await admin.close()
    return {TopicPartition(*place): found.offset for place, found in offsets.items()}


class Worker:
    """A worker process with the toy core; `log` is what it says."""

    def __init__(self, settings, folder, **environment):
        self.log = folder / f"worker-{time.monotonic_ns()}.log"
        told = {
            "FAIRTRADE_KAFKA": settings.kafka,
            "FAIRTRADE_PREFIX": settings.prefix,
            "FAIRTRADE_GROUP": settings.group,
            "FAIRTRADE_PARTITIONS": str(settings.partitions),
            "FAIRTRADE_INSTANCE_ID": "worker",
            "PYTHONPATH": str(HERE.parent / "stream"),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, HERE / "worker.py"], env=os.environ | told | environment, stdout=log, stderr=log
            )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.kill()

    def kill(self):
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()

    async def stop(self):
        """Ask it to end and answer its exit code."""
        self.process.terminate()
        return await self.code()

    async def code(self):
        """Wait for its end and answer the exit code."""
        return await asyncio.to_thread(self.process.wait, PATIENCE_S)


async def until(condition, what):
    """Wait until an async condition holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not await condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s in vain for {what}"
        await asyncio.sleep(0.02)
