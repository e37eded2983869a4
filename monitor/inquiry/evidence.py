"""The records that an alert stands on, fetched by their coordinates and held against the hashes in the alert."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.settings import Settings
from monitor.wire.clients import reader_options

READ_WITHIN_S = 10.0
"""one record of a broker that is there; beyond it nothing readable stands at its offset"""


class Finding(StrEnum):
    """What stands at the coordinates of a record cited."""

    same = "same"
    differs = "differs"
    forgotten = "forgotten"
    """before the log's beginning: retention took it"""
    missing = "missing"
    """not there: beyond the log's end, or never committed"""


class Place(NamedTuple):
    """Coordinates as an alert cites them: topic without prefix."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


class Cited(NamedTuple):
    """One record cited, with the SHA-256 that the alert holds and what was found; `value` is None where nothing was."""

    place: Place
    role: str
    event_id: str
    sha256: str
    finding: Finding
    value: bytes | None


async def verified(settings: Settings, evidence: Sequence[Mapping[str, Any]]) -> list[Cited]:
    """Fetch every record that is cited and compare; the order is that of the alert.

    Raises KafkaError where the broker is away or the topics may not be read.
    """
    places = [Place(one["topic"], one["partition"], one["offset"]) for one in evidence]
    async with asyncio.timeout(READ_WITHIN_S * (1 + len(places))):
        found = await _found(settings, places)
    return [cited(place, one, found[place]) for place, one in zip(places, evidence, strict=True)]


def cited(place: Place, one: Mapping[str, Any], found: bytes | Finding) -> Cited:
    """Answer whether what was found at a place is what an entry of `evidence` cites."""
    if isinstance(found, Finding):
        return Cited(place, one["role"], one["event_id"], one["sha256"], found, None)
    finding = Finding.same if sha256(found).hexdigest() == one["sha256"] else Finding.differs
    return Cited(place, one["role"], one["event_id"], one["sha256"], finding, found)


async def _found(settings: Settings, places: Iterable[Place]) -> dict[Place, bytes | Finding]:
    """Answer the value at each place, or why there is none."""
    consumer = AIOKafkaConsumer(**reader_options(settings))
    try:
        await consumer.start()
        logs = {place: TopicPartition(settings.address(place.topic), place.partition) for place in places}
        begins = await consumer.beginning_offsets(list(set(logs.values())))
        ends = await consumer.end_offsets(list(set(logs.values())))
        return {
            place: beyond(place.offset, begins[log], ends[log]) or await _value(consumer, log, place.offset)
            for place, log in logs.items()
        }
    finally:
        await consumer.stop()


def beyond(offset: int, begin: int, end: int) -> Finding | None:
    """Answer why an offset lies outside a log, which begins at `begin`, inclusive, and ends at `end`, exclusive."""
    if offset < begin:
        return Finding.forgotten
    return Finding.missing if offset >= end else None


async def _value(consumer: AIOKafkaConsumer, log: TopicPartition, offset: int) -> bytes | Finding:
    consumer.assign([log])
    consumer.seek(log, offset)
    try:
        record = await asyncio.wait_for(consumer.getone(log), READ_WITHIN_S)
    except TimeoutError:
        return Finding.missing
    return (record.value or b"") if record.offset == offset else Finding.missing
