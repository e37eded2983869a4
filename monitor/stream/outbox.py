"""What one transaction holds, as records of topics: state, alerts, dead letters, feedback, entries of control."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

Header = tuple[str, bytes | None]


class Outgoing(NamedTuple):
    """A record to be written; a value of None is a tombstone."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[Header] = ()


class Parcel(NamedTuple):
    """A closed batch for one topic, by its name on the broker."""

    topic: str
    batch: BatchBuilder


Record = Outgoing | tuple[bytes, bytes | None]


def pack(producer: AIOKafkaProducer, topic: str, records: Iterable[Record]) -> list[Parcel]:
    """Build the batches of one topic; a record larger than a batch stands in one of its own.

    State comes as bare pairs of key and value: there are a hundred of them for each record of any other kind.
    """
    parcels: list[Parcel] = []
    batch = None
    for key, value, *headers in records:
        said: list[Header] = list(*headers)
        if batch is None or batch.append(timestamp=None, key=key, value=value, headers=said) is None:
            batch = producer.create_batch()
            parcels.append(Parcel(topic, batch))
            batch.append(timestamp=None, key=key, value=value, headers=said)
    for parcel in parcels:
        parcel.batch.close()
    return parcels
