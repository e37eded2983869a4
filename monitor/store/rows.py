"""The rows of a revision, of a message to a platform and of a dead letter, in the order of `tables`. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from monitor.settings import unprefixed
from monitor.store.restricted import measures, parted
from monitor.store.revised import Revised, at, at_or_none, legible
from monitor.store.stated import Stated
from monitor.wire.feedback import Feedback

Row = tuple[Any, ...]
_feedback = msgspec.json.Decoder(Feedback).decode


def revision_rows(alert: int, one: Revised) -> Iterator[tuple[str, Row]]:
    """Yield the rows that every revision leaves, with their tables."""
    public, _ = parted(one.body.facts)
    yield "alert_revisions", _revision_row(alert, one, _json(measures(public)))
    yield "restricted_revisions", (alert, one.body.revision, one.value)


def newest_rows(alert: int, one: Revised, opened_ms: int) -> Iterator[tuple[str, Row]]:
    """Yield the rows that only the newest revision of an alert has; `opened_ms` is the append time of its first."""
    body = one.body
    public, restricted = parted(body.facts)
    yield "alerts", _alert_row(alert, one, opened_ms, _json(measures(public)))
    yield "parts", (alert, *map(_json, (public, body.elements, body.evidence, body.evidence_days)))
    words = body.explanation
    yield "restricted_parts", (alert, _json(restricted), _json(measures(restricted)), words.zh, words.en)
    for position, check in enumerate(body.checks):
        yield "checks", (alert, position, check.look_alike, check.state, check.seen)


def _alert_row(alert: int, one: Revised, opened_ms: int, public_measures: Jsonb) -> Row:
    body = one.body
    return (
        alert,
        one.source,
        body.alert_id,
        one.partition,
        body.revision,
        one.sha256,
        one.sequence,
        *_verdict_of(body),
        at(body.window.start),
        at_or_none(body.window.end),
        at(body.window.clock),
        one.event_time,
        at(opened_ms),
        at(one.published_ms),
        body.coverage.band,
        body.coverage.late,
        body.coverage.gaps,
        body.rule.id,
        body.rule.version,
        body.rule.digest,
        body.rule.engine,
        body.explanation.template,
        public_measures,
    )


def _verdict_of(body: Stated) -> Row:
    return (
        body.status,
        body.reason,
        body.successor,
        body.mode,
        body.typology,
        body.level,
        body.class_,
        body.grade,
        body.cost_grade,
        body.severity,
        body.provisional,
        body.platform,
        body.subject,
        body.shops,
        body.sku,
        body.rival,
        body.other_rivals,
        body.respondent,
        body.sequences,
        body.statutes,
        body.authority_hint,
    )


def _revision_row(alert: int, one: Revised, public_measures: Jsonb) -> Row:
    body = one.body
    return (
        alert,
        body.revision,
        one.partition,
        one.offset,
        one.sequence,
        body.status,
        body.reason,
        body.successor,
        body.level,
        body.class_,
        body.grade,
        body.cost_grade,
        body.severity,
        body.provisional,
        body.rival,
        at(body.window.start),
        at_or_none(body.window.end),
        at(body.window.clock),
        one.event_time,
        at(one.published_ms),
        body.coverage.band,
        body.rule.version,
        public_measures,
        None if body.previous is None else bytes.fromhex(body.previous),
        one.sha256,
    )


def feedback_row(record: Any) -> Row:
    """Make the row of a record of `feedback`."""
    told = _feedback(legible(record.value))
    return (
        record.partition,
        record.offset,
        told.kind,
        told.platform,
        told.topic,
        told.offset,
        told.source,
        told.sequence,
        told.last_sequence,
        told.event_id,
        told.reason,
        told.path,
        told.detail,
        told.count,
        at_or_none(told.from_time),
        at_or_none(told.to_time),
        at(record.timestamp),
    )


def dead_letter_row(record: Any, *prefixes: str) -> Row:
    """Make the row of a dead letter: where the record stood and why it was refused, nothing of what it said."""
    headers = dict(record.headers)  # of a name that stands twice the last one is ours
    return (
        record.partition,
        record.offset,
        unprefixed(headers["dl_topic"].decode(), prefixes),
        int(headers["dl_partition"]),
        int(headers["dl_offset"]),
        headers["dl_reason"].decode(),
        at(int(headers["dl_timestamp"])),
        at(record.timestamp),
    )


def _json(value: Any) -> Jsonb:
    return Jsonb(value, dumps=msgspec.json.encode)
