"""Alerts in words: every fact, part and code that a detector may emit has a name in both languages."""

import re
from pathlib import Path

import pytest

import monitor.detect
from monitor.detect.explanation import explain
from monitor.detect.seen import tell
from monitor.detect.wording import CODED, CODES, ELEMENTS, FACTS, LEVER_UNITS, PARTS, SCOPES, STOCKS
from monitor.events import Actor, CostLevel, Lever, LeverUnit, ScopeKind, Stock
from monitor.findings import Body, Coverage, Explanation, Fact, Level, Rule, Severity, Window
from monitor.law.statutes import TABLE

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


def test_a_lever_is_told_in_words():
    """Parts and codes have names in Chinese and in English; a feed's own words stay as they are."""
    told = {"kind": "BLOCK_SHOP", "time": 0, "actor": "platform_staff", "shop": "closed", "deadline": 0}
    said = explain(body(Fact("levers", [told])))
    start = "1970-01-01 08:00:00"

    assert f"类型 屏蔽店铺、时间 {start}" in said.zh
    assert "店铺 closed" in said.zh
    assert "kind blocked shop" in said.en
    assert "by the platform's staff" in said.en
    assert said.en.count(start) == 2


@pytest.mark.parametrize(("name", "value", "words"), [("force", "weak", "joined by the merchant")])
def test_a_fact_that_is_a_code_is_told_with_its_meaning(name, value, words):
    """The force of a campaign is no bare word."""
    assert words in explain(body(Fact(name, value))).en


def test_what_is_coded_has_a_name():
    """Each fact or part with codes for values is itself named."""
    assert set(CODED) <= {*FACTS, *PARTS}


@pytest.mark.parametrize(
    ("unit", "before", "after", "words"),
    [
        ("fen", 500, 1250, "before 5.00 yuan, after 12.50 yuan"),
        ("basis_point", 500, 800, "before 5.00%, after 8.00%"),
        ("metre", 3000, 900, "before 3000 metres, after 900 metres"),
        ("rank", 1, 40, "before 1 in the ranking, after 40 in the ranking"),
        ("count", 9, 0, "before 9 items, after 0 items"),
    ],
)
def test_a_levers_values_are_told_in_their_unit(unit, before, after, words):
    """The unit of a lever's values stands with each of them."""
    assert words in explain(body(Fact("levers", [{"before": before, "after": after, "unit": unit}]))).en


def test_every_element_of_every_statute_is_named():
    """No element is printed under its code."""
    assert {element for statute in TABLE for element in statute.elements} == set(ELEMENTS)


def test_every_unit_scope_and_stock_is_named():
    """No unit, scope or stock of the wire's lists is printed bare."""
    money = {LeverUnit.fen, LeverUnit.basis_point}
    assert {*map(str, set(LeverUnit) - money)} == set(LEVER_UNITS)
    assert {*map(str, ScopeKind)} == set(SCOPES)
    assert {*map(str, Stock)} == set(STOCKS)


@pytest.mark.parametrize(
    ("check", "seen", "zh", "en"),
    [
        ("actor", "merchant", "操作方为商户", "done by the merchant"),
        ("stock", "none", "库存缺货", "stock: none"),
        ("shop_age", "29 d", "开店 29 天", "open for 29 days"),
        ("own_price_up", "a: b: 9 -> 11 fen", "商品 a: b 由 0.09 元涨至 0.11 元", "SKU a: b from 0.09 to 0.11 yuan"),
        ("feed_quality", "q: shops: 3 missing", "平台 q 的店铺数据缺少 3 条", "3 records missing in shops of q"),
        ("feed_quality", "orders: 3 missing", "订单数据缺少 3 条", "3 records missing in orders"),
        ("feed_quality", "q", "平台 q 曾停止报送", "q was silent"),
        (
            "feed_quality", "silent from 0 to 60000", "自 1970-01-01 08:00:00 至 1970-01-01 08:01:00 无数据",
            "silent from 1970-01-01 08:00:00 to 1970-01-01 08:01:00",
        ),
        ("price_error", "12 min", "低价持续 12 分钟", "low prices for 12 minutes"),
        (
            "cost_conflict", "2 costs of L1, grade A; 3 costs of L3, grade B",
            "2 项成本，口径为进价及进货运费，证据等级 A、3 项成本，口径为另含管理费用，证据等级 B",
            "2 costs of one level (purchase and inbound freight), evidence grade A, "  # noqa: ISC004 - one text
            "3 costs of one level (with overhead), evidence grade B",
        ),
        (
            "late_arrival", "holes that may still be filled: 2", "仍可能补齐的缺口 2 处",
            "holes that may still be filled: 2",
        ),
        ("own_loss", "orders: 2, shops: 1", "订单数据 2 条、店铺数据 1 条", "2 records of orders, 1 records of shops"),
        ("night_raid", "some word", "some word", "some word"),
        ("basis", "", "", ""),
    ],
)  # fmt: skip
def test_what_a_check_saw_is_told_in_both_languages(check, seen, zh, en):
    """Each form of what a check sees has words; what has none stands as it is."""
    assert (tell(check, seen, 0), tell(check, seen, 1)) == (zh, en)
