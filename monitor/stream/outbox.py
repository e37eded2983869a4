"""What one transaction holds, as records of topics: state, alerts, dead letters, feedback, entries of control."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

Headers = Sequence[tuple[str, bytes | None]]


class Outgoing(NamedTuple):
    """A record to be written; a value of None is a tombstone."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Parcel(NamedTuple):
    """A closed batch for one topic, by its name on the broker."""

    topic: str
    batch: BatchBuilder


def pack(producer: AIOKafkaProducer, topic: str, records: Iterable[Outgoing]) -> list[Parcel]:
    """Build the batches of one topic; a record larger than a batch stands in one of its own."""
    parcels: list[Parcel] = []
    batch = None
    for record in records:
        if batch is None or not _append(batch, record):
            batch = producer.create_batch()
            parcels.append(Parcel(topic, batch))
            _append(batch, record)
    for parcel in parcels:
        parcel.batch.close()
    return parcels


def _append(batch: BatchBuilder, record: Outgoing) -> bool:
    done = batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
    return done is not None
