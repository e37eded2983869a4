"""The pages of the detectors, from their offence cards, parameters, checks and statutes; words in both languages."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from docs.site.markdown import bullets, code, codes, table
from docs.site.pages import Page
from monitor.detect import wording
from monitor.detect.registry import Detector, OffenceCard, registered
from monitor.eventtime.china import iso
from monitor.law.checks import CHECKS, Effect
from monitor.law.statutes import BY_ID, OPEN, Statute

_UNITS = {
    "bp": "basis points",
    "days": "days",
    "hours": "hours",
    "minutes": "minutes",
    "ms": "ms",
    "m": "metres",
    "percent": "per cent",
    "times": "times",
}
_EFFECTS = {
    Effect.explains: ("排除，不形成线索", "explains the alert away"),
    Effect.bars: ("只作提示", "keeps it a notice"),
    Effect.no_exit: ("不计为退出", "undoes the exit"),
    Effect.none: ("不影响级别", "changes no level"),
}


def detector_pages() -> list[Page]:
    """Make a page for every registered detector, a list of them, and the words that alerts use."""
    detectors = registered()
    pages = [Page(f"detectors/{detector.id}.md", _page(detector)) for detector in detectors]
    return [Page("detectors/index.md", _list(detectors)), *pages, Page("detectors/words.md", _words())]


def _list(detectors: Iterable[Detector]) -> str:
    rows = (
        (f"[{one.id}]({one.id}.md)", one.card.title_zh, one.card.title_en, one.version, one.maturity)
        for one in detectors
    )
    listed = table(("id", "名称", "title", "version", "maturity"), rows)
    return (
        "# 检测器 · Detectors\n\n线索不是结论。An alert is a lead, never a verdict; how to read one:"
        " [阅读线索 · Read an alert](../read-an-alert.md).\n\n"
        f"{listed}## 核查项 · Look-alike checks\n\n"
        "An innocent explanation gives a check its name: `passed` 已排除 excludes it, `failed` 成立 says that it"
        " applies, `no_data` 无数据 that nobody can tell. Where it weighs, it lowers the severity by a step.\n\n"
        f"{_checks()}"
    )


def _page(detector: Detector) -> str:
    card = detector.card
    return "".join(
        (
            f"# {card.title_zh} · {card.title_en}\n\n",
            f"`{detector.id}`, version {detector.version}, {detector.maturity}; reads {codes(card.inputs)}.\n\n",
            f"## 行为 · Conduct\n\n{_both(card.conduct_zh, card.conduct)}",
            f"## 判定 · Decision\n\n{_both(card.decision_zh, card.decision)}{_verdicts(card)}",
            f"## 参数 · Parameters\n\n{_parameters(detector.parameters)}",
            f"## 法律依据 · Statutes\n\nBy the day of the act.\n\n{_statutes(card.statutes)}",
            f"## 看不到什么 · What it cannot see\n\n{bullets(_pairs(card.cannot_see_zh, card.cannot_see))}",
            f"## 无辜的解释 · Innocent explanations\n\n{bullets(_pairs(card.innocent_zh, card.innocent))}",
            f"## 最初步骤 · First steps\n\n{_numbered(_pairs(card.first_steps_zh, card.first_steps))}",
        )
    )


def _both(zh: str, en: str) -> str:
    return "".join(f"{text}\n\n" for text in (zh, en) if text)


def _pairs(zh: tuple[str, ...], en: tuple[str, ...]) -> list[str]:
    """Put each item beside the one that says the same in Chinese; a card without Chinese is in English alone."""
    return [f"{chinese} · {english}" for chinese, english in zip(zh, en, strict=True)] if zh else list(en)


def _numbered(steps: Iterable[str]) -> str:
    return "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1)) + "\n"


def _verdicts(card: OffenceCard) -> str:
    told = ""
    if card.classes:
        rows = ((code(one), *_meaning(one), codes(statutes)) for one, statutes in card.classes.items())
        told += "## 类别 · Classes\n\n" + table(("class", "含义", "meaning", "statutes"), rows)
    if card.grades:
        grades = ((code(one), *_meaning(one)) for one in card.grades)
        told += "## 程度 · Grades\n\n" + table(("grade", "含义", "meaning"), grades)
    return told


def _meaning(verdict: str) -> tuple[str, str]:
    return wording.VERDICTS.get(verdict, wording.Term(verdict, verdict))


def _parameters(parameters: type) -> str:
    says = spoken(parameters)
    defaults = parameters()
    rows = ((code(name), f"{getattr(defaults, name):,}", _unit(name), text) for name, text in says.items())
    return (
        "Whole numbers; a rule entry of `control` sets any of them for all platforms, from an event time on that no"
        " clock has reached.\n\n" + table(("parameter", "default", "unit", "meaning"), rows)
    )


def _unit(name: str) -> str:
    return _UNITS.get(name.rpartition("_")[2], "number")


def spoken(parameters: type) -> Mapping[str, str]:
    """Answer what stands below every parameter in its source, in the order of the source."""
    tree = ast.parse(inspect.getsource(sys.modules[parameters.__module__]))
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == parameters.__name__)
    return {
        field.target.id: text.value.value
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


def _statutes(names: Iterable[str]) -> str:
    headings = ("id", "条款", "provision", "in force", "who decides", "elements", "penalty")
    return table(headings, (_statute(BY_ID[name]) for name in names))


def _statute(one: Statute) -> tuple[str, ...]:
    until = "" if one.valid_to == OPEN else iso(one.valid_to)
    span = f"{iso(one.valid_from)} – {until}"
    return code(one.id), one.title_zh, one.title_en, span, one.authority, ", ".join(one.elements), one.penalty


def _checks() -> str:
    rows = (
        (code(row.name), row.zh, row.en, *_EFFECTS[row.effect], "是 · yes" if row.gating else "")
        for row in CHECKS.values()
    )
    return table(("check", "无辜的解释", "explanation", "成立时", "when it applies", "no_data weighs"), rows)


def _words() -> str:
    return "# 用语 · Words\n\nWhat alerts say, in both languages, by the name on the wire.\n\n" + "".join(_glossary())


def _glossary() -> Iterator[str]:
    for title, terms in (
        ("级别 · Levels", wording.LEVELS),
        ("类别和程度 · Classes and grades", wording.VERDICTS),
        ("事实 · Facts", wording.FACTS),
        ("事实的组成 · Parts of a fact", wording.PARTS),
        ("代码 · Codes", wording.CODES),
        ("单位 · Units", wording.UNITS),
        ("要件 · Elements", wording.ELEMENTS),
    ):
        rows = ((code(name), term.zh, term.en) for name, term in terms.items())
        yield f"## {title}\n\n" + table(("on the wire", "中文", "English"), rows)
