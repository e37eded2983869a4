"""What a check saw, in both languages: how the short text on the wire is told to an officer.

`Check.seen` is short, English and machine-readable, as contracts.md has it; one row here a form of it says what it
means. A text of no known form is a feed's own (a notice, a deal, a filing) and is told as it stands.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from monitor.detect.wording import CODES, PARTS, STOCKS, Term, yuan
from monitor.eventtime.china import clocked


class Phrase(NamedTuple):
    """One form of what a check saw: its text on the wire as a pattern, and how it is told; groups are filled in."""

    pattern: re.Pattern[str]
    told: Term


def _phrase(pattern: str, zh: str, en: str) -> Phrase:
    return Phrase(re.compile(pattern), Term(zh, en))


_MISSING = _phrase(
    r"(?P<topic>orders|offers|shops): (?P<count>\d+) missing",
    "{topic}数据缺少 {count} 条",
    "{count} records missing in {topic}",
)
_MISSING_OF = _phrase(
    r"(?P<platform>.+): (?P<topic>orders|offers|shops): (?P<count>\d+) missing",
    "平台 {platform} 的{topic}数据缺少 {count} 条",
    "{count} records missing in {topic} of {platform}",
)
_SILENT = _phrase(
    r"silent from (?P<start>\d+) to (?P<end>\d+)",
    "自 {start} 至 {end} 无数据",
    "silent from {start} to {end}",
)
_SILENT_PLATFORM = _phrase(r"(?P<platform>.+)", "平台 {platform} 曾停止报送", "{platform} was silent")

PHRASES: Mapping[str, tuple[Phrase, ...]] = {
    "actor": (_phrase(r"(?P<code>\w+)", "操作方为{code}", "done by {code}"),),
    "basis": (_phrase(r"(?P<name>.+)", "公示编号 {name}", "notice {name}"),),
    "stock": (_phrase(r"(?P<stock>\w+)", "库存{stock}", "stock: {stock}"),),
    "contract_ref": (_phrase(r"(?P<name>.+)", "协议编号 {name}", "agreement {name}"),),
    "shop_age": (_phrase(r"(?P<days>\d+) d", "开店 {days} 天", "open for {days} days"),),
    "own_price_up": (
        _phrase(
            r"(?P<sku>.+): (?P<before_fen>\d+) -> (?P<after_fen>\d+) fen",
            "商品 {sku} 由 {before_fen} 元涨至 {after_fen} 元",
            "SKU {sku} from {before_fen} to {after_fen} yuan",
        ),
    ),
    "feed_quality": (_MISSING, _MISSING_OF, _SILENT, _SILENT_PLATFORM),
    "exemption": (
        _phrase(
            r"category (?P<category>.+) is perishable and no exemption is filed",
            "品类 {category} 属鲜活易腐商品，未见报备",
            "category {category} is perishable and no exemption is filed",
        ),
        _phrase(r"category (?P<category>.+)", "品类 {category}", "category {category}"),
        _phrase(r"(?P<name>.+)", "报备编号 {name}", "filing {name}"),
    ),
    "price_error": (_phrase(r"(?P<count>\d+) min", "低价持续 {count} 分钟", "low prices for {count} minutes"),),
    "cost_conflict": (
        _phrase(
            r"(?P<count>\d+) costs of (?P<code>L\d), grade (?P<grade>[A-E])",
            "{count} 项成本，口径为{code}，证据等级 {grade}",
            "{count} costs of one level ({code}), evidence grade {grade}",
        ),
    ),
    "late_arrival": (
        _phrase(
            r"holes that may still be filled: (?P<count>\d+)",
            "仍可能补齐的缺口 {count} 处",
            "holes that may still be filled: {count}",
        ),
    ),
    "own_loss": (_phrase(r"(?P<topic>\w+): (?P<count>\d+)", "{topic}数据 {count} 条", "{count} records of {topic}"),),
}
"""By check, the forms of what it saw, the first that fits counts."""

SEPARATORS = {"cost_conflict": "; ", "own_loss": ", "}
"""What stands between several of a form."""


def tell(look_alike: str, seen: str, language: int) -> str:
    """Answer what a check saw in a language, 0 for Chinese, 1 for English; empty where it saw nothing."""
    separator = SEPARATORS.get(look_alike)
    parts = seen.split(separator) if separator else [seen]
    return ("、", ", ")[language].join(_told(look_alike, part, language) for part in parts if part)


def _told(look_alike: str, seen: str, language: int) -> str:
    for phrase in PHRASES.get(look_alike, ()):
        found = phrase.pattern.fullmatch(seen)
        if found is not None:
            values = {name: _value(name, value, language) for name, value in found.groupdict().items()}
            return phrase.told[language].format(**values)
    return seen


def _value(name: str, value: str, language: int) -> str:
    read = _READ.get(name)
    return value if read is None else read(value, language)


def _named(terms: Mapping[str, Term]) -> Callable[[str, int], str]:
    return lambda value, language: terms[value][language] if value in terms else value


def _money(fen: str, _: int) -> str:
    return yuan(int(fen))


def _instant(millis: str, _: int) -> str:
    return clocked(int(millis))


_READ: dict[str, Callable[[str, int], str]] = {
    "code": _named(CODES),
    "stock": _named(STOCKS),
    "topic": _named(PARTS),
    "before_fen": _money,
    "after_fen": _money,
    "start": _instant,
    "end": _instant,
}
