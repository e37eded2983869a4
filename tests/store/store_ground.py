"""A store as a process, alerts written in transactions, and waiting for what must come."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import replace

from aiokafka import AIOKafkaProducer

from monitor.store.database import connect
from monitor.wire import admin, contracts

PATIENCE_S = 40


async def prepare(settings, kafka, prefix):
    """Make the topics of a prefix and answer the settings of its store."""
    made = replace(settings, kafka=kafka, prefix=prefix, group=prefix + "group")
    await admin.apply(made, contracts.load())
    return made


@asynccontextmanager
async def transactions(settings):
    """A producer as a judge has one."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, transactional_id=settings.prefix + "test")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def put(producer, settings, records, *, topic="alerts"):
    """Write records within an open transaction, each into its partition."""
    sent = [
        await producer.send(
            settings.prefix + topic,
            record.value,
            key=record.key,
            partition=record.partition,
            headers=list(record.headers),
        )
        for record in records
    ]
    await producer.flush()
    for one in sent:
        await one


async def commit(producer, settings, records, *, topic="alerts"):
    """Write records in one transaction."""
    async with producer.transaction():
        await put(producer, settings, records, topic=topic)


class StoreProcess:
    """`fairtrade store run` as a user starts it."""

    def __init__(self, settings, folder, *arguments):
        self._environ = {
            **os.environ,
            "FAIRTRADE_KAFKA": settings.kafka,
            "FAIRTRADE_PREFIX": settings.prefix,
            "FAIRTRADE_GROUP": settings.group,
            "FAIRTRADE_PARTITIONS": str(settings.partitions),
            "FAIRTRADE_STORE": settings.store,
            "FAIRTRADE_STORE_PASSWORD_FILE": settings.store_password_file,
        }
        self._arguments = arguments
        self.log = folder / "store.log"
        self.start()

    def start(self):
        """Start it, again after a kill."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "store", "run", *self._arguments], env=self._environ, stderr=log
            )

    def kill(self):
        """End it as a crash does."""
        self._process.kill()
        self._process.wait()

    def terminate(self):
        """End it in order; answer the exit code and the seconds that it took."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20), time.monotonic() - began

    def wait(self):
        """Answer the exit code with which it ends by itself."""
        return self._process.wait(PATIENCE_S)

    def said(self):
        """Answer what it has logged."""
        return self.log.read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self.kill()


async def until(found, patience_s=PATIENCE_S):
    """Wait for something to be true."""
    deadline = time.monotonic() + patience_s
    while not found():
        assert time.monotonic() < deadline, f"{found} is still not true after {patience_s} s"
        await asyncio.sleep(0.1)


def counted(settings, asked="SELECT count(*) FROM alert_revisions"):
    """Answer the first value of a query, on a connection of its own."""
    with connect(settings) as connection:
        (value,) = connection.execute(asked.encode()).fetchone()
        return value
