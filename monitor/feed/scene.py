"""The stage of one planted case: a merchant of its own, the accused platform, its rival, and what they do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.eventtime import china
from monitor.feed.delivery import Delivery, Kind, split

DELAY = 400
REGION, CATEGORY = "330106", "5002"


@dataclass(frozen=True)
class Price:
    """Money of one line, fen: tag price, what the seller gave, what the platform gave, what a third party gave."""

    list_fen: int
    seller_discount_fen: int = 0
    platform_subsidy_fen: int = 0
    third_party_subsidy_fen: int = 0

    @property
    def buyer_paid_fen(self) -> int:
        """What is left for the buyer."""
        return self.list_fen - self.seller_discount_fen - self.platform_subsidy_fen - self.third_party_subsidy_fen

    def times(self, quantity: int) -> "Price":
        """Answer the money of `quantity` such units."""
        return Price(
            self.list_fen * quantity,
            self.seller_discount_fen * quantity,
            self.platform_subsidy_fen * quantity,
            self.third_party_subsidy_fen * quantity,
        )


@dataclass(frozen=True)
class Act:
    """Who did something, who reported it, and on which published basis."""

    actor: str = "merchant"
    grade: str = "platform_feed"
    basis: Mapping[str, str | None] | None = None
    delay: int = DELAY


MERCHANT = Act()
STAFF = Act("platform_staff")
ALGORITHM = Act("platform_algorithm")


@dataclass
class Scene:
    """One case: its identities, the first day of its time, and the deliveries it has made so far.

    `origin` is 00:00 China Standard Time of the case's day 0. `retail` makes the subject the platform's own arm.
    """

    case: str
    instance: int
    seed: int
    platform: str
    rival: str
    origin: int
    scale: int = 1
    retail: bool = False
    deliveries: list[Delivery] = field(default_factory=list)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(f"{self.seed}/{self.case}/{self.instance}".encode()).hexdigest()
        self._digest = digest
        self.sku = f"{self.platform}-k-{digest[24:33]}"
        self.subject = f"m1:{digest[:24]}"
        self.product = f"69{int(digest[40:50], 16) % 10**11:011d}"

    @property
    def low_fen(self) -> int:
        """The lower cost of a piece: a multiple of 10,000, so that every share of it below is a whole number."""
        return 10_000 * self.scale

    def as_retail(self) -> "Scene":
        """Make the subject the platform's own retail arm for this SKU."""
        self.retail = True
        self.subject = f"r1:{self._digest[:24]}"
        return self

    def shop(self, platform: str) -> str:
        """Name the subject's shop on a platform."""
        return f"{platform}-own" if self.retail else f"{platform}-s-{self._digest[33:40]}"

    def at(self, day: int, clock: str, later: int = 0) -> int:
        """Answer the instant of a China Standard time on a day of the case, and `later` ms after it."""
        hours, minutes, *seconds = (int(part) for part in clock.split(":"))
        return (
            self.origin
            + day * china.DAY
            + hours * china.HOUR
            + minutes * china.MINUTE
            + sum(seconds) * china.SECOND
            + later
        )

    def tell(self, topic: str, kind: str, time: int, act: Act = MERCHANT, *, platform: str = "", **facts: Any) -> str:
        """Say that something happened to the subject at `time` and answer the event's id."""
        platform = platform or self.platform
        event_id = f"{platform}-{kind}-{self._digest[50:58]}-{len(self.deliveries):05d}"
        value = {
            "type": kind,
            "event_id": event_id,
            "platform": platform,
            "shop": self.shop(platform),
            "subject": self.subject,
            "event_time": time,
            "sent_time": time + act.delay,
            "source_grade": act.grade,
            "actor": act.actor,
            "basis": act.basis,
            **facts,
        }
        reporter = {"crawl": "crawler", "complaint": "complaints-12315"}.get(act.grade, f"{platform}-feed")
        self._deliver(time + act.delay, topic, platform, reporter, value)
        return event_id

    def lose_last(self) -> None:
        """Let what was told last take its sequence and never arrive."""
        self.deliveries[-1] = self.deliveries[-1]._replace(kind=Kind.lost)

    def file_exemption(self, kind: str, start: int, end: int | None, filed: int) -> None:
        """File an exemption of the case's SKU over [start, end); it is read at `filed`."""
        facts = {
            "kind": kind,
            "platform": self.platform,
            "sku": self.sku,
            "category": None,
            "from": start,
            "to": end,
            "document": f"f-{self._digest[58:64]}",
        }
        self._enter("exemption_granted", start, filed, f"filed: {kind}", facts)

    def revoke_exemption(self, time: int) -> None:
        """Revoke the exemption that was filed."""
        self._enter("exemption_revoked", time, time, "found untrue", {})

    def _enter(self, kind: str, effective_from: int, arrival: int, reason: str, facts: dict[str, Any]) -> None:
        value = {
            "type": kind,
            "event_id": f"control-{kind}-{self._digest[50:58]}-{len(self.deliveries):05d}",
            "subject": self.subject,
            "effective_from": effective_from,
            "sent_time": arrival,
            "author": "office-hz",
            "reason": reason,
            "exemption": f"ex-{self._digest[50:58]}",
            **facts,
        }
        self._deliver(arrival, "control", self.platform, "filings-office", value)

    def _deliver(self, arrival: int, topic: str, platform: str, reporter: str, value: dict[str, Any]) -> None:
        head, tail = split(value)
        number = len(self.deliveries)
        self.deliveries.append(
            Delivery(arrival, number, Kind.fact, topic, self.subject, platform, reporter, head, tail)
        )

    def line(
        self, time: int, quantity: int, price: Price, act: Act = MERCHANT, *, platform: str = "", **other: Any
    ) -> dict[str, Any]:
        """Sell `quantity` for the money of `price` (of the whole line) and answer the line's own fields."""
        platform = platform or self.platform
        order = f"{platform}-{self._digest[50:58]}{len(self.deliveries):06d}"
        facts = _line_facts(self, order, quantity, price) | other
        self.tell("orders", "line_placed", time, act, platform=platform, **facts)
        return facts | {"placed_time": time}

    def take_back(self, kind: str, time: int, line: dict[str, Any], reason: str, act: Act = MERCHANT) -> None:
        """Refund or cancel a whole line that `line` answered."""
        back = {
            "refunded_quantity": line["quantity"],
            "refunded_fen": line["buyer_paid_fen"],
            "refund_reason": reason,
        }
        self.tell("orders", kind, time, act, **line, **back)

    def declare_cost(self, grade: str, time: int, **other: Any) -> None:
        """Declare a cost of the SKU: by default `low_fen` a piece, purchase level of a trader, open-ended."""
        declarer = Act("platform_staff") if self.retail else MERCHANT
        facts = {
            "sku": self.sku,
            "product": None,
            "low_fen": self.low_fen,
            "high_fen": self.low_fen * 6 // 5,
            "per_quantity": 1,
            "unit": "piece",
            "level": "L1",
            "grade": grade,
            "seller_kind": "trader",
            "vat_included": True,
            "freight_included": True,
            "valid_from": time,
            "valid_to": None,
            "document": f"doc-{self._digest[58:64]}",
        }
        if "low_fen" in other:
            facts["high_fen"] = other["low_fen"] * 6 // 5
        self.tell("costs", "cost_declared", time, declarer, **facts | other)


def _line_facts(scene: Scene, order: str, quantity: int, price: Price) -> dict[str, Any]:
    return {
        "order": order,
        "line": 1,
        "sku": scene.sku,
        "product": scene.product,
        "category": "detergent",
        "region": REGION,
        "quantity": quantity,
        "unit": "piece",
        "list_fen": price.list_fen,
        "seller_discount_fen": price.seller_discount_fen,
        "platform_subsidy_fen": price.platform_subsidy_fen,
        "third_party_subsidy_fen": price.third_party_subsidy_fen,
        "third_party": "bank" if price.third_party_subsidy_fen else None,
        "buyer_paid_fen": price.buyer_paid_fen,
        "commission_fen": price.list_fen // 50,
        "service_fen": price.list_fen // 200,
        "seller_delivery_fen": 0,
        "vat_included": True,
        "self_operated": scene.retail,
        "campaign": None,
        "first_order": False,
        "gift_of": None,
    }


def on(act: Act, **changed: Any) -> Act:
    """Answer the act with something about it changed."""
    return replace(act, **changed)
