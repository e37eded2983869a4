"""An alert in words, in Chinese and English, made from its facts, checks and elements alone.

Every fact and every failed or no_data check is named with its value, so the text can say nothing that the body does
not, and leaves out nothing that it does.
"""

from collections.abc import Callable
from typing import Any

from monitor.detect.wording import CODED, CODES, FACTS, LEVELS, PARTS, TYPOLOGIES, UNITS, VERDICTS, Term
from monitor.eventtime.china import written
from monitor.findings import Body, Check, Explanation, Fact, Proof, State
from monitor.law.checks import CHECKS


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
        "fen": "分",
        "true": "是",
        "false": "否",
        "none": "无",
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
        "fen": "fen",
        "true": "yes",
        "false": "no",
        "none": "none",
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
    return language.stop.join(sentence for sentence in sentences if sentence) + language.stop.strip()


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
    return f"{name} ({check.look_alike}{', ' + check.seen if check.seen else ''})"


def _open_elements(body: Body, language: _Language) -> str:
    told = [f"{one.statute} {one.element}" for one in body.elements if one.state is Proof.open]
    return f"{language.words['open']}{language.colon}{language.comma.join(told)}" if told else ""


def _value(fact: Fact, language: _Language) -> str:
    told = _named(fact.name, fact.value, fact.unit, language)
    if fact.threshold is None or isinstance(fact.value, bool):
        return told
    return f"{told} ({language.words['threshold']} {fact.threshold})"


def _any(value: Any, unit: str | None, language: _Language) -> str:
    if value is None:
        return language.words["none"]
    if isinstance(value, bool):
        return language.words["true" if value else "false"]
    if isinstance(value, int):
        return _NUMBERS.get(unit or "", _plain)(value, unit, language)
    if isinstance(value, dict):
        return ", ".join(_part(name, part, language) for name, part in value.items())
    if isinstance(value, list | tuple):
        return " | ".join(_any(part, unit, language) for part in value) or language.words["none"]
    return str(value)


def _part(name: str, value: Any, language: _Language) -> str:
    return f"{language.term(PARTS, name)} {_named(name, value, _unit_of(name), language)}"


def _named(name: str, value: Any, unit: str | None, language: _Language) -> str:
    """Put a value in words; a code is printed with what it means."""
    if name in CODED and value in CODES:
        return f"{language.term(CODES, value)} ({value})"
    return _any(value, unit, language)


def _unit_of(name: str) -> str | None:
    """Answer the unit of a part of a structured fact by its name."""
    return "ms" if name in {"time", "release", "deadline", "from", "to"} else None


def _plain(value: int, unit: str | None, language: _Language) -> str:
    return f"{value} {language.term(UNITS, unit)}" if unit else str(value)


def _fen(value: int, _: str | None, language: _Language) -> str:
    return f"{value} {language.words['fen']} ({_yuan(value)} {language.words['yuan']})"


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _basis_points(value: int, _: str | None, __: _Language) -> str:
    return f"{value} bp ({value // 100}.{value % 100:02d} %)"


def _micro_fen(value: int, _: str | None, language: _Language) -> str:
    return f"{value} µ{language.words['fen']} ({_yuan(value // 1_000_000)} {language.words['yuan']})"


def _time(value: int, _: str | None, __: _Language) -> str:
    return written(value)


_NUMBERS: dict[str, Callable[[int, str | None, _Language], str]] = {
    "fen": _fen,
    "bp": _basis_points,
    "basis_point": _basis_points,
    "micro_fen": _micro_fen,
    "ms": _time,
}
