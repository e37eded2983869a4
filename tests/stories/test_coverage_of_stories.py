"""The stories together show everything that the product can say: each level, class, grade, check value and reason."""

from hashlib import sha256

import pytest
from story_book import CASES, story
from story_run import sparsely

CHECK_VALUES = {
    "actor": {"passed", "failed", "no_data"},
    "basis": {"passed", "failed", "no_data"},
    "stock": {"passed", "failed", "no_data"},
    "contract_ref": {"passed", "failed"},
    "closing_everywhere": {"passed", "failed"},
    "shop_age": {"passed", "failed", "no_data"},
    "own_price_up": {"passed", "failed", "no_data"},
    "platform_wide": {"no_data"},
    "geo_common": {"no_data"},
    "feed_quality": {"passed", "failed", "no_data"},
    "exemption": {"passed", "no_data"},
    "price_error": {"passed", "no_data"},
    "cost_conflict": {"passed", "failed", "no_data"},
    "late_arrival": {"passed", "no_data"},
    "own_loss": {"passed"},
    "announced": {"no_data"},
}
REASONS = {
    "opened", "fact_added", "holdback_passed", "day_closed", "late_event", "refund", "cost_revised", "exemption",
    "released", "explained:actor", "explained:basis", "explained:stock", "explained:contract_ref", "successor", "ended",
}  # fmt: skip
SEEN = {
    "status": {"opened", "updated", "resolved", "withdrawn"},
    "level": {"notice", "lead"},
    "class": {"D1", "D2", "D3", "D4", "gap", "silence", "back_dated", None},
    "grade": {"pressed", "exited", "relieved", None},
    "cost_grade": {"A", "B", "C", "D", "E", None},
    "severity": {"low", "medium", "high", "critical"},
    "reason": REASONS,
}
NON_VERDICTS = {
    "insufficient_history", "explained:actor", "explained:basis", "explained:stock", "explained:contract_ref",
    "cost_unknown", "unit_mismatch", "exempt",
}  # fmt: skip


def _bodies():
    return [told.body for case in CASES for revisions in sparsely(story(case)).alerts.values() for told in revisions]


@pytest.mark.parametrize("name", sorted(SEEN))
def test_stories_show_every_value(name):
    """Every value of this field that the version emits stands in some revision of some story, and no other."""
    assert SEEN[name] == {body[name] for body in _bodies()}


def test_stories_show_every_sequence():
    """S1, S2, S3 and S6 each stand in some story."""
    assert {one for body in _bodies() for one in body["sequences"]} == {"S1", "S2", "S3", "S6"}


def test_stories_show_every_check_value():
    """Every value that the table of checks allows is seen, and no other."""
    seen = {}
    for body in _bodies():
        for check in body["checks"]:
            seen.setdefault(check["look_alike"], set()).add(check["state"])

    assert seen == CHECK_VALUES


def test_stories_show_every_non_verdict():
    """Everything that is counted and not published is counted in some story."""
    rows = [row for case in CASES for row in sparsely(story(case)).counts["non_verdicts"]]

    assert {row["name"] for row in rows} >= NON_VERDICTS


def test_stories_show_both_kinds_of_force():
    """Weak and strong force each stand in some story."""
    facts = {fact["value"] for body in _bodies() for fact in body["facts"] if fact["name"] == "force"}

    assert {"weak", "strong"} <= facts


def test_a_withdrawn_alert_names_its_successor_or_none():
    """A successor is another alert of the same story, and only `successor` names one."""
    for case in CASES:
        alerts = sparsely(story(case)).alerts
        for alert, revisions in alerts.items():
            last = revisions[-1].body
            moved = last["status"] == "withdrawn" and last["reason"] == "successor"

            assert (last["successor"] in set(alerts) - {alert}) is moved


def test_every_revision_names_the_one_before():
    """Revisions of an alert are numbered from 1 and chained by the hash of the value before."""
    for case in CASES:
        for revisions in sparsely(story(case)).alerts.values():
            before = None
            for number, told in enumerate(revisions, 1):
                assert (number, before) == (told.body["revision"], told.body["previous"])

                before = sha256(told.value).hexdigest()


def test_no_body_calls_below_cost_or_purpose_proven():
    """`proven` is for recorded facts: purpose and dominance stay open, below cost is at most indicated."""
    states = {}
    for body in _bodies():
        for element in body["elements"]:
            states.setdefault(element["element"], set()).add(element["state"])

    assert states["purpose"] == {"open"}
    assert states["dominance"] == {"open"}
    assert all("proven" not in found for name, found in states.items() if "below" in name)
