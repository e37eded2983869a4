"""The alerts of a run held against the planted truth: found, missed, false, by typology and verdict."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from rich.table import Table

from monitor.feed.truth import Truth

INTEGRITY, GAP = "integrity", "gap"
COMPARED = (
    "level",
    "class",
    "grade",
    "cost_grade",
    "severity",
    "sequences",
    "respondent",
    "rival",
    "sku",
    "subject",
    "platform",
)


class Miss(Struct, frozen=True):
    """A planted case whose alert is not what the truth says; `differs` names each field with expected and actual."""

    truth: Truth
    differs: tuple[str, ...]


class Reckoning(Struct):
    """What came of the plants; an alert that stands and that nobody planted is false."""

    planted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: list[Miss] = field(default_factory=list)
    false: list[Mapping[str, Any]] = field(default_factory=list)
    silent: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missed and nothing is false."""
        return not self.misses and not self.false


def reckon(truths: Iterable[Truth], alerts: Mapping[str, Mapping[str, Any]], lost: Mapping[str, int]) -> Reckoning:
    """Hold the last revision of every alert, by id, against the truths; found means that all of the truth is equal.

    `lost` counts the numbers that never arrived, by platform: the gaps found have to add up to them.
    """
    made = Reckoning()
    standing = {key: alert for key, alert in alerts.items() if alert["status"] != "withdrawn"}
    expected = _reckon_gaps(made, standing, lost)
    for truth in truths:
        if truth.outcome != "alert":
            made.silent += 1
            continue
        expected.add(truth.alert_id)
        kind = _kind(truth.typology, truth.class_ or truth.grade)
        made.planted[kind] += 1
        differs = _differs(truth, standing.get(truth.alert_id or ""))
        if differs:
            made.misses.append(Miss(truth, differs))
        else:
            made.found[kind] += 1
    made.false = [alert for key, alert in standing.items() if key not in expected]
    return made


def _reckon_gaps(
    made: Reckoning, standing: Mapping[str, Mapping[str, Any]], lost: Mapping[str, int]
) -> set[str | None]:
    """Hold the numbers that the gaps of each platform lack against those it lost; answers the ids of these alerts."""
    expected: set[str | None] = set()
    kind = _kind(INTEGRITY, GAP)
    for platform, count in lost.items():
        gaps = {key: alert for key, alert in standing.items() if _is_gap(alert, platform)}
        expected |= gaps.keys()
        missing = sum(fact["value"] for gap in gaps.values() for fact in gap["facts"] if fact["name"] == "missing")
        made.planted[kind] += 1
        if missing == count:
            made.found[kind] += 1
        else:
            truth = Truth(
                case=GAP,
                instance=0,
                typology=INTEGRITY,
                outcome="alert",
                subject="",
                platform=platform,
                first_day="",
                class_=GAP,
            )
            made.misses.append(Miss(truth, (f"missing: expected {count}, is {missing}",)))
    return expected


def _is_gap(alert: Mapping[str, Any], platform: str) -> bool:
    return (alert["typology"], alert["class"], alert["platform"]) == (INTEGRITY, GAP, platform)


def _kind(typology: str, verdict: str | None) -> str:
    return f"{typology} {verdict or ''}".strip()


def _differs(truth: Truth, alert: Mapping[str, Any] | None) -> tuple[str, ...]:
    if alert is None:
        return ("no alert stands under its id",)
    differs = [
        f"{name}: expected {expected}, is {alert[name]}"
        for name in COMPARED
        if (expected := _said(truth, name)) != alert[name]
    ]
    force = next((fact["value"] for fact in alert["facts"] if fact["name"] == "force"), None)
    states = {check["look_alike"]: check["state"] for check in alert["checks"]}
    for name, state in truth.checks.items():
        if states.get(name) != state:
            differs.append(f"{name}: expected {state}, is {states.get(name)}")
    if truth.force != force:
        differs.append(f"force: expected {truth.force}, is {force}")
    return tuple(differs)


def _said(truth: Truth, name: str) -> Any:
    value = getattr(truth, "class_" if name == "class" else name)
    return list(value) if isinstance(value, tuple) else value


def most_telling(alerts: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Answer the standing lead that tells an officer most, None if there is none; ties go to the smaller id.

    That is: most sequences of coercion, then most innocent explanations ruled out, then the least evidence to read.
    """
    leads = [alert for alert in alerts if alert["level"] == "lead" and alert["status"] != "withdrawn"]
    return min(leads, key=_telling, default=None)


def _telling(alert: Mapping[str, Any]) -> tuple[int, int, int, str]:
    passed = sum(check["state"] == "passed" for check in alert["checks"])
    return -len(alert["sequences"]), -passed, len(alert["evidence"]), alert["alert_id"]


def table(made: Reckoning) -> Table:
    """Lay out planted, found, missed and false by typology and verdict."""
    false: dict[str, int] = defaultdict(int)
    for alert in made.false:
        false[_kind(alert["typology"], alert["class"] or alert["grade"])] += 1
    laid = Table(title="planted truth against alerts")
    for column in ("offence", "planted", "found", "missed", "false"):
        laid.add_column(column, justify="left" if column == "offence" else "right")
    for kind in sorted({*made.planted, *false}):
        planted, found = made.planted.get(kind, 0), made.found.get(kind, 0)
        laid.add_row(kind, str(planted), str(found), str(planted - found), str(false[kind]))
    laid.add_section()
    totals = (sum(made.planted.values()), sum(made.found.values()), len(made.misses), len(made.false))
    laid.add_row("all", *map(str, totals))
    return laid
