"""Campaign conditions, enrolment and overrides as they come: what may make a low price the platform's doing (D4)."""

from monitor.detect.registry import Desk
from monitor.detect.sub_cost.filings import Subject
from monitor.detect.sub_cost.papers import FACT_ADDED, LATE_EVENT
from monitor.detect.sub_cost.state import (
    LONG_LIFE,
    SHORT_LIFE,
    Item,
    expiry_of,
    item_key,
    offers_key,
    pricing_key,
    subject_key,
)
from monitor.detect.sub_cost.terms import Force, Move, MoveKind, Offers, Override, Pricing, Term, outdated
from monitor.events import (
    PLATFORM_ACTORS,
    Actor,
    Consent,
    PriceChanged,
    PriceOverridden,
    PromotionConditionSet,
    PromotionForced,
    PromotionJoined,
    PromotionLeft,
    Record,
)
from monitor.eventtime.china import day_of
from monitor.eventtime.clocks import FOREVER


def condition_set(desk: Desk, record: Record) -> None:
    """File a campaign's condition, if the platform set it."""
    event: PromotionConditionSet = record.event  # type: ignore[assignment]
    if event.actor not in PLATFORM_ACTORS:
        return
    asked = event.condition
    term = Term(
        event.event_id,
        event.campaign,
        event.shop,
        event.sku,
        asked.kind,
        asked.value,
        asked.per_quantity,
        asked.unit,
        asked.from_,
        FOREVER if asked.to is None else asked.to,
        desk.reference(record, "condition"),
    )
    offers = _offers(desk, event.subject, event.platform)
    offers.terms.append(term)
    _file(desk, record, event.subject, event.platform, offers)


def moved(desk: Desk, record: Record) -> None:
    """File that a merchant joined, was put into, or left a campaign; a platform that joins for it forces it."""
    event: PromotionJoined | PromotionForced | PromotionLeft = record.event  # type: ignore[assignment]
    if isinstance(event, PromotionLeft):
        kind = MoveKind.left
    elif isinstance(event, PromotionForced) or event.actor in PLATFORM_ACTORS:
        kind = MoveKind.forced
    else:
        kind = MoveKind.joined
    cited = desk.reference(record, "promotion")
    offers = _offers(desk, event.subject, event.platform)
    offers.moves.append(Move(event.event_time, event.event_id, event.campaign, event.shop, event.sku, kind, cited))
    _file(desk, record, event.subject, event.platform, offers)


def _offers(desk: Desk, subject: str, platform: str) -> Offers:
    found: Offers | None = desk.get(offers_key(subject, platform))
    return found or Offers([], [])


def _file(desk: Desk, record: Record, subject: str, platform: str, offers: Offers) -> None:
    outdated(offers, _today(desk, platform, desk.clock(platform)) - LONG_LIFE - SHORT_LIFE)
    desk.put(offers_key(subject, platform), offers)
    known: Subject | None = desk.get(subject_key(subject))
    for key in known.candidates if known is not None else ():
        if key.split("\n", 3)[2] == platform:
            desk.put(key, desk.get(key), _message(desk, record))


def _today(desk: Desk, platform: str, now: int) -> int:
    """Answer the day up to which buckets have gone: in a silence the platform clock runs ahead of them."""
    orders = desk.topic_clock(platform, "orders")
    return day_of(min(now, orders) if orders > 0 else now)


def _message(desk: Desk, record: Record) -> int:
    return LATE_EVENT if desk.is_late(record) else FACT_ADDED


def price_overridden(desk: Desk, record: Record) -> None:
    """File a price that the platform set; without the merchant's consent it is strong."""
    event: PriceOverridden = record.event  # type: ignore[assignment]
    if event.actor not in PLATFORM_ACTORS:
        return
    force = Force.weak if event.consent is Consent.given else Force.strong
    pricing = _pricing(desk, event)
    pricing.overrides.append(Override(event.event_time, event.event_id, force, desk.reference(record, "override")))
    _file_pricing(desk, record, event, pricing)


def price_changed(desk: Desk, record: Record) -> None:
    """Note when a merchant set a price itself: it ends an override."""
    event: PriceChanged = record.event  # type: ignore[assignment]
    if event.actor is not Actor.merchant:
        return
    pricing = _pricing(desk, event)
    day = day_of(event.event_time)
    pricing.changes[day] = max(event.event_time, pricing.changes.get(day, 0))
    _file_pricing(desk, record, event, pricing)


def _pricing(desk: Desk, event: PriceChanged) -> Pricing:
    found: Pricing | None = desk.get(pricing_key(event.subject, event.platform, event.sku))
    return found or Pricing([], {})


def _file_pricing(desk: Desk, record: Record, event: PriceChanged, pricing: Pricing) -> None:
    key = pricing_key(event.subject, event.platform, event.sku)
    desk.put(key, pricing, desk.due_of(key) or expiry_of(day_of(event.event_time), SHORT_LIFE + 1))
    if not pricing.overrides:
        return
    of = item_key(event.subject, event.platform, event.sku)
    item: Item | None = desk.get(of)
    if item is not None and item.listed:
        desk.put(of, item, _message(desk, record))


def pricing_due(desk: Desk, key: str, due: int) -> None:
    """Forget changes of price that can end no override any more, and overrides that cover no living day."""
    pricing: Pricing = desk.get(key)
    pricing.forget(_today(desk, key.split("\n", 3)[2], due))
    if pricing.overrides or pricing.changes:
        desk.put(key, pricing, expiry_of(day_of(due), SHORT_LIFE + 1))
    else:
        desk.drop(key)
