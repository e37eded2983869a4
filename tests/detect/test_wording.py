"""Alerts in words: every fact, part and code that a detector may emit has a name in both languages."""

import re
from pathlib import Path

import pytest

import monitor.detect
from monitor.detect.explanation import explain
from monitor.detect.wording import CODED, CODES, FACTS, PARTS
from monitor.events import Actor, CostLevel, Lever
from monitor.findings import Body, Coverage, Explanation, Fact, Level, Rule, Severity, Window

SOURCE = "".join(path.read_text() for path in Path(monitor.detect.__file__).parent.glob("*/*.py"))
EMITTED = set(re.findall(r"""(?:Fact|_restricted)\(\s*"([a-z0-9_]+)\"""", SOURCE))
BESIDES = {"complaints", "refusals", "refunded_fen", "exempt_units", "first_order_units"}


def body(*facts):
    """A body with these facts and nothing else to tell."""
    return Body(
        alert_id="a", typology="exclusivity", level=Level.notice, severity=Severity.low, provisional=False,
        subject="m1:x", shops=[], platform="p", respondent="p", window=Window(0, 0, 0), facts=list(facts), checks=[],
        rule=Rule("exclusivity", "1.0", "", ""), coverage=Coverage("full", 0, 0), explanation=Explanation("", "", ""),
    )  # fmt: skip


def test_every_fact_that_a_detector_emits_is_named_and_no_other():
    """The wording knows the facts of the detectors' source, those that loops emit included."""
    assert EMITTED | BESIDES == set(FACTS)


def test_every_lever_actor_and_cost_level_has_a_meaning():
    """No code of the law's tables is printed bare."""
    assert {*map(str, Lever), *map(str, Actor), *map(str, CostLevel)} <= set(CODES)


def test_a_lever_is_told_in_words_with_its_code():
    """Parts and codes have names in Chinese and in English; a feed's own words stay as they are."""
    told = {"kind": "BLOCK_SHOP", "time": 0, "actor": "platform_staff", "shop": "closed", "deadline": 0}
    said = explain(body(Fact("levers", [told])))
    start = "1970-01-01T08:00:00"

    assert f"类型 屏蔽店铺 (BLOCK_SHOP), 时间 {start}" in said.zh
    assert "店铺 closed" in said.zh
    assert "kind blocked shop (BLOCK_SHOP)" in said.en
    assert "by the platform's staff (platform_staff)" in said.en
    assert said.en.count(start) == 2


@pytest.mark.parametrize(("name", "value", "words"), [("force", "weak", "joined by the merchant (weak)")])
def test_a_fact_that_is_a_code_is_told_with_its_meaning(name, value, words):
    """The force of a campaign is no bare word."""
    assert words in explain(body(Fact(name, value))).en


def test_what_is_coded_has_a_name():
    """Each fact or part with codes for values is itself named."""
    assert set(CODED) <= {*FACTS, *PARTS}
