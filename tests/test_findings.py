"""The life of an alert: identity, revisions in a chain, what is published when, and when two runs are equal."""

import json
from hashlib import sha256

import msgspec
import pytest

from monitor.findings import (
    Body,
    Check,
    Coverage,
    DayRange,
    Explanation,
    Fact,
    Level,
    Published,
    Reference,
    Rule,
    Severity,
    State,
    Status,
    Window,
    alert_id,
    alerts_sha256,
    differs_at_close,
    differs_at_once,
    last_body,
    projection,
    publish,
    severity,
)

ID = alert_id("exclusivity", "m1:a", "p", None, "2019-05-15", "1")


def body(**changes):
    told = {
        "alert_id": ID,
        "typology": "exclusivity",
        "level": Level.notice,
        "severity": Severity.low,
        "provisional": True,
        "subject": "m1:a",
        "shops": ["s"],
        "platform": "p",
        "respondent": "p",
        "window": Window(1, None, 2),
        "facts": [Fact("active_days", 7, 7)],
        "checks": [Check("actor", State.passed)],
        "rule": Rule("default", "1.0", "d", "e"),
        "evidence": [Reference("shops", 0, 5, "l1", "aa", "lever")],
        "coverage": Coverage("full", 0, 0),
        "explanation": Explanation("t", "字", "words"),
    }
    return Body(**(told | changes))


def published(**changes):
    made = Published(ID)
    publish(made, body(**changes), Status.opened, "opened", event_time=1, sequence=1)
    return made


def test_an_identity_is_the_hash_of_its_definition():
    """Typology, subject, platform, empty sku, day and major version, joined by newlines: 32 hexadecimal digits."""
    text = b"exclusivity\nm1:a\np\n\n2019-05-15\n1"

    assert sha256(text).hexdigest()[:32] == ID


def test_revisions_count_and_name_the_hash_of_the_one_before():
    """A subscriber can prove that nothing between two revisions is missing."""
    made = Published(ID)
    first = publish(made, body(), Status.opened, "opened", event_time=1, sequence=1)
    second = publish(made, body(), Status.updated, "day_closed", event_time=2, sequence=2)

    assert (1, None) == (first.revision, json.loads(first.value)["previous"])
    assert (2, sha256(first.value).hexdigest()) == (second.revision, json.loads(second.value)["previous"])
    assert second.value == made.body


@pytest.mark.parametrize(
    ("level", "critical", "unsure", "expected"),
    [
        (Level.notice, True, True, "low"),
        (Level.lead, False, False, "high"),
        (Level.lead, False, True, "medium"),
        (Level.lead, True, False, "critical"),
        (Level.lead, True, True, "high"),
    ],
)
def test_a_gating_doubt_lowers_the_severity_by_one_step(level, critical, unsure, expected):
    """A notice is low whatever else."""
    assert expected == severity(level, critical=critical, unsure=unsure)


@pytest.mark.parametrize(
    "change",
    [
        {"level": Level.lead},
        {"class_": "D1"},
        {"grade": "exited"},
        {"cost_grade": "A"},
        {"severity": Severity.high},
        {"checks": [Check("actor", State.no_data)]},
        {"sequences": ["S1"]},
        {"rival": "q"},
        {"evidence": [Reference("shops", 0, 6, "l2", "bb", "lever")]},
    ],
)
def test_what_is_published_at_once(change):
    """Level, class, grades, severity, a check, a sequence, the rival, a cited cost or lever."""
    assert differs_at_once(published(), body(**change))


@pytest.mark.parametrize(
    "change",
    [{"facts": [Fact("active_days", 8, 7)]}, {"window": Window(1, 9, 2)}, {"provisional": False}],
)
def test_what_waits_for_a_day_close(change):
    """A fact, the window's end and the day's state are told when the day closes."""
    made = published()

    assert not differs_at_once(made, body(**change))
    assert differs_at_close(made, body(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"window": Window(1, None, 99)},
        {"coverage": Coverage("low", 5, 5)},
        {"evidence_days": [DayRange("2021-03-01", "orders", 5, 1, 9)]},
    ],
)
def test_what_is_never_news(change):
    """The clock, coverage and day counts alone publish nothing."""
    assert not differs_at_close(published(), body(**change))


def test_the_last_body_reads_back_as_it_was_said():
    """A withdrawal repeats it."""
    assert "m1:a" == last_body(published()).subject


def test_a_projection_leaves_out_what_a_run_is_free_in():
    """Coordinates, lines and the run's own numbers do not count; a fact does."""
    lines = [Reference("orders", 0, 1, "o1", "cc", "line"), Reference("orders", 0, 2, "o2", "dd", "line_refunded")]
    moved = [Reference("shops", 3, 77, "l1", "aa", "lever")]
    one, other = published(), published(evidence=[*lines, *moved], mode="shadow", coverage=Coverage("low", 1, 1))
    publish(other, last_body(other), Status.opened, "late_event", event_time=9, sequence=9)

    assert projection(one.body) == projection(other.body)
    assert projection(one.body) != projection(published(facts=[]).body)


def test_a_withdrawn_alert_does_not_count_in_the_hash():
    """Two runs are equal if what stands is equal."""
    gone = Published("x")
    publish(gone, body(), Status.withdrawn, "refund", event_time=1, sequence=1)
    standing = published()

    assert alerts_sha256({"a": standing.body}) == alerts_sha256({"a": standing.body, "x": gone.body})
    assert alerts_sha256({}) != alerts_sha256({"a": standing.body})
    assert not gone.stands
    assert msgspec.json.decode(standing.body)["class"] is None
