"""What one transaction holds, as records of topics: state, alerts, dead letters, feedback, entries of control."""

from collections.abc import Iterable, Iterator, Sequence
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


def pack(producer: AIOKafkaProducer, topic: str, records: Iterable[Record]) -> Iterator[Parcel]:
    """Build the batches of one topic, each when it is asked for; a record larger than a batch stands alone in one.

    State comes as bare pairs of key and value: there are a hundred of them for each record of any other kind.
    """
    batch = None
    for key, value, *headers in records:
        said: list[Header] = list(*headers)
        if batch is None or batch.append(timestamp=None, key=key, value=value, headers=said) is None:
            if batch is not None:
                yield _closed(topic, batch)
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=said)
    if batch is not None:
        yield _closed(topic, batch)


def _closed(topic: str, batch: BatchBuilder) -> Parcel:
    batch.close()
    return Parcel(topic, batch)
