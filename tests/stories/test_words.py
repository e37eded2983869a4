"""What an alert says in words: all of its facts and doubts, in Chinese and in English."""

import re

import msgspec
import pytest
from story_book import CASES, story
from story_run import sparsely

from monitor.detect.explanation import explain
from monitor.detect.seen import tell
from monitor.detect.wording import FACTS
from monitor.eventtime.china import written
from monitor.findings import Body
from monitor.law.checks import CHECKS

told = pytest.mark.parametrize("case", CASES)


def _bodies(case):
    return [one for revisions in sparsely(story(case)).alerts.values() for one in revisions]


def _number(value, unit):
    """How an officer reads a number."""
    match unit:
        case "fen":
            return f"{value // 100}.{value % 100:02d} "
        case "micro_fen":
            return f"{value / 100_000_000:.4f}"[:-1]
        case "bp":
            return f"{value // 100}.{value % 100:02d}%"
        case "ms":
            return written(value)[:19].replace("T", " ")
    return str(value)


def _numbers(fact):
    value, unit = fact["value"], fact["unit"]
    if isinstance(value, int) and not isinstance(value, bool):
        return [_number(value, unit), *([] if fact["threshold"] is None else [_number(fact["threshold"], unit)])]
    parts = [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict)]
    return [_number(part["time"], "ms") for part in parts if "time" in part]


@told
def test_every_fact_and_doubt_is_told_in_both_languages(case):
    """Each fact's name and number, and each failed or no_data check, stands in both texts as people write it."""
    for one in _bodies(case):
        texts = one.body["explanation"]
        for place, language in enumerate(("zh", "en")):
            words = [FACTS[fact["name"]][place] for fact in one.body["facts"] if fact["name"] in FACTS]
            words += [number for fact in one.body["facts"] for number in _numbers(fact)]
            for check in (check for check in one.body["checks"] if check["state"] != "passed"):
                row = CHECKS[check["look_alike"]]
                words += [(row.zh, row.en)[place], tell(check["look_alike"], check["seen"], place)]

            assert [word for word in words if word not in texts[language]] == []


FEEDS_OWN = {"shop", "rival", "rival_named", "rule", "notice"}
"""Parts of facts in a feed's own words."""


def _given(body):
    """The words that a feed or an office chose, longest first: they stand in both texts as they are."""
    found = {body[name] for name in ("platform", "subject", "sku", "rival", "respondent")} | {*body["shops"]}
    for fact in body["facts"]:
        parts = fact["value"] if isinstance(fact["value"], list) else [fact["value"]]
        for part in parts:
            if isinstance(part, dict):
                found |= {part.get(name) for name in FEEDS_OWN} | {part.get("scope", "").partition(" ")[2]}
            elif fact["name"] in {"cost_document", "rival_named", "source", "other_owners"}:
                found.add(part)
    for check in body["checks"]:
        if check["look_alike"] in {"basis", "contract_ref", "exemption", "feed_quality", "own_price_up"}:
            found |= {re.sub(r"category | is perishable.*|: .*", "", part) for part in check["seen"].split(", ")}
    return sorted(filter(None, found), key=len, reverse=True)


@told
def test_each_text_is_of_one_language(case):
    """But for what a feed calls its own things no Latin letter is in the Chinese, no Chinese sign in the English."""
    for one in _bodies(case):
        texts = dict(one.body["explanation"])
        for given in _given(one.body):
            texts = {name: text.replace(given, "") for name, text in texts.items()}

        assert re.findall(r"[A-Za-z_µ]+", re.sub("证据等级 [A-E]", "", texts["zh"])) == []
        assert re.findall(r"[\u3000-\u9fff\uff00-\uffef]", texts["en"]) == []


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
