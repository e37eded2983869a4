"""An alert in words, in Chinese and English, made from its facts, checks and elements alone.

Every fact and every failed or no_data check is named with its value, so the text can say nothing that the body does
not, and leaves out nothing that it does. Codes are told by what they mean, money in yuan, shares in per cent, instants
as China's clocks show them; the machine-readable values stand in the facts.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from monitor.detect.seen import tell
from monitor.detect.wording import (
    ASKED,
    CODED,
    CODES,
    ELEMENTS,
    FACTS,
    LEVELS,
    LEVER_UNITS,
    PARTS,
    SCOPES,
    TYPOLOGIES,
    UNITS,
    VERDICTS,
    Term,
    yuan,
)
from monitor.eventtime.china import clocked
from monitor.findings import Body, Check, Explanation, Fact, Proof, State
from monitor.law.checks import CHECKS
from monitor.law.statutes import BY_ID


def explain(body: Body) -> Explanation:
    """Answer the explanation of a body; called last, when everything else of the body is in place."""
    verdict = body.class_ or body.grade or ""
    return Explanation(f"{body.typology}.{body.level}.{verdict}", _text(body, verdict, _ZH), _text(body, verdict, _EN))


class _Language:
    """How one language puts the parts together."""

    def __init__(self, index: int, stop: str, comma: str, colon: str, words: dict[str, str]) -> None:
        self.index = index
        self.stop = stop
        self.comma = comma
        self.colon = colon
        self.words = words

    def term(self, terms: dict[str, Term], name: str) -> str:
        """Answer a name in this language, the name itself where no term is."""
        return terms[name][self.index] if name in terms else name


_ZH = _Language(
    0,
    "。",
    "；",
    "：",
    {
        "platform": "平台",
        "subject": "商户",
        "sku": "商品",
        "rival": "竞争平台",
        "respondent": "涉嫌主体",
        "facts": "事实",
        "failed": "存在合理解释",
        "no_data": "无数据核查",
        "open": "尚待查明",
        "yuan": "元",
        "of": "份（每份 {}）",
        "times": "时间均为北京时间",
        "true": "是",
        "false": "否",
        "none": "无",
        "in": "（{}）",
        "threshold": "阈值",
        "provisional": "当日尚未结束，结论为暂定",
    },
)
_EN = _Language(
    1,
    ". ",
    "; ",
    ": ",
    {
        "platform": "platform",
        "subject": "merchant",
        "sku": "SKU",
        "rival": "rival",
        "respondent": "respondent",
        "facts": "Facts",
        "failed": "An innocent explanation applies",
        "no_data": "Could not be checked",
        "open": "Not shown yet",
        "yuan": "yuan",
        "of": "of {} each",
        "times": "Times are Beijing time",
        "true": "yes",
        "false": "no",
        "none": "none",
        "in": " ({})",
        "threshold": "held against",
        "provisional": "The day is still open and this is provisional",
    },
)


def _text(body: Body, verdict: str, language: _Language) -> str:
    sentences = [_headline(body, verdict, language), _facts(body, language)]
    if body.provisional:
        sentences.append(language.words["provisional"])
    sentences.extend(_checks(body.checks, state, language) for state in (State.failed, State.no_data))
    sentences.append(_open_elements(body, language))
    if any(_INSTANT.search(sentence) for sentence in sentences):
        sentences.append(language.words["times"])
    return language.stop.join(sentence for sentence in sentences if sentence) + language.stop.strip()


_INSTANT = re.compile(r"\d\d:\d\d:\d\d")


def _headline(body: Body, verdict: str, language: _Language) -> str:
    level = language.term(LEVELS, body.level)
    typology = language.term(TYPOLOGIES, body.typology)
    parts = [f"{level}{language.colon}{typology}", language.term(VERDICTS, verdict)]
    for name in ("platform", "subject", "sku", "rival", "respondent"):
        value = getattr(body, name)
        if value:
            parts.append(f"{language.words[name]} {value}")
    return language.comma.join(part for part in parts if part)


def _facts(body: Body, language: _Language) -> str:
    told = [f"{language.term(FACTS, fact.name)} {_value(fact, language)}" for fact in body.facts]
    return f"{language.words['facts']}{language.colon}{language.comma.join(told)}" if told else ""


def _checks(checks: list[Check], state: State, language: _Language) -> str:
    told = [_check(check, language) for check in checks if check.state is state]
    return f"{language.words[state]}{language.colon}{language.comma.join(told)}" if told else ""


def _check(check: Check, language: _Language) -> str:
    row = CHECKS.get(check.look_alike)
    name = check.look_alike if row is None else (row.zh, row.en)[language.index]
    seen = tell(check.look_alike, check.seen, language.index)
    return name + (language.words["in"].format(seen) if seen else "")


def _open_elements(body: Body, language: _Language) -> str:
    """Name what is open of each statute, the statute once."""
    open_ones: dict[str, list[str]] = {}
    for one in body.elements:
        if one.state is Proof.open:
            open_ones.setdefault(one.statute, []).append(language.term(ELEMENTS, one.element))
    told = [f"{_title(name, language)}{_AMONG[language.index].join(ones)}" for name, ones in open_ones.items()]
    return f"{language.words['open']}{language.colon}{language.comma.join(told)}" if told else ""


_AMONG = ("、", ", ")


def _title(name: str, language: _Language) -> str:
    statute = BY_ID.get(name)
    if statute is None:
        return f"{name} "
    return f"《{statute.title_zh}》" if language is _ZH else f"{statute.title_en} - "


def _value(fact: Fact, language: _Language) -> str:
    told = _named(fact.name, fact.value, fact.unit, language)
    if fact.threshold is None or isinstance(fact.value, bool):
        return told
    threshold = _any(fact.threshold, fact.unit, language)
    return told + language.words["in"].format(f"{language.words['threshold']} {threshold}")


def _any(value: Any, unit: str | None, language: _Language) -> str:
    if value is None:
        return language.words["none"]
    if isinstance(value, bool):
        return language.words["true" if value else "false"]
    if isinstance(value, int):
        return _NUMBERS.get(unit or "", _plain)(value, unit, language)
    if isinstance(value, dict):
        return _AMONG[language.index].join(_parts(value, unit, language))
    if isinstance(value, list | tuple):
        return " | ".join(_any(part, unit, language) for part in value) or language.words["none"]
    return str(value)


def _parts(parts: dict[str, Any], unit: str | None, language: _Language) -> Iterator[str]:
    """Tell the parts of a structured fact; one that names the unit of a value is told with that value."""
    measure = parts.get("unit")
    for name, part in parts.items():
        if name != "unit":
            of_part = "ms" if name in _INSTANTS else measure if name in _MEASURED else unit
            yield f"{language.term(PARTS, name)} {_named(name, part, of_part, language)}"


_INSTANTS = frozenset({"time", "release", "deadline", "from", "to"})
_MEASURED = frozenset({"before", "after"})


def _named(name: str, value: Any, unit: str | None, language: _Language) -> str:
    """Put a value in words: a code by what it means, a feed's own word as it stands."""
    if name == "scope":
        kind, _, of = str(value).partition(" ")
        return " ".join(part for part in (language.term(SCOPES, kind), of) if part)
    terms = _TERMS.get(name, CODES if name in CODED else {})
    if isinstance(value, str) and value in terms:
        return language.term(terms, value)
    return _any(value, unit, language)


