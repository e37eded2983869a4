"""The statutes that alerts cite, as dated data: which were in force on the day of the act (domain.md 6.1)."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from monitor.eventtime.china import day_named

OPEN = 1 << 31
"""The last day of a statute whose end is not known."""


class Statute(Struct, frozen=True):
    """One citable rule; `valid_from` and `valid_to` are China Standard days, both inclusive, by the day of the act."""

    id: str
    title_zh: str
    title_en: str
    valid_from: int
    valid_to: int
    authority: str
    elements: tuple[str, ...]
    penalty: str = ""


def _statute(
    name: str, zh: str, en: str, days: tuple[str, str], authority: str, elements: tuple[str, ...], penalty: str = ""
) -> Statute:
    start, end = days
    return Statute(name, zh, en, day_named(start), day_named(end) if end else OPEN, authority, elements, penalty)


_PRICE = "provincial price authority determines dumping (Price Law 40)"
_AML = "SAMR or an authorised provincial authority"
_COUNTY = "market regulator at county level or above"
_PRICING = "NDRC, SAMR, CAC"
_RULES = "market regulator with CAC"

_DUMPING = ("below_cost", "purpose", "disturbance", "harm", "lawful_markdown")
_DOMINANT_PRICE = ("dominance", "below_cost", "justification")
_DOMINANT_DEALING = ("dominance", "restricted_dealing", "justification")
_RESTRICTION = ("restriction", "unreasonable", "platform_operator")
_HINDRANCE = ("technical_means", "hindrance", "intent")
_FORCING = ("platform_operator", "price_rule", "forced", "below_cost")
_RECORDS = ("platform_operator", "records_incomplete")
_HOMING = ("restriction", "multi_homing", "platform_operator")

TABLE: tuple[Statute, ...] = (
    _statute(
        "PL-14-2",
        "价格法第十四条第（二）项",
        "Price Law art. 14(2): dumping below cost",
        ("1998-05-01", ""),
        _PRICE,
        _DUMPING,
        "Price penalties rule 2010 art. 4",
    ),
    _statute(
        "AML2008-17-2",
        "反垄断法（2008）第十七条第（二）项",
        "Anti-Monopoly Law 2008 art. 17(2): sales below cost",
        ("2008-08-01", "2022-07-31"),
        _AML,
        _DOMINANT_PRICE,
        "art. 47",
    ),
    _statute(
        "AML2008-17-4",
        "反垄断法（2008）第十七条第（四）项",
        "Anti-Monopoly Law 2008 art. 17(4): restricted dealing",
        ("2008-08-01", "2022-07-31"),
        _AML,
        _DOMINANT_DEALING,
        "art. 47",
    ),
    _statute(
        "AML-22-1-2",
        "反垄断法（2022）第二十二条第一款第（二）项",
        "Anti-Monopoly Law 2022 art. 22(1)(2): sales below cost",
        ("2022-08-01", ""),
        _AML,
        _DOMINANT_PRICE,
        "art. 57",
    ),
    _statute(
        "AML-22-1-4",
        "反垄断法（2022）第二十二条第一款第（四）项",
        "Anti-Monopoly Law 2022 art. 22(1)(4): restricted dealing",
        ("2022-08-01", ""),
        _AML,
        _DOMINANT_DEALING,
        "art. 57",
    ),
    _statute(
        "ECL-35",
        "电子商务法第三十五条",
        "E-Commerce Law art. 35: unreasonable limits on merchants",
        ("2019-01-01", ""),
        _COUNTY,
        _RESTRICTION,
        "ECL-82",
    ),
    _statute(
        "ECL-31",
        "电子商务法第三十一条",
        "E-Commerce Law art. 31: records of goods and transactions kept whole",
        ("2019-01-01", ""),
        _COUNTY,
        _RECORDS,
        "ECL-80",
    ),
    _statute(
        "NTM-32",
        "网络交易监督管理办法第三十二条",
        "Online Transaction Measures art. 32: levers against multi-homing",
        ("2021-05-01", ""),
        _COUNTY,
        _HOMING,
        "ECL-82",
    ),
    _statute(
        "AUCL2019-12",
        "反不正当竞争法（2019）第十二条",
        "Anti-Unfair-Competition Law 2019 art. 12: hindering a rival's service",
        ("2018-01-01", "2025-10-14"),
        _COUNTY,
        _HINDRANCE,
        "art. 24",
    ),
    _statute(
        "AUCL2025-13",
        "反不正当竞争法（2025）第十三条",
        "Anti-Unfair-Competition Law 2025 art. 13: hindering by data, algorithms or platform rules",
        ("2025-10-15", ""),
        _COUNTY,
        _HINDRANCE,
        "art. 29",
    ),
    _statute(
        "AUCL2025-14",
        "反不正当竞争法（2025）第十四条",
        "Anti-Unfair-Competition Law 2025 art. 14: forcing sales below cost",
        ("2025-10-15", ""),
        _COUNTY,
        _FORCING,
        "art. 30",
    ),
    _statute(
        "PRM",
        "网络交易平台规则监督管理办法",
        "Platform Rules Measures",
        ("2026-02-01", ""),
        _RULES,
        ("platform_rule", "unreasonable"),
    ),
    _statute(
        "PPR", "互联网平台价格行为规则", "Platform Pricing Rules", ("2026-04-10", "2031-04-09"), _PRICING, _FORCING
    ),
)
"""In the order in which alerts print them."""

BY_ID = {statute.id: statute for statute in TABLE}

_DUMPING_IDS = ("PL-14-2", "AML2008-17-2", "AML-22-1-2")
SUB_COST: dict[str, tuple[str, ...]] = {
    "D1": _DUMPING_IDS,
    "D2": _DUMPING_IDS,
    "D3": _DUMPING_IDS,
    "D4": ("AUCL2025-14", "PPR", "ECL-35"),
}
"""Which statutes a class of sub-cost pricing can touch (verdicts.md 4)."""

EXCLUSIVITY = ("ECL-35", "AML2008-17-4", "AML-22-1-4", "AUCL2019-12", "AUCL2025-13", "NTM-32")
"""Which statutes every exclusivity alert can touch; PRM joins them where a lever names a published platform rule."""

INTEGRITY = ("ECL-31",)
"""Which statutes an integrity alert on a platform's own feed can touch."""


def in_force(ids: Iterable[str], days: Sequence[int]) -> list[str]:
    """List those of `ids` that are valid on any of the days, in the order of `ids`."""
    return [name for name in ids if _valid_on_any(BY_ID[name], days)]


def _valid_on_any(statute: Statute, days: Sequence[int]) -> bool:
    return any(statute.valid_from <= day <= statute.valid_to for day in days)


def authority_hint(ids: Sequence[str]) -> str:
    """Answer who may take a case up under these statutes: each authority once, in their order."""
    return "; ".join(dict.fromkeys(BY_ID[name].authority for name in ids))
