"""A record of `alerts` as the store takes it: its body, its coordinates and what its headers say."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from monitor.store.errors import AlertIsUnreadable
from monitor.store.stated import Stated, stated

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZERO, _REPLACEMENT = rb"\u0000", rb"\ufffd"


class Revised(NamedTuple):
    """One revision; `value` is the record's value and `sha256` its hash, the next revision's `previous`."""

    partition: int
    offset: int
    published_ms: int
    source: str
    sequence: int
    event_time: datetime
    value: bytes
    sha256: bytes
    body: Stated

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the alert in every sink."""
        return self.body.alert_id, self.source


def revised(topic: str, record: Any) -> Revised:
    """Read a record of `alerts`, as aiokafka gives it. Raises AlertIsUnreadable."""
    try:
        return _revised(record, dict(record.headers))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise AlertIsUnreadable(topic, record.partition, record.offset, reason) from error


def _revised(record: Any, headers: dict[str, bytes]) -> Revised:
    value: bytes = record.value
    return Revised(
        record.partition,
        record.offset,
        record.timestamp,
        headers["ce_source"].decode(),
        int(headers["ce_sequence"]),
        datetime.fromisoformat(headers["ce_time"].decode()),
        value,
        sha256(value).digest(),
        stated(legible(value)),
    )


def legible(value: bytes) -> bytes:
    """Answer JSON that PostgreSQL can hold: its texts know no zero character, which a feed may have quoted."""
    return value.replace(_ZERO, _REPLACEMENT) if _ZERO in value else value


def at(millis: int) -> datetime:
    """Answer an instant of milliseconds UTC, exactly."""
    return EPOCH + timedelta(milliseconds=millis)


def at_or_none(millis: int | None) -> datetime | None:
    """Answer an instant, nothing for nothing."""
    return None if millis is None else at(millis)


def millis(instant: datetime) -> int:
    """Answer the milliseconds UTC of an instant that has no smaller parts."""
    return (instant - EPOCH) // timedelta(milliseconds=1)
