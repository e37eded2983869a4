"""What a platform is told about its records, and nothing about verdicts: the value of a record on `feedback`."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from monitor.events import Id, Millis, Offset, Reason, Sequence, Text, Topic
from monitor.findings import Revision, Status

INTEGRITY = "integrity"
MAX_TEXT = 512


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


def lapses_told(revision: Revision, partition: int) -> Iterator[Feedback]:
    """Say to a platform what its feed lacks or did, as an integrity alert finds it; nothing of any other alert.

    A gap is one message a hole, a silence says when it began and, once it is over, when it ended; any other lapse is a
    summary of no record, for each record that was refused for it is told by itself. What was withdrawn needs no
    message, nor what has no platform.
    """
    if revision.typology != INTEGRITY or not revision.platform or revision.status is Status.withdrawn:
        return
    body = msgspec.json.decode(revision.value)
    facts = {fact["name"]: fact["value"] for fact in body["facts"]}
    if body["class"] == Kind.silence:
        yield from _silence(revision.platform, partition, facts)
    elif revision.status is not Status.resolved:
        if body["class"] == Kind.gap:
            yield from _gaps(revision.platform, partition, facts)
        else:
            yield _summary(revision.platform, partition, body["class"], facts)


def _silence(platform: str, partition: int, facts: dict[str, Any]) -> Iterator[Feedback]:
    since, past = facts["silent_since"], facts["silences"]
    span = (since, None) if since is not None else (past[-1]["from"], past[-1]["to"])
    yield Feedback(
        kind=Kind.silence, platform=platform, partition=partition, count=0, from_time=span[0], to_time=span[1]
    )


def _gaps(platform: str, partition: int, facts: dict[str, Any]) -> Iterator[Feedback]:
    for hole in facts["holes"]:
        yield Feedback(
            kind=Kind.gap,
            platform=platform,
            topic=Topic(hole["topic"]),
            partition=partition,
            source=facts["source"],
            sequence=hole["first"],
            last_sequence=hole["last"],
            count=hole["last"] - hole["first"] + 1,
        )
    told = sum(hole["last"] - hole["first"] + 1 for hole in facts["holes"])
    if facts["missing"] > told:
        yield Feedback(
            kind=Kind.gap,
            platform=platform,
            partition=partition,
            source=facts["source"],
            count=facts["missing"] - told,
            detail="further numbers that are missing",
        )


def _summary(platform: str, partition: int, kind: str, facts: dict[str, Any]) -> Feedback:
    told = ", ".join(f"{name} {value}" for name, value in facts.items() if isinstance(value, int | str))
    return Feedback(
        kind=Kind.summary,
        platform=platform,
        partition=partition,
        source=facts.get("source"),
        count=0,
        detail=f"{kind}: {told}"[:MAX_TEXT],
    )
