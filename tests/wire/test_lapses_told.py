"""What an integrity alert has the worker tell a platform: where each hole is, a silence, nothing of verdicts."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from monitor.findings import Revision, Severity, Status
from monitor.wire.feedback import feedback_value, lapses_told

SCHEMA = json.loads((Path(__file__).parents[2] / "topics/feedback/v1.schema.json").read_text())
HOLES = [
    {"topic": "orders", "first": 4, "last": 6, "from": 1, "to": 2},
    {"topic": "shops", "first": 9, "last": 9, "from": 1, "to": 2},
]
GAP = {"source": "p-feed#1", "missing": 4, "open_holes": 2, "holes": HOLES}


def revision(kind, facts, status=Status.opened, platform="p", typology="integrity"):
    value = msgspec.json.encode(
        {"class": kind, "facts": [{"name": name, "value": value} for name, value in facts.items()]}
    )
    return Revision("a", 1, status, "", Severity.low, typology, platform, "", 0, 1, value)


def told(*about, **changes):
    found = list(lapses_told(revision(*about, **changes), 5))
    for one in found:
        jsonschema.Draft7Validator(SCHEMA).validate(json.loads(feedback_value(one)))
    return found


def test_each_hole_is_a_message():
    """Topic, source and both ends of each hole, inclusive, with how many records that is."""
    said = [(one.kind, one.topic, one.source, one.sequence, one.last_sequence, one.count) for one in told("gap", GAP)]

    assert [("gap", "orders", "p-feed#1", 4, 6, 3), ("gap", "shops", "p-feed#1", 9, 9, 1)] == said


def test_holes_that_are_not_listed_are_counted():
    """More holes than an alert lists are told in one message more."""
    last = told("gap", GAP | {"missing": 50})[-1]

    assert ("gap", None, 46) == (last.kind, last.sequence, last.count)


def test_a_silence_says_since_when_and_until():
    """One that lasts has no end; of one that is over the last span is told."""
    lasting = told("silence", {"silent_since": 7, "silences": []})
    over = told("silence", {"silent_since": None, "silences": [{"from": 1, "to": 3}, {"from": 7, "to": 9}]},
                status=Status.resolved)  # fmt: skip

    assert [(7, None)] == [(one.from_time, one.to_time) for one in lasting]
    assert [(7, 9)] == [(one.from_time, one.to_time) for one in over]


def test_another_lapse_is_a_summary_of_no_record():
    """Refused records are told one by one: the summary must not count them again."""
    (said,) = told("changed_history", {"source": "p-feed#1", "lapses": 2, "not_judged": 2})

    assert ("summary", 0, "changed_history: source p-feed#1, lapses 2, not_judged 2") == (
        said.kind,
        said.count,
        said.detail,
    )


@pytest.mark.parametrize(
    "changes",
    [{"status": Status.withdrawn}, {"status": Status.resolved}, {"platform": ""}, {"typology": "sub-cost"}],
    ids=str,
)
def test_nothing_is_told_of(changes):
    """What was taken back or is over, what has no platform, and every offence."""
    assert told("gap", GAP, **changes) == []
