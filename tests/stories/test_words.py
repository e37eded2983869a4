"""What an alert says in words: all of its facts and doubts, in Chinese and in English."""

import msgspec
import pytest
from story_book import CASES, story
from story_run import sparsely

from monitor.detect.explanation import explain
from monitor.detect.wording import FACTS
from monitor.eventtime.china import written
from monitor.findings import Body
from monitor.law.checks import CHECKS

told = pytest.mark.parametrize("case", CASES)
YUAN = {"fen": 100, "micro_fen": 100_000_000}


def _bodies(case):
    return [one for revisions in sparsely(story(case)).alerts.values() for one in revisions]


def _printed(value, unit=None):
    """The words in which a value must appear in either language."""
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [written(value)] if unit == "ms" else [str(value)]
    if isinstance(value, dict):
        return [word for name, part in value.items() for word in _printed(part, _unit(name))]
    if isinstance(value, list):
        return [word for part in value for word in _printed(part, unit)]
    return [value]


def _unit(name):
    return "ms" if name in {"time", "release", "from", "to", "until"} else None


@told
def test_every_fact_and_doubt_is_told_in_both_languages(case):
    """Each fact's value, and each failed or no_data check with what was seen, stands in both texts."""
    for one in _bodies(case):
        texts = one.body["explanation"]
        for place, language in enumerate(("zh", "en")):
            words = [word for fact in one.body["facts"] for word in _printed(fact["value"], fact["unit"])]
            words += [FACTS[fact["name"]][place] for fact in one.body["facts"] if fact["name"] in FACTS]
            for check in one.body["checks"]:
                row = CHECKS[check["look_alike"]]
                if check["state"] != "passed":
                    words += [check["look_alike"], check["seen"], (row.zh, row.en)[place]]

            assert [word for word in words if word not in texts[language]] == []


@told
def test_every_fact_has_a_name_in_both_languages(case):
    """No fact is printed under its field name."""
    names = {fact["name"] for one in _bodies(case) for fact in one.body["facts"]}

    assert names <= set(FACTS)


@told
def test_a_fact_left_out_changes_both_texts(case):
    """Each fact is told: without it both texts are others."""
    for one in _last(case):
        body = msgspec.json.decode(one.value, type=Body)
        whole = explain(body)
        for fact in body.facts:
            less = explain(msgspec.structs.replace(body, facts=[other for other in body.facts if other is not fact]))

            assert (less.zh != whole.zh, less.en != whole.en) == (True, True)


@told
def test_a_doubt_left_out_changes_both_texts(case):
    """Each failed or no_data check is told: without it both texts are others."""
    for one in _last(case):
        body = msgspec.json.decode(one.value, type=Body)
        whole = explain(body)
        for check in (check for check in body.checks if check.state != "passed"):
            rest = [other for other in body.checks if other is not check]
            less = explain(msgspec.structs.replace(body, checks=rest))

            assert (less.zh != whole.zh, less.en != whole.en) == (True, True)


def _last(case):
    return [revisions[-1] for revisions in sparsely(story(case)).alerts.values()]


@told
def test_the_words_are_of_the_body_published(case):
    """The explanation is made of the very body that it stands in."""
    for one in _bodies(case):
        body = msgspec.json.decode(one.value, type=Body)

        assert explain(body) == body.explanation


@told
def test_nothing_is_called_a_violation(case):
    """Wording is of indications."""
    for one in _bodies(case):
        texts = one.body["explanation"]

        assert "violat" not in texts["en"].lower()
        assert "违法" not in texts["zh"]
