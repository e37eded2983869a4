"""The look-alike checks: innocent explanations by name, what a failed one does, and how an officer reads them.

A check is named after the explanation: `passed` excludes it, `failed` says that it applies (verdicts.md 1).
"""

from enum import StrEnum

from msgspec import Struct

from monitor.findings import Check, State


class Effect(StrEnum):
    """What a failed check does: explains the alert away, keeps it a notice, undoes the exit, or nothing."""

    explains = "explains"
    bars = "bars"
    no_exit = "no_exit"
    none = "none"


class LookAlike(Struct, frozen=True):
    """One innocent explanation; `gating`: no_data lowers the severity by one step."""

    name: str
    zh: str
    en: str
    effect: Effect
    gating: bool


_ROWS = (
    LookAlike("actor", "商户自行操作或已同意", "the merchant acted or agreed", Effect.explains, True),
    LookAlike("basis", "有公示的合法处罚依据", "a published sanction is the basis", Effect.explains, True),
    LookAlike("stock", "商品缺货", "the goods were out of stock", Effect.explains, True),
    LookAlike("contract_ref", "事先有偿的独家协议", "an exclusive deal was paid before", Effect.explains, False),
    LookAlike("closing_everywhere", "商户在各平台全面停业", "the merchant closed everywhere", Effect.no_exit, False),
    LookAlike("shop_age", "新开店铺", "the shop was new", Effect.bars, False),
    LookAlike("own_price_up", "商户自行涨价", "the merchant's own prices rose", Effect.bars, False),
    LookAlike("platform_wide", "平台整体波动", "the whole platform moved", Effect.bars, True),
    LookAlike("geo_common", "同区域普遍变动", "the neighbourhood moved together", Effect.bars, True),
    LookAlike("feed_quality", "数据缺失或中断", "the feed has a hole or fell silent", Effect.bars, True),
    LookAlike("exemption", "依法降价处理（鲜活、临期等）", "a lawful markdown of perishable goods", Effect.none, True),
    LookAlike("price_error", "标价错误", "the price was an error", Effect.none, True),
    LookAlike("cost_conflict", "成本凭证相互矛盾", "the costs on file contradict each other", Effect.none, False),
    LookAlike("late_arrival", "数据迟到或乱序送达", "the records come late or out of order", Effect.explains, True),
    LookAlike("own_loss", "本系统读取前数据已被清除", "the log forgot records unread", Effect.bars, False),
    LookAlike("announced", "事先报备的维护或更正", "a maintenance or correction was announced", Effect.bars, True),
)

CHECKS = {row.name: row for row in _ROWS}
GATING = frozenset(row.name for row in _ROWS if row.gating)
EXPLAINS = frozenset(row.name for row in _ROWS if row.effect is Effect.explains)
BARS = frozenset(row.name for row in _ROWS if row.effect is Effect.bars)


def is_unsure(checks: list[Check]) -> bool:
    """Answer whether a gating check says no_data, which lowers the severity by one step, once however many."""
    return any(check.state is State.no_data and check.look_alike in GATING for check in checks)


def is_barred(checks: list[Check]) -> bool:
    """Answer whether a failed check keeps an alert a notice."""
    return any(check.state is State.failed and check.look_alike in BARS for check in checks)


def worst(states: list[State]) -> State:
    """Answer the worst of the same check of several levers: failed, then no_data, then passed."""
    for state in (State.failed, State.no_data):
        if state in states:
            return state
    return State.passed
