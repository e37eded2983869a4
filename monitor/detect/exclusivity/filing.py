"""How a record becomes facts of a side: filed in its place by (event time, event id), never interpreted in order."""

from bisect import insort
from collections.abc import Callable
from itertools import pairwise

from monitor.detect.exclusivity.state import (
    FACTS_KEPT,
    Act,
    Agreement,
    Cited,
    Ending,
    PricePoint,
    Prices,
    Rise,
    Sanction,
    Shop,
    Side,
    StockSeen,
    Told,
    Turn,
    Warned,
    earliest,
    file,
    file_lever,
    file_release,
)
from monitor.events import (
    ComplaintFiled,
    ExclusivityAgreed,
    ExclusivityEnded,
    ExclusivityRefused,
    Fact,
    ListingChanged,
    ListingState,
    PriceChanged,
    PromotionJoined,
    SanctionPublished,
    ShopStatus,
    SourceGrade,
    StatusChanged,
    WarningIssued,
)
from monitor.eventtime.china import DAY
from monitor.law.levers import FACTS_ONLY, Pull, Thresholds, is_trigger, pulled, released

PRICES_KEPT_DAYS = 16
"""Rises of 7 d before a lever that is 8 d late."""


def file_event(side: Side, event: Fact, cited: Cited, limits: Thresholds) -> bool:
    """File what a record says; answers whether it pulls a lever that can begin an episode."""
    side.newest = max(side.newest, event.event_time)
    record = _RECORDS.get(type(event))
    if record is not None:
        record(side, event, cited)
    for pull in released(event):
        if pull.lever not in FACTS_ONLY:
            file_release(side, _act(event, cited, pull))
    taken = pulled(event)
    if taken is None:
        return False
    act = _act(event, cited, taken)
    if not is_trigger(taken, limits):
        file(side.context, act)
        return False
    file_lever(side, act)
    return True


def is_beyond(side: Side, event: Fact, limits: Thresholds) -> bool:
    """Answer whether a record tells only of a lever or a release for which there is no room: no verdict moves."""
    if type(event) in _RECORDS:
        return False
    taken, order = pulled(event), (event.event_time, event.event_id)
    if taken is not None:
        return is_trigger(taken, limits) and not side.has_room(*order)
    return bool(released(event)) and not side.has_room_for_release(*order)


def _act(event: Fact, cited: Cited, pull: Pull) -> Act:
    basis = event.basis
    return Act(
        time=event.event_time,
        cited=cited,
        pull=pull,
        shop=event.shop,
        actor=event.actor,
        own=event.source_grade is SourceGrade.platform_feed,
        notice=None if basis is None else basis.notice,
        rule=None if basis is None else basis.rule,
    )


def _status(side: Side, event: StatusChanged, cited: Cited) -> None:
    shop = side.shop(event.shop)
    opened = event.opened_on
    if opened is None and event.status is ShopStatus.opened:
        opened = event.event_time
    if opened is not None:
        shop.opened_on = opened if shop.opened_on is None else min(opened, shop.opened_on)
    if event.category:
        shop.category = event.category
    file(shop.turns, Turn(event.event_time, cited, event.actor, event.status))


def _listing(side: Side, event: ListingChanged, cited: Cited) -> None:
    shop = side.shop(event.shop)
    if event.stock is not None:
        file(shop.stock, StockSeen(event.event_time, cited, event.sku, event.stock))
    listed = has_listings(event)
    if listed:
        insort(shop.listed_at, event.event_time)
        del shop.listed_at[:-FACTS_KEPT]
    elif listed is not None:
        file(shop.turns, Turn(event.event_time, cited, event.actor, None))
    if event.state is ListingState.listed:
        shop.first_listing = earliest(shop.first_listing, Told(event.event_time, cited))


def has_listings(event: ListingChanged) -> bool | None:
    """Answer whether a shop has listings after a change, None where one SKU is gone and nobody says what is left."""
    if event.state is ListingState.listed:
        return True
    if event.sku is None:
        return False
    return None if event.listed_count is None else event.listed_count > 0


def _promotion(side: Side, event: PromotionJoined, cited: Cited) -> None:
    shop = side.shop(event.shop)
    shop.first_promotion = earliest(shop.first_promotion, Told(event.event_time, cited))


def _agreed(side: Side, event: ExclusivityAgreed, cited: Cited) -> None:
    fact = Agreement(
        event.event_time,
        cited,
        event.agreement,
        event.from_,
        event.to,
        event.consideration_fen,
        event.paid_time,
    )
    file(side.agreements, fact)


def _ended(side: Side, event: ExclusivityEnded, cited: Cited) -> None:
    file(side.endings, Ending(event.event_time, cited, event.agreement))


def _refused(side: Side, event: ExclusivityRefused, cited: Cited) -> None:
    file(side.refusals, Told(event.event_time, cited))


def _complained(side: Side, event: ComplaintFiled, cited: Cited) -> None:
    file(side.complaints, Told(event.event_time, cited))


def _sanctioned(side: Side, event: SanctionPublished, cited: Cited) -> None:
    file(side.sanctions, Sanction(event.event_time, cited, event.notice, event.shop, event.measure, event.ground))


def _warned(side: Side, event: WarningIssued, cited: Cited) -> None:
    file(side.warnings, Warned(event.event_time, cited, event.notice, event.rival_named, event.deadline))


_RECORDS: dict[type, Callable[..., None]] = {
    StatusChanged: _status,
    ListingChanged: _listing,
    PromotionJoined: _promotion,
    ExclusivityAgreed: _agreed,
    ExclusivityEnded: _ended,
    ExclusivityRefused: _refused,
    ComplaintFiled: _complained,
    SanctionPublished: _sanctioned,
    WarningIssued: _warned,
}


def file_price(prices: Prices, event: PriceChanged) -> bool:
    """File a SKU's own price; answers whether it is the first one known in its shop."""
    points = prices.points
    first = all(point.shop != event.shop for point in points)
    insort(points, PricePoint(event.event_time, event.event_id, event.shop, event.net_fen), key=_price_order)
    before = points[-1].time - PRICES_KEPT_DAYS * DAY
    old = {point.shop: point for point in points if point.time < before}
    prices.points = [one for one in points if one.time >= before or old[one.shop] is one][-FACTS_KEPT:]
    return first


def _price_order(point: PricePoint) -> tuple[int, str]:
    return point.time, point.event_id


def rises(prices: Prices, sku: str, percent: int) -> dict[str, list[Rise]]:
    """List by shop the rises of a SKU's price above a percentage; another shop's price is no rise."""
    found: dict[str, list[Rise]] = {}
    for shop in {point.shop for point in prices.points}:
        for before, after in pairwise(point for point in prices.points if point.shop == shop):
            if after.net_fen * 100 > before.net_fen * (100 + percent):
                cited = Cited(after.event_id, "", 0, 0, "")
                found.setdefault(shop, []).append(Rise(after.time, cited, sku, before.net_fen, after.net_fen))
    return found


def replace_rises(shop: Shop, sku: str, found: list[Rise]) -> bool:
    """Put a SKU's rises in place of those known; answers whether they differ."""
    known = [rise for rise in shop.rises if rise.sku == sku]
    if known == found:
        return False
    shop.rises = sorted(
        [*(rise for rise in shop.rises if rise.sku != sku), *found], key=lambda rise: (rise.order, rise.sku)
    )[-FACTS_KEPT:]
    return True
