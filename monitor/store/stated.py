"""The body of an alert as the store reads it: what becomes a column is decoded, lists that are kept stay as they came.

The names are those of `monitor.findings.Body`; decoding evidence only to encode it again was half of the reading.
"""

import msgspec
from msgspec import Raw, Struct, field

from monitor.findings import Check, Coverage, Explanation, Fact, Rule, Window


class Stated(Struct, frozen=True, gc=False):
    """A revision's value; `elements`, `evidence` and `evidence_days` are JSON."""

    alert_id: str
    revision: int
    status: str
    reason: str
    mode: str
    typology: str
    level: str
    severity: str
    provisional: bool
    subject: str
    shops: list[str]
    platform: str
    respondent: str
    window: Window
    facts: list[Fact]
    checks: list[Check]
    rule: Rule
    coverage: Coverage
    explanation: Explanation
    successor: str | None = None
    class_: str | None = field(default=None, name="class")
    grade: str | None = None
    cost_grade: str | None = None
    sku: str | None = None
    rival: str | None = None
    other_rivals: list[str] = []
    sequences: list[str] = []
    statutes: list[str] = []
    authority_hint: str = ""
    elements: Raw = Raw(b"[]")
    evidence: Raw = Raw(b"[]")
    evidence_days: Raw = Raw(b"[]")
    previous: str | None = None


stated = msgspec.json.Decoder(Stated).decode
"""Read the value of a record of `alerts`; raises msgspec.DecodeError."""
