"""What leaves: the body of an alert and its life of revisions (contracts.md 2.5, design.md 7).

A body is a function of the facts in state, never of the order in which they came. Its bytes are made here and not at
the edge, because the hash of the preceding revision is part of the state.
"""

from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace


class Status(StrEnum):
    """Where an alert stands in its life."""

    opened = "opened"
    updated = "updated"
    resolved = "resolved"
    withdrawn = "withdrawn"


class Level(StrEnum):
    """How much an alert asks for: to be looked at, to be acted on, to be taken up against a platform."""

    notice = "notice"
    lead = "lead"
    case = "case"


class Severity(StrEnum):
    """How urgent an alert is; CloudEvents numbers 9, 13, 17, 21."""

    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"


class State(StrEnum):
    """What a look-alike check says: the innocent explanation is excluded, applies, or cannot be told."""

    passed = "passed"
    failed = "failed"
    no_data = "no_data"


class Proof(StrEnum):
    """How far an element of a statute is shown; `proven` is for recorded facts alone."""

    proven = "proven"
    indicated = "indicated"
    open = "open"


class FactClass(StrEnum):
    """Who may see a fact: costs are trade secrets."""

    public = "public"
    restricted = "restricted"


class Fact(Struct, frozen=True):
    """One fact of a body; `threshold` is the parameter that it is held against, null where there is none."""

    name: str
    value: Any
    threshold: int | None = None
    unit: str | None = None
    source: str = ""
    class_: FactClass = field(default=FactClass.public, name="class")


class Check(Struct, frozen=True):
    """One innocent explanation and what was seen of it."""

    look_alike: str
    state: State
    seen: str = ""


class Element(Struct, frozen=True):
    """One element of a statute and how far it is shown."""

    statute: str
    element: str
    state: Proof


class Reference(Struct, frozen=True):
    """One record that an alert stands on: where it lies, the SHA-256 of its value, and what it is cited for."""

    topic: str
    partition: int
    offset: int
    event_id: str
    sha256: str
    role: str


class DayRange(Struct, frozen=True):
    """The records of one day that an alert counts without citing each."""

    day: str
    topic: str
    count: int
    first_offset: int
    last_offset: int


class Window(Struct, frozen=True):
    """The span from the first to the last contributing day or lever in ms, end null while open; the clock as judged."""

    start: int
    end: int | None
    clock: int


class Coverage(Struct, frozen=True):
    """How complete the input behind an alert is: a band, records that came too late, sequence numbers missing."""

    band: str
    late: int
    gaps: int


class Rule(Struct, frozen=True):
    """Which rule set judged, with the digest of its parameters, and which engine."""

    id: str
    version: str
    digest: str
    engine: str


class Explanation(Struct, frozen=True):
    """The alert in words; `template` names the wording, empty where nothing is said yet."""

    template: str = ""
    zh: str = ""
    en: str = ""


class Body(Struct, kw_only=True):
    """The value of a record on `alerts`; it is put in words when it is published, for most are only compared."""

    alert_id: str
    revision: int = 0
    status: Status = Status.opened
    reason: str = ""
    successor: str | None = None
    mode: str = "live"
    typology: str
    level: Level
    class_: str | None = field(default=None, name="class")
    grade: str | None = None
    cost_grade: str | None = None
    severity: Severity
    provisional: bool
    subject: str
    shops: list[str]
    platform: str
    sku: str | None = None
    rival: str | None = None
    other_rivals: list[str] = []
    respondent: str
    sequences: list[str] = []
    window: Window
    facts: list[Fact]
    checks: list[Check]
    elements: list[Element] = []
    statutes: list[str] = []
    authority_hint: str = ""
    rule: Rule
    evidence: list[Reference] = []
    evidence_days: list[DayRange] = []
    coverage: Coverage
    explanation: Explanation = Explanation()
    previous: str | None = None


class Revision(Struct, frozen=True):
    """One revision of an alert as it goes onto the log; `event_time` is that of the last contributing event."""

    alert_id: str
    revision: int
    status: Status
    reason: str
    severity: Severity
    typology: str
    platform: str
    subject: str
    event_time: int
    sequence: int
    value: bytes


class Published(Struct):
    """What was last said under one alert id; it lives in a detector's state as long as anything can touch the alert."""

    alert_id: str
    revision: int = 0
    status: Status | None = None
    previous: str | None = None
    body: bytes = b""

    @property
    def stands(self) -> bool:
        """Whether something is published and not withdrawn."""
        return self.status is not None and self.status is not Status.withdrawn


