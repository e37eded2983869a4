"""A history as it is told: whole wire events with the time at which each arrives, before any log orders them.

Every event is the published example of its type with what the history changes, so a history speaks the contract.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.wire.decode import EVENTS

TOPICS = Path(__file__).parents[2] / "topics"
TOPIC_OF = {kind.__struct_config__.tag: topic.value for topic, union in EVENTS.items() for kind in union.__args__}
LATEST = 7 * DAY - HOUR
"""How long after its event time a fact may arrive and still be in time, whatever the hour of its day."""
COST_LATEST = 3 * DAY
"""How late a cost may be and still find every bucket that it covers, were it the first of its SKU."""
REPORTERS = {"crawl": "crawler", "complaint": "complaints"}


class Happening(NamedTuple):
    """One event, complete but for its source and sequence; `subject` null is of everyone, `latest` bounds arrival."""

    arrival: int
    latest: int
    topic: str
    source: str
    subject: str | None
    value: dict[str, Any]


class History(NamedTuple):
    """What happened on the platforms, in order of arrival; from `drawn` it can be told again (`histories.noted`)."""

    platforms: tuple[str, ...]
    happenings: tuple[Happening, ...]
    drawn: tuple[int, ...]

    def __repr__(self) -> str:
        return f"noted({list(self.drawn)})"


@cache
def example(kind: str) -> dict[str, Any]:
    """Answer the published example of a type."""
    found: dict[str, Any] = json.loads((TOPICS / TOPIC_OF[kind] / "examples" / f"{kind}.json").read_text())
    return found


class Chronicle:
    """Collects what is told; event ids follow from the order of telling."""

    def __init__(self) -> None:
        self.told: list[Happening] = []

    def tell(
        self, kind: str, time: int, platform: str | None, subject: str | None, /, late: int = 0, **said: Any
    ) -> dict[str, Any]:
        """Tell one event of a platform about a subject, arriving `late` ms after its time; answers its value."""
        value = {**example(kind), "event_id": f"{kind}-{len(self.told):05d}", "sent_time": time, **said}
        if "event_time" in value:
            own = {"platform": platform, "subject": subject, "shop": platform and f"{platform}-{subject}"}
            value |= {"event_time": time, "basis": None, **own, **said}
        else:
            value |= {"effective_from": said.get("effective_from", time), "subject": subject}
        latest = COST_LATEST if TOPIC_OF[kind] == "costs" else LATEST
        self.told.append(
            Happening(time + late, time + max(late, latest), TOPIC_OF[kind], _source(kind, value), subject, value)
        )
        return value

    def history(self, drawn: Iterable[int] = ()) -> History:
        """Answer the history told so far."""
        platforms = {one.value["platform"] for one in self.told if one.topic in {"orders", "offers", "shops"}}
        told = sorted(self.told, key=lambda one: one.arrival)
        return History(tuple(sorted(platforms)), tuple(told), tuple(drawn))


def _source(kind: str, value: dict[str, Any]) -> str:
    """A reporter numbers each subject by itself: a partition of few subjects sees whole runs of numbers."""
    if TOPIC_OF[kind] == "control":
        return f"office-{value['subject']}"
    reporter = REPORTERS.get(value["source_grade"], f"{value['platform']}-feed")
    return f"{reporter}-{value['subject']}"


class Goods(NamedTuple):
    """What a line sells and on which terms; prices are fen a unit."""

    platform: str
    subject: str
    sku: str
    list_fen: int
    seller_discount_fen: int = 0
    platform_subsidy_fen: int = 0
    third_party_subsidy_fen: int = 0
    changes: tuple[tuple[str, Any], ...] = ()


def sell(chronicle: Chronicle, goods: Goods, time: int, quantity: int = 1, late: int = 0) -> dict[str, Any]:
    """Tell one line; answers its value, for what takes it back."""
    money = {name: getattr(goods, name) * quantity for name in Goods._fields if name.endswith("_fen")}
    paid = 2 * money["list_fen"] - sum(money.values())
    told = {
        "category": "rice", "product": None, "campaign": None, "gift_of": None, "first_order": False,
        "unit": "piece", "commission_fen": 3, "service_fen": 2, "seller_delivery_fen": 0,
        "self_operated": goods.subject.startswith("r"), "order": f"o-{len(chronicle.told)}", "line": 1,
    }  # fmt: skip
    return chronicle.tell(
        "line_placed", time, goods.platform, goods.subject, late,
        **{**told, **money, "sku": goods.sku, "quantity": quantity, "buyer_paid_fen": paid, **dict(goods.changes)},
    )  # fmt: skip


def take_back(
    chronicle: Chronicle, line: dict[str, Any], time: int, quantity: int, late: int = 0, kind: str = "line_refunded"
) -> None:
    """Tell that some of a line went back; the record repeats its line."""
    own = {name: part for name, part in line.items() if name not in {"type", "event_id", "event_time", "sent_time"}}
    whole = {"placed_time": line["event_time"], "refunded_quantity": quantity, "refund_reason": "return"}
    whole["refunded_fen"] = line["buyer_paid_fen"] * quantity // line["quantity"]
    for name in ("platform", "subject"):
        own.pop(name)
    chronicle.tell(kind, time, line["platform"], line["subject"], late, **{**own, **whole})


def at(day: int, hour: int, minute: int = 0) -> int:
    """Answer an instant of a China Standard day."""
    return day * DAY - 8 * HOUR + hour * HOUR + minute * MINUTE
