"""The other yardstick: what the client library and our decoding cost by themselves, without judge, state and commit."""

from collections.abc import Sequence
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.meter import Meter, Task, answer, told
from monitor.settings import Settings
from monitor.stream.order import INPUTS
from monitor.wire.clients import client_options
from monitor.wire.decode import Decoder

POLL_MS = 1_000


async def drain(task: Task) -> None:
    """Read all inputs from their beginning with `getmany` and decode every record as the judge does."""
    settings, meter, seen = task.settings, Meter(), 0
    decoders = [Decoder(settings.partitions, number) for number in range(settings.partitions)]
    consumer = await _consumer(settings)
    try:
        meter.begin()
        while seen < task.events:
            polled = await consumer.getmany(timeout_ms=POLL_MS, max_records=settings.poll_records)
            for place, records in polled.items():
                decoded(decoders[place.partition], place.topic.removeprefix(settings.prefix), records)
                seen += len(records)
        answer(task, meter.end(seen))
    finally:
        await consumer.stop()


async def _consumer(settings: Settings) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(
        **client_options(settings), group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign(
        [TopicPartition(settings.prefix + topic, number) for topic in INPUTS for number in range(settings.partitions)]
    )
    return consumer


def decoded(decoder: Decoder, topic: str, records: Sequence[Any]) -> Sequence[Any]:
    """Decode fetched records of one topic."""
    return decoder.decode_batch(
        topic,
        [record.value for record in records],
        [record.key for record in records],
        [record.headers for record in records],
        [record.offset for record in records],
        [record.timestamp for record in records],
    )


if __name__ == "__main__":
    uvloop.run(drain(told()))