def alert_id(typology: str, subject: str, platform: str, sku: str | None, day: str, major: str) -> str:
    """Answer the identity of an alert: the China Standard day is that of the episode's first contributing event."""
    text = "\n".join((typology, subject, platform, sku or "", day, major))
    return sha256(text.encode()).hexdigest()[:32]


def severity(level: Level, *, critical: bool, unsure: bool) -> Severity:
    """Answer the severity of a level; `unsure` is one step down, once for however many reasons.

    It is so when a gating check says no_data, or when too little of the input arrived (`is_thin`).
    """
    if level is Level.notice:
        return Severity.low
    if critical:
        return Severity.high if unsure else Severity.critical
    return Severity.medium if unsure else Severity.high


def is_thin(coverage: Coverage) -> bool:
    """Answer whether too much of the input behind an alert is missing for it to be sure: below 99 %."""
    return coverage.band in _THIN


_THIN = frozenset({"partial", "low"})
_body = msgspec.json.Decoder(Body)


@lru_cache(maxsize=64)
def _said(value: bytes) -> Body:
    """Read a body; one evaluation asks for the same one several times."""
    return _body.decode(value)


def last_body(published: Published) -> Body:
    """Read back the body last published; the caller may put other values in it, not change those that it holds."""
    return replace(_said(published.body))


def differs_at_once(published: Published, body: Body) -> bool:
    """Answer whether a change is one that is published as soon as it is known (design.md 7)."""
    return _material(_said(published.body)) != _material(body)


def differs_at_close(published: Published, body: Body) -> bool:
    """Answer whether a change is one that is published at a day close: any, but for the clock, coverage, day counts."""
    return _whole(_said(published.body)) != _whole(body)


_CITED = frozenset({"cost", "lever", "release"})


def _material(body: Body) -> tuple[Any, ...]:
    cited = sorted(reference.event_id for reference in body.evidence if reference.role in _CITED)
    checks = [(check.look_alike, check.state) for check in body.checks]
    verdict = (body.level, body.class_, body.grade, body.cost_grade, body.severity)
    return (verdict, checks, body.sequences, body.rival, cited)


def _whole(body: Body) -> Body:
    """Leave out what alone is no news, and the words, which follow from the rest."""
    return replace(
        body,
        revision=0,
        status=Status.opened,
        reason="",
        successor=None,
        mode="",
        window=replace(body.window, clock=0),
        evidence_days=[],
        coverage=_NO_COVERAGE,
        explanation=_NO_WORDS,
        previous=None,
    )


_NO_COVERAGE = Coverage("", 0, 0)
_NO_WORDS = Explanation()


def projection(value: bytes) -> bytes:
    """Make of an alert's value the bytes by which two runs are equal at rest (design.md 7).

    Left out: revision, reason, previous, mode, the window's clock, coverage, references to lines, log coordinates.
    """
    content = msgspec.json.decode(value)
    for name in ("revision", "reason", "previous", "mode", "coverage", "evidence_days"):
        del content[name]
    del content["window"]["clock"]
    content["evidence"] = sorted(
        [reference["role"], reference["event_id"], reference["sha256"]]
        for reference in content["evidence"]
        if not reference["role"].startswith("line")
    )
    return msgspec.json.encode(content, order="sorted")


def alerts_sha256(last_values: dict[str, bytes]) -> str:
    """Answer the hash over all alerts at rest, given the last value of each id; withdrawn ones do not count."""
    digest = sha256()
    for key in sorted(last_values):
        projected = projection(last_values[key])
        if msgspec.json.decode(projected)["status"] != Status.withdrawn:
            digest.update(projected)
    return digest.hexdigest()


def publish(
    published: Published, body: Body, status: Status, reason: str, *, event_time: int, sequence: int
) -> Revision:
    """Make the next revision of an alert and file it as the last one published."""
    published.revision += 1
    body.alert_id = published.alert_id
    body.revision = published.revision
    body.status = status
    body.reason = reason
    body.previous = published.previous
    value = msgspec.json.encode(body)
    published.status = status
    published.previous = sha256(value).hexdigest()
    published.body = value
    return Revision(
        alert_id=body.alert_id,
        revision=body.revision,
        status=status,
        reason=reason,
        severity=body.severity,
        typology=body.typology,
        platform=body.platform,
        subject=body.subject,
        event_time=event_time,
        sequence=sequence,
        value=value,
    )
