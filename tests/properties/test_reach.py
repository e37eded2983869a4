"""The histories reach all that this version can say: counted over a fixed set of them."""

from collections import Counter
from functools import cache

import msgspec
import pytest
from histories import seeded
from logs import batches
from runs import INTEGRITY, run

from monitor.detect.exclusivity.verdict import Grade
from monitor.detect.sub_cost.classes import Class
from monitor.events import CostGrade
from monitor.findings import Body, Level, Severity, Status
from monitor.law.checks import EXPLAINS

HISTORIES = 60
REASONS = {
    "opened", "fact_added", "holdback_passed", "day_closed", "late_event", "refund", "cost_revised", "exemption",
    "released", "successor", "ended", *(f"explained:{check}" for check in EXPLAINS - {"late_arrival"}),
}  # fmt: skip
"""Those of offences, but rule_change and relinked, which come with rules and links while running."""
EXPECTED = {
    "level": {Level.notice, Level.lead},
    "class_": set(Class),
    "grade": set(Grade),
    "cost_grade": set(CostGrade),
    "severity": set(Severity),
    "status": set(Status),
    "reason": REASONS,
    "sequence": {"S1", "S2", "S3", "S6"},
    "flag": {"severe", "sustained", "ask", "force"},
}


@cache
def reached() -> dict[str, Counter[str]]:
    """Count what the revisions of the fixed histories say."""
    found: dict[str, Counter[str]] = {name: Counter() for name in EXPECTED}
    for seed in range(HISTORIES):
        for revision in run(batches(seeded(seed, most=4))).revisions:
            if revision.typology != INTEGRITY:
                _count(found, msgspec.json.decode(revision.value, type=Body))
    return found


def _count(found: dict[str, Counter[str]], body: Body) -> None:
    for name in ("level", "class_", "grade", "cost_grade", "severity", "status", "reason"):
        if getattr(body, name) is not None:
            found[name][getattr(body, name)] += 1
    found["sequence"].update(body.sequences)
    found["flag"].update(fact.name for fact in body.facts if fact.name in EXPECTED["flag"])


@pytest.mark.parametrize("name", EXPECTED)
def test_histories_reach_every(name):
    """Every level, class, grade, severity, status, reason, sequence and flag of this version occurs, and no other."""
    assert EXPECTED[name] == set(reached()[name])


def test_both_detectors_lead_in_every_class_and_grade():
    """Classes and grades are reached as leads and as notices, not by one level alone."""
    assert min(reached()["class_"].values()) > 10
    assert min(reached()["grade"].values()) > 5
