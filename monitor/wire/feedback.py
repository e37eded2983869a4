"""What a platform is told about its records, and nothing about verdicts: the value of a record on `feedback`."""

from enum import StrEnum

import msgspec
from msgspec import Struct

from monitor.events import Id, Millis, Offset, Reason, Sequence, Text, Topic


class Kind(StrEnum):
    """What happened: one record, a hole or a silence in the feed, the feed as a whole, or many records at once."""

    rejected = "rejected"
    late = "late"
    gap = "gap"
    silence = "silence"
    quarantined = "quarantined"
    summary = "summary"


class Feedback(Struct, frozen=True, kw_only=True):
    """One message to a platform; what does not fit its kind is null.

    `offset`, `source` and `sequence` find one record; a gap spans [`sequence`, `last_sequence`], both missing;
    `count` records of [`from_time`, `to_time`) in append time stand behind a summary.
    """

    kind: Kind
    platform: Id
    topic: Topic | None = None
    partition: int
    offset: Offset | None = None
    source: Id | None = None
    sequence: Sequence | None = None
    last_sequence: Sequence | None = None
    event_id: Id | None = None
    reason: Reason | None = None
    path: Text | None = None
    detail: Text | None = None
    count: int = 1
    from_time: Millis | None = None
    to_time: Millis | None = None


_encode = msgspec.json.Encoder().encode


def feedback_value(said: Feedback) -> bytes:
    """Write the JSON value of a record on `feedback`; its key is the platform."""
    return _encode(said)
