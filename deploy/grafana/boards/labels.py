"""Values of labels in both languages: a series is named by its labels, and a column of that name says how it is shown.

A value that is not here, such as a detector of an installation's own, is shown as it stands.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.spec import Column
from deploy.grafana.boards.terms import REFUSALS
from deploy.grafana.boards.words import OFFENCES
from monitor.wire.contracts import load

Words = Mapping[str, Text]

DETECTORS: Words = {name: value.text for name, value in OFFENCES.items()}
REFUSED: Words = {name: value.text for name, value in REFUSALS.items()}
OUTCOMES: Words = {
    "clear": Text("无迹象", "clear"),
    "suspect": Text("可疑", "suspect"),
    "alert": Text("预警", "alert"),
    "suppressed": Text("未发出", "held back"),
    "insufficient_data": Text("数据不足", "too little data"),
}
SUPPRESSED: Words = {
    "duplicate": Text("重复", "repeated"),
    "cooldown": Text("冷却期内", "in its cooldown"),
    "below_floor": Text("低于下限", "below the floor"),
    "exempt": Text("已报备豁免", "exempt"),
    "explained": Text("有正当理由", "explained"),
    "unknown": Text("其他原因", "another reason"),
}
LATE: Words = {"accepted": Text("迟到，已计入", "late, taken"), "dropped": Text("迟到，未计入", "too late, refused")}
SKIPPED: Words = {"marker": Text("事务标记", "marks of transactions"), "lost": Text("已丢失", "lost")}
REMOVED: Words = {"concluded": Text("已结", "concluded"), "expired": Text("过期", "expired")}


@cache
def platforms() -> Words:
    """Answer the names of the platforms that are declared."""
    return {one.id: Text(one.name.zh, one.name.en) for one in load().platforms}


def named(*labels: Words) -> tuple[Column, ...]:
    """Answer a column for each series whose legend is the values of labels, with a space between them."""
    return tuple(_column(values) for values in product(*(words.items() for words in labels)))


def _column(values: Iterable[tuple[str, Text]]) -> Column:
    found = tuple(values)
    title = Text(*(" ".join(said) for said in zip(*(text for _, text in found), strict=True)))
    return Column(" ".join(value for value, _ in found), title)