_TERMS = {"ask": ASKED, "topic": PARTS}


def _plain(value: int, unit: str | None, language: _Language) -> str:
    """Tell a number of things; weighed goods are counted in lots of so many grams."""
    size, _, of = (unit or "").rpartition(" ")
    if size:
        return f"{value} " + language.words["of"].format(f"{size} {language.term(UNITS, of)}")
    return f"{value} {language.term(_COUNTED, unit)}" if unit else str(value)


_COUNTED = {**UNITS, **LEVER_UNITS}


def _fen(value: int, _: str | None, language: _Language) -> str:
    return f"{yuan(value)} {language.words['yuan']}"


def _basis_points(value: int, _: str | None, __: _Language) -> str:
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}%"


def _micro_fen(value: int, _: str | None, language: _Language) -> str:
    """A unit's price in yuan to the ten thousandth, rounded down: a gram costs less than a fen."""
    parts = value // 10_000
    return f"{parts // 10_000}.{parts % 10_000:04d} {language.words['yuan']}"


def _time(value: int, _: str | None, __: _Language) -> str:
    return clocked(value)


_NUMBERS: dict[str, Callable[[int, str | None, _Language], str]] = {
    "fen": _fen,
    "bp": _basis_points,
    "basis_point": _basis_points,
    "micro_fen": _micro_fen,
    "ms": _time,
}
