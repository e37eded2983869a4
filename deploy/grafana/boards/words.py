"""The words of the columns and values of alerts, taken from where the product itself keeps them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.panels import COLD, HOT, WARM
from deploy.grafana.boards.spec import Audience, Column, Link, Value
from deploy.grafana.boards.terms import REASONS
from monitor.detect import wording
from monitor.law.checks import CHECKS
from monitor.law.statutes import TABLE


class _Named(Protocol):
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def _values(terms: Mapping[str, _Named], colours: Mapping[str, str] | None = None) -> dict[str, Value]:
    return {key: Value(Text(term.zh, term.en), (colours or {}).get(key)) for key, term in terms.items()}


LEVELS = _values(wording.LEVELS, {"lead": WARM, "case": HOT})
TYPOLOGIES = _values(wording.TYPOLOGIES)
OFFENCES = {
    "exclusivity": Value(Text("二选一", "exclusivity")),
    "sub-cost": Value(Text("低于成本", "sub-cost")),
    "integrity": Value(Text("数据完整性", "feed integrity")),
}
"""The typologies in short, where a column says that they are indications."""
VERDICTS = _values(wording.VERDICTS)
FACT_NAMES = _values(wording.FACTS)
CODES = _values(wording.CODES)
UNITS = _values(wording.UNITS)
LOOK_ALIKES = _values(CHECKS)
STATUTES = {one.id: Value(Text(f"{one.id} {one.title_zh}", f"{one.id} {one.title_en}")) for one in TABLE}

SEVERITIES = {
    "low": Value(Text("低", "low"), "blue"),
    "medium": Value(Text("中", "medium"), "yellow"),
    "high": Value(Text("高", "high"), WARM),
    "critical": Value(Text("紧急", "critical"), HOT),
}
STATUSES = {
    "opened": Value(Text("新开", "opened"), WARM),
    "updated": Value(Text("已更新", "updated"), WARM),
    "resolved": Value(Text("已结束", "resolved"), "blue"),
    "withdrawn": Value(Text("已撤回", "withdrawn"), "text"),
}
CHECK_STATES = {
    "passed": Value(Text("已排除", "excluded"), COLD),
    "failed": Value(Text("成立（不利于预警）", "applies (speaks against)"), HOT),
    "no_data": Value(Text("无数据", "no data"), WARM),
}
PROOFS = {
    "proven": Value(Text("已证实", "proven"), COLD),
    "indicated": Value(Text("有迹象", "indicated"), WARM),
    "open": Value(Text("待查", "open"), "blue"),
}
YES_NO = {"true": Value(Text("是", "yes"), WARM), "false": Value(Text("否", "no"))}
FEEDBACK_KINDS = {
    "rejected": Value(Text("拒收", "refused"), WARM),
    "late": Value(Text("迟到", "too late"), WARM),
    "gap": Value(Text("编号缺口", "hole in numbering"), HOT),
    "silence": Value(Text("静默", "silence"), HOT),
    "quarantined": Value(Text("隔离", "quarantined"), HOT),
    "summary": Value(Text("汇总", "summary")),
}

TO_CASE = Link(Text("打开案卷", "open the file"), "case", "var-alert=${__data.fields.alert_id}&${__url_time_range}")
TO_PLATFORM = Link(
    Text("平台画像", "portrait of the platform"),
    "platform",
    "var-platform=${__data.fields.platform_id}&${__url_time_range}",
)

COLUMNS = {
    "platform": Column("platform", Text("平台", "platform"), width=130, link=TO_PLATFORM),
    "platform_id": Column("platform_id", Text("平台编号", "platform id"), hidden=True),
    "typology": Column("typology", Text("行为", "what"), values=TYPOLOGIES, width=230),
    "offence": Column("typology", Text("迹象", "indication of"), values=OFFENCES, width=110),
    "verdict": Column("verdict", Text("情形", "in which way"), values=VERDICTS, width=300),
    "towards": Column("towards", Text("店铺", "shop"), width=190),
    "rival": Column("rival", Text("竞争平台", "rival"), width=130),
    "goods": Column("goods", Text("商品", "goods"), width=190),
    "lever": Column("lever", Text("首个措施", "first lever"), values=CODES, width=130),
    "units": Column("units", Text("低价数量", "units"), width=95),
    "loss": Column("loss", Text("低价差额（元）", "loss, CNY"), width=105),
    "level": Column("level", Text("层级", "level"), values=LEVELS, width=80),
    "severity": Column("severity", Text("严重程度", "severity"), values=SEVERITIES, width=95),
    "status": Column("status", Text("状态", "status"), values=STATUSES, width=95),
    "reason": Column("reason", Text("变更原因", "reason"), values=REASONS, width=190),
    "provisional": Column("provisional", Text("暂定", "provisional"), values=YES_NO, width=95),
    "cost_grade": Column("cost_grade", Text("成本等级", "cost grade"), width=95),
    "passed": Column("passed", Text("已排除", "excluded"), width=85, steps=((None, COLD),)),
    "failed": Column("failed", Text("不利", "against"), width=85, steps=((None, "text"), (1, HOT))),
    "no_data": Column("no_data", Text("无数据", "no data"), width=85, steps=((None, "text"), (1, WARM))),
    "revised": Column("revised", Text("最近修订", "last revised"), unit="dateTimeAsLocal", width=165),
    "opened": Column("opened", Text("立起时间", "opened"), unit="dateTimeAsLocal", width=165),
    "file": Column("file", Text("案卷", "file"), link=TO_CASE, width=95),
    "alert_id": Column("alert_id", Text("预警编号", "alert"), hidden=True),
}


FOR_OFFICERS = frozenset({"towards", "goods", "loss"})
"""Columns that analysts' queries do not have: the merchant, the goods, and what gives a cost away."""


def columns(*names: str) -> tuple[Column, ...]:
    """Answer columns of the common vocabulary by name, in that order."""
    return tuple(COLUMNS[name] for name in names)


def seen_by(audience: Audience, names: Sequence[str]) -> list[str]:
    """Answer those of the names of columns whose content the audience may see, in their order."""
    return [name for name in names if audience is Audience.officers or name not in FOR_OFFICERS]
