"""What the simulator planted and what a perfect monitor would say of it, written beside the events."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import orjson
from msgspec import Struct, field, to_builtins

from monitor.eventtime import china

RULE_MAJOR = "1"
ALERT_ID_LENGTH = 32
FILE = "truth.json"


class Truth(Struct, frozen=True, kw_only=True):
    """One plant or look-alike and its verdict at rest; null where nothing is published.

    `outcome`: `alert` stands with these values; `none` never stood; `withdrawn` may have stood for a while, and does
    not at the end. `first_day` is the China Standard day of the first contributing event, `explained` the check or
    non-verdict that speaks for the merchant or platform, `exercises` the boundaries that the case lies on.
    """

    case: str
    instance: int
    typology: str
    outcome: str
    subject: str
    platform: str
    sku: str | None = None
    rival: str | None = None
    alert_id: str | None = None
    first_day: str
    level: str | None = None
    class_: str | None = field(default=None, name="class")
    grade: str | None = None
    cost_grade: str | None = None
    severity: str | None = None
    sequences: tuple[str, ...] = ()
    respondent: str | None = None
    force: str | None = None
    checks: dict[str, str] = {}
    explained: str | None = None
    exercises: tuple[str, ...] = ()


def alert_id(typology: str, subject: str, platform: str, sku: str | None, first_day: str) -> str:
    """Answer the id that an alert on this episode has (design.md 7), from its definition alone."""
    text = "\n".join((typology, subject, platform, sku or "", first_day, RULE_MAJOR))
    return hashlib.sha256(text.encode()).hexdigest()[:ALERT_ID_LENGTH]


def day_written(millis: int) -> str:
    """Write the China Standard day of an instant."""
    return china.iso(china.day_of(millis))


def write(folder: Path, truths: Sequence[Truth], refused: dict[str, int], **about: object) -> Path:
    """Write truth.json: what was planted, how many records must be refused by reason, and how it was made."""
    path = folder / FILE
    body = {**about, "refused": refused, "truth": [to_builtins(one) for one in truths]}
    path.write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2))
    return path
