"""The last act of a run: inputs that end below what was applied, which no worker may go on with."""

import asyncio
import time

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from monitor.stream import exits
from monitor.wire import admin
from monitor.wire.contracts import load
from tests.chaos.fleet import Worker
from tests.chaos.stage import Stage

TOPIC = "orders"
PATIENCE_S = 40.0
CUT_AT = 3


async def refused(stage: Stage) -> list[str]:
    """Recreate an input empty, then with a few records only; list what a worker did other than refuse it."""
    wrong = []
    for what, records in (("recreated", 0), ("cut off below", CUT_AT)):
        await _recreate(stage, records)
        code, reason = await _started(stage, next(iter(stage.fleet)))
        if code != exits.REFUSED or "ends at offset" not in reason:
            wrong.append(f"an input that was {what} is not refused: exit code {code}, {reason}")
    return wrong


async def _recreate(stage: Stage, records: int) -> None:
    address = stage.settings.address(TOPIC)
    client = AIOKafkaAdminClient(bootstrap_servers=stage.settings.kafka)
    await client.start()
    try:
        await client.delete_topics([address])
        while address in await client.list_topics():  # noqa: ASYNC110 - the broker says nothing of it
            await asyncio.sleep(0.1)
    finally:
        await client.close()
    await admin.apply(stage.settings, load())
    producer = AIOKafkaProducer(bootstrap_servers=stage.settings.kafka)
    await producer.start()
    try:
        for number in range(stage.settings.partitions * records):
            await producer.send_and_wait(address, b"{}", partition=number % stage.settings.partitions)
    finally:
        await producer.stop()


async def _started(stage: Stage, worker: Worker) -> tuple[int | None, str]:
    """Start a worker that nobody starts again, and answer how it ended, None if it did not."""
    worker.kafka = stage.settings.kafka
    worker.start()
    deadline = time.monotonic() + PATIENCE_S
    while worker.pid and time.monotonic() < deadline:  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(0.1)
    code = worker.code()
    worker.bury()
    return code, worker.reason()
