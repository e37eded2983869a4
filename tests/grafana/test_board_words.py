"""Every code that the boards show has words in both languages."""

import pytest

from deploy.grafana.boards.terms import AUTHORITIES, ELEMENTS, REFUSALS
from deploy.grafana.boards.words import CODES, FACT_NAMES, FEEDBACK_KINDS, LEVELS, LOOK_ALIKES, SEVERITIES, STATUSES
from monitor.events import Lever, Reason
from monitor.findings import Level, Severity, Status
from monitor.law.checks import CHECKS
from monitor.law.statutes import TABLE
from monitor.wire.feedback import Kind

CLOSED = {
    "elements": (ELEMENTS, {name for statute in TABLE for name in statute.elements}),
    "authorities": (AUTHORITIES, {statute.authority for statute in TABLE}),
    "refusals": (REFUSALS, {reason.value for reason in Reason}),
    "feedback": (FEEDBACK_KINDS, {kind.value for kind in Kind}),
    "levels": (LEVELS, {level.value for level in Level}),
    "severities": (SEVERITIES, {severity.value for severity in Severity}),
    "statuses": (STATUSES, {status.value for status in Status}),
    "look-alikes": (LOOK_ALIKES, set(CHECKS)),
}


@pytest.mark.parametrize("name", CLOSED)
def test_words_are_those_of_the_code(name):
    """The words of a closed list of codes are for these codes and no others."""
    words, codes = CLOSED[name]

    assert set(words) == codes


def test_levers_have_words():
    """A lever is shown by its name in the reader's language."""
    assert {lever.value for lever in Lever} <= set(CODES)


def test_facts_are_worded_in_both_languages():
    """A fact's Chinese name is never its code."""
    assert [name for name, value in FACT_NAMES.items() if name == value.text.zh] == []
