"""How alerts are read back: committed ones only, from the beginning, once each (contracts.md 2.5)."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.settings import Settings
from monitor.wire.clients import client_options

POLL_MS = 200


class Published(NamedTuple):
    """One revision as it lies on `alerts`; `headers` are the CloudEvents attributes."""

    key: str
    headers: dict[str, str]
    value: bytes
    partition: int
    offset: int
    append_time: int


async def alerts(settings: Settings, *, follow: bool = False) -> AsyncIterator[Published]:
    """Yield every committed revision in the order of its partition; with `follow` never end.

    Without `follow` it ends at the ends of the log that it saw when it began.
    """
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="none",
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        places = [TopicPartition(f"{settings.prefix}alerts", number) for number in range(settings.partitions)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        for place, first in (await consumer.beginning_offsets(places)).items():
            consumer.seek(place, first)
        while follow or await _is_behind(consumer, ends):
            for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                for record in records:
                    yield _published(record)
    finally:
        await consumer.stop()


async def _is_behind(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """Answer whether any position is short of its end; positions count transaction markers, which end a log too."""
    for place, end in ends.items():
        if await consumer.position(place) < end:
            return True
    return False


def _published(record: Any) -> Published:
    headers = {name: value.decode() for name, value in record.headers}
    return Published(
        record.key.decode(),
        headers,
        record.value,
        record.partition,
        record.offset,
        record.timestamp,
    )
