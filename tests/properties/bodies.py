"""What must hold of every revision by itself and along an alert's life, whatever the history."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import jsonschema
import msgspec
from chronicle import TOPICS, History
from logs import Reading, batches
from runs import INTEGRITY, Outcome, Pace, Shell

from monitor.engine.values import PREFIX_SIZE
from monitor.eventtime.china import HOUR, MINUTE, day_end, day_of, iso
from monitor.findings import Body, FactClass, Level, Revision, Severity, Status, alert_id
from monitor.law.checks import is_unsure

DETECTORS_VERSION = "1"
HOLD_BACK = HOUR
GRACE = 30 * MINUTE
MOST_REFERENCES = 32
FOLLOWS = {
    None: {Status.opened},
    Status.opened: {Status.updated, Status.resolved, Status.withdrawn},
    Status.updated: {Status.updated, Status.resolved, Status.withdrawn},
    Status.resolved: {Status.updated, Status.resolved, Status.withdrawn},
    Status.withdrawn: {Status.opened},
}
SEVERITIES = {
    (Level.notice, False): {Severity.low},
    (Level.notice, True): {Severity.low},
    (Level.lead, False): {Severity.high, Severity.critical},
    (Level.lead, True): {Severity.medium, Severity.high},
}
_body = msgspec.json.Decoder(Body).decode


class Told(NamedTuple):
    """A revision with its body and, of an exclusivity alert, the clock of its join when it was published."""

    revision: Revision
    body: Body
    joint: int


class Witness(Shell):
    """A shell that looks at the clocks whenever a revision is published."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace)
        self.told: list[Told] = []

    def _called(self) -> None:
        partition = self.outcome.partition
        for revision in partition.revisions[len(self.told) - len(self.outcome.revisions) :]:
            body = _body(revision.value)
            clocks = partition.clocks
            joint = min(clocks.value(name) for name in (body.platform, body.rival) if name is not None)
            self.told.append(Told(revision, body, joint))
        super()._called()


def bodies_are_sound(history: History, reading: Reading) -> list[str]:
    """Every revision is a whole, valid, chained and proved statement."""
    told, outcome = witnessed(history, reading)
    digests = {digest for _, records in batches(history, reading) for digest in map(_digest, records)}
    found = [wrong for one in told for wrong in (*_shape(one), *_verdict(one), *_proof(one, digests))]
    found += [
        f"sequence {one.revision.sequence} at {at}" for at, one in enumerate(told, 1) if one.revision.sequence != at
    ]
    lives: dict[str, list[Told]] = {}
    for one in told:
        lives.setdefault(one.revision.alert_id, []).append(one)
    return [*found, *(wrong for life in lives.values() for wrong in _life(life)), *floats_in_state(outcome)]


def witnessed(history: History, reading: Reading) -> tuple[list[Told], Outcome]:
    """Run a history record by record and answer every revision as it was published."""
    shell = Witness(Pace(1, 1))
    outcome = shell.play(batches(history, reading))
    return shell.told, outcome


def _digest(record: Any) -> tuple[str, str]:
    return record.event.event_id, sha256(record.raw).hexdigest()


@cache
def _schema() -> Any:
    return jsonschema.Draft7Validator(json.loads((TOPICS / "alerts" / "v1.schema.json").read_text()))


def _shape(one: Told) -> Iterator[str]:
    """The value obeys the published schema, holds no float and is named by its own identity."""
    name, body = _name(one), one.body
    content = json.loads(one.revision.value)
    yield from (f"{name}: schema {error.json_path} {error.message}" for error in _schema().iter_errors(content))
    yield from (f"{name}: float at {path}" for path in floats(content))
    day = iso(day_of(body.window.start))
    named = body.alert_id if body.typology == INTEGRITY else ""
    if body.alert_id not in (
        named,
        alert_id(body.typology, body.subject, body.platform, body.sku, day, DETECTORS_VERSION),
    ):
        yield f"{name}: named otherwise than by {day}"


def _name(one: Told) -> str:
    return f"{one.revision.alert_id[:6]}.{one.revision.revision}"


def floats(value: Any, path: str = "$") -> Iterator[str]:
    """List where a decoded value holds a float."""
    if isinstance(value, float):
        yield path
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from floats(key, f"{path}.{key}")
            yield from floats(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from floats(part, f"{path}[{place}]")


def floats_in_state(outcome: Outcome) -> list[str]:
    """List where a state value holds a float."""
    return [
        f"{key!r}: float at {path}"
        for key, value in outcome.log.items()
        for path in floats(msgspec.msgpack.decode(value[PREFIX_SIZE:], strict=False))
    ]


def _verdict(one: Told) -> Iterator[str]:
    """Severity follows from level and checks, provisional from the clock, and a lead has waited for both clocks."""
    name, body = _name(one), one.body
    if body.severity not in SEVERITIES[body.level, is_unsure(body.checks)]:
        yield f"{name}: {body.level} is {body.severity}"
    if body.status is Status.withdrawn:
        return
    if body.provisional is not (body.window.clock < day_end(day_of(body.window.start)) + GRACE):
        yield f"{name}: provisional is {body.provisional}"
    if body.level is Level.lead and body.typology == "exclusivity" and one.joint < body.window.start + HOLD_BACK:
        yield f"{name}: a lead before both clocks were past the hold-back"


def _proof(one: Told, digests: set[tuple[str, str]]) -> Iterator[str]:
    """Every reference is to a record of the log; every lever and every cost printed is cited."""
    name, body = _name(one), one.body
    yield from (
        f"{name}: {reference.role} {reference.event_id} is no record"
        for reference in body.evidence
        if (reference.event_id, reference.sha256) not in digests
    )
    roles = [reference.role for reference in body.evidence]
    if len(roles) > MOST_REFERENCES:
        yield f"{name}: {len(roles)} references"
    restricted = [fact for fact in body.facts if fact.class_ is FactClass.restricted and body.sku is not None]
    costs = {fact.source for fact in restricted if fact.source != "orders, costs"}
    missing = costs - {reference.event_id for reference in body.evidence if reference.role == "cost"}
    if missing and len(roles) < MOST_REFERENCES:
        yield f"{name}: costs {missing} are not cited"
    levers = sum(len(fact.value) for fact in body.facts if fact.name == "levers")
    if roles.count("lever") < min(levers, MOST_REFERENCES):
        yield f"{name}: {levers} levers, {roles.count('lever')} cited"


def _life(life: Iterable[Told]) -> Iterator[str]:
    """Revisions count from 1, each holds the hash of the one before, and statuses follow each other lawfully."""
    before: Told | None = None
    for number, one in enumerate(life, 1):
        status = None if before is None else before.body.status
        previous = None if before is None else sha256(before.revision.value).hexdigest()
        if (one.body.revision, one.revision.revision) != (number, number):
            yield f"{_name(one)}: is number {number}"
        if one.body.previous != previous:
            yield f"{_name(one)}: previous is {one.body.previous}, not {previous}"
        if one.body.status not in FOLLOWS[status]:
            yield f"{_name(one)}: {one.body.status} after {status}"
        before = one
