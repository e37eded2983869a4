"""What one event must satisfy beyond its types: spans that span, costs that name their goods, prices that add up."""

from collections.abc import Callable
from typing import Any, NoReturn

from monitor.errors import EventIsWrong
from monitor.events import (
    CampaignAnnounced,
    CostDeclared,
    CostWithdrawn,
    ExclusivityAgreed,
    ExclusivityEnded,
    ExemptionGranted,
    ExposureCounted,
    LinePlaced,
    PlatformResumed,
    PlatformSilent,
    PromotionConditionSet,
    Reason,
    SanctionPublished,
    Topic,
)


def refuse_sums(line: LinePlaced) -> NoReturn:
    """Say how the split prices of a line miss what the buyer paid: below zero is `bounds`, else `arithmetic`."""
    expected = line.list_fen - line.seller_discount_fen - line.platform_subsidy_fen - line.third_party_subsidy_fen
    path = "$.buyer_paid_fen"
    if expected < 0:
        raise EventIsWrong(Reason.bounds, f"discounts and subsidies exceed list_fen by {-expected} fen", path)
    detail = f"list_fen less discounts and subsidies is {expected} fen, buyer_paid_fen is {line.buyer_paid_fen}"
    raise EventIsWrong(Reason.arithmetic, detail, path)


def check_span(start: int, end: int | None, path: str) -> None:
    """Refuse [start, end) that holds no instant; null is open."""
    if end is not None and start >= end:
        raise EventIsWrong(Reason.bounds, f"ends at {end}, not after its beginning {start}", path)


def _from_to(event: Any) -> None:
    check_span(event.from_, event.to, "$.to")


def _condition(event: PromotionConditionSet) -> None:
    check_span(event.condition.from_, event.condition.to, "$.condition.to")


def _cost(event: CostDeclared) -> None:
    if event.low_fen > event.high_fen:
        raise EventIsWrong(Reason.bounds, f"low_fen {event.low_fen} is above high_fen {event.high_fen}", "$.low_fen")
    check_span(event.valid_from, event.valid_to, "$.valid_to")
    if _of_a_product(event) and event.product is None:
        raise EventIsWrong(Reason.shape, "a cost without platform, shop and subject names a product", "$.product")
    if event.subject is not None and event.sku is None:
        raise EventIsWrong(Reason.shape, "a shop's cost names its sku", "$.sku")


def _of_a_product(event: CostDeclared | CostWithdrawn) -> bool:
    named = [name for name in ("platform", "shop", "subject") if getattr(event, name) is not None]
    if len(named) in {1, 2}:
        raise EventIsWrong(
            Reason.shape, f"platform, shop and subject are all given or all null; given: {', '.join(named)}"
        )
    return not named


def _offsets(event: PlatformSilent | PlatformResumed) -> None:
    """Refuse offsets of what is no input: they are never applied, and the entry would block all later ones."""
    odd = sorted(event.offsets.keys() - set(Topic))
    if odd:
        raise EventIsWrong(Reason.shape, f"offsets name {odd[0][:64]!a}, which is no input topic", "$.offsets")


CHECKS: dict[type, Callable[[Any], object]] = {
    CampaignAnnounced: _from_to,
    CostDeclared: _cost,
    CostWithdrawn: _of_a_product,
    ExclusivityAgreed: _from_to,
    ExclusivityEnded: _from_to,
    ExemptionGranted: _from_to,
    ExposureCounted: _from_to,
    PlatformResumed: _offsets,
    PlatformSilent: _offsets,
    PromotionConditionSet: _condition,
    SanctionPublished: _from_to,
}
