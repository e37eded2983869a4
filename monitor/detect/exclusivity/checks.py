"""The look-alike checks of one lever (verdicts.md 1): each innocent explanation passed, failed or without data."""

from collections.abc import Callable, Iterable

from monitor.detect.exclusivity.acts import Lever
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.rival_side import T0
from monitor.detect.exclusivity.state import Agreement, Sanction, Shop, Side, StockSeen
from monitor.detect.registry import Gap
from monitor.events import PLATFORM_ACTORS, Actor, Ground, ScopeKind, Stock
from monitor.events import Lever as Kind
from monitor.eventtime.china import DAY, MINUTE, day_end, day_of
from monitor.findings import Check, State
from monitor.law.checks import EXPLAINS
from monitor.law.holidays import next_working_day
from monitor.law.levers import DELIVERY, VISIBILITY

Feed = Callable[[str, int, int], Gap]
"""What is wrong with a platform's own feed in [start, end]."""

_EXPLAINING = ("actor", "basis", "stock", "contract_ref")


def explaining(lever: Lever, side: Side, t0: T0 | None, parameters: Parameters, now: int) -> list[Check]:
    """List the checks that could explain a lever away; they need no rival to be named."""
    checks = [actor(lever), basis(lever, side.sanctions, now)]
    if lever.pull.lever is Kind.DELIST_ITEM:
        checks.append(stock(lever, side.shops.get(lever.shop), parameters))
    checks.append(contract_ref(lever, side, t0))
    return checks


def explained_by(checks: list[Check]) -> str | None:
    """Answer the first check that explains a lever away, None if none does."""
    return next((c.look_alike for c in checks if c.state is State.failed and c.look_alike in EXPLAINS), None)


def barring(lever: Lever, side: Side, platforms: Iterable[str], parameters: Parameters, feed: Feed) -> list[Check]:
    """List the checks that can keep a lever from being a lead; `platforms` are the accused one and the rival named."""
    shop = side.shops.get(lever.shop)
    checks = [shop_age(lever, shop, parameters)]
    if lever.pull.lever in VISIBILITY:
        checks.append(own_price_up(lever, shop, parameters))
    checks.append(Check("platform_wide", State.no_data))
    if lever.pull.lever in DELIVERY:
        checks.append(Check("geo_common", State.no_data))
    checks.append(feed_quality(lever, platforms, parameters, feed))
    return checks


def actor(lever: Lever) -> Check:
    """Who pulled the lever; what only a crawler saw may be anybody's act."""
    told = lever.told
    if told.actor is Actor.merchant:
        return Check("actor", State.failed, told.actor.value)
    if told.own and told.actor in PLATFORM_ACTORS:
        return Check("actor", State.passed, told.actor.value)
    return Check("actor", State.no_data, told.actor.value)


def basis(lever: Lever, sanctions: list[Sanction], now: int) -> Check:
    """Whether the notice that the lever names was published in time, for this shop and measure, on a valid ground."""
    notice = lever.told.notice
    if notice is None:
        return Check("basis", State.passed)
    deadline = basis_deadline(lever)
    published = [one for one in sanctions if one.notice == notice]
    if any(_holds(one, lever, deadline) for one in published):
        return Check("basis", State.failed, notice)
    waits = not published and now < deadline
    return Check("basis", State.no_data if waits else State.passed, notice)


def basis_deadline(lever: Lever) -> int:
    """Answer until when a notice may be published: 24:00 of the first working day after the lever's day."""
    return day_end(next_working_day(day_of(lever.time)))


def _holds(sanction: Sanction, lever: Lever, deadline: int) -> bool:
    return (
        sanction.shop == lever.shop
        and sanction.measure == lever.pull.lever
        and sanction.ground is not Ground.multi_homing
        and sanction.time <= deadline
    )


def stock(lever: Lever, shop: Shop | None, parameters: Parameters) -> Check:
    """Whether there was anything to sell, by what was last known of the stock before the lever."""
    since = lever.time - parameters.stock_days * DAY
    known = [] if shop is None else [seen for seen in shop.stock if since <= seen.time <= lever.time]
    last = _last_seen(known, lever)
    if last is None:
        return Check("stock", State.no_data)
    return Check("stock", State.failed if last.stock is Stock.none else State.passed, last.stock.value)


def _last_seen(known: list[StockSeen], lever: Lever) -> StockSeen | None:
    """Answer what was last known of the lever's own SKU or of all of the shop, else of any SKU."""
    scope = lever.pull.scope
    if scope.kind is ScopeKind.sku:
        own = [seen for seen in known if seen.sku is None or seen.sku == scope.value]
        known = own or known
    return known[-1] if known else None


def contract_ref(lever: Lever, side: Side, t0: T0 | None) -> Check:
    """Whether the merchant had sold exclusivity before the rival's side began, or else before the lever."""
    begun = lever.time if t0 is None else t0.time
    for deal in side.agreements:
        if deal.from_ < begun and _is_in_force(deal, side, lever.time) and _is_paid(deal, lever.time):
            return Check("contract_ref", State.failed, deal.name)
    return Check("contract_ref", State.passed)


def _is_in_force(deal: Agreement, side: Side, time: int) -> bool:
    ended = any(one.name == deal.name and one.time <= time for one in side.endings)
    return deal.from_ <= time and (deal.to is None or time < deal.to) and not ended


def _is_paid(deal: Agreement, time: int) -> bool:
    return deal.consideration_fen > 0 and deal.paid_time is not None and deal.paid_time <= time


def shop_age(lever: Lever, shop: Shop | None, parameters: Parameters) -> Check:
    """Whether the shop was young when the lever was pulled."""
    opened = None if shop is None else shop.opened_on
    if opened is None or opened > lever.time:
        return Check("shop_age", State.no_data)
    days = (lever.time - opened) // DAY
    return Check("shop_age", State.failed if days < parameters.shop_age_days else State.passed, f"{days} d")


def own_price_up(lever: Lever, shop: Shop | None, parameters: Parameters) -> Check:
    """Whether the merchant himself raised a price shortly before his visibility fell."""
    if shop is None or not shop.priced:
        return Check("own_price_up", State.no_data)
    since = lever.time - parameters.own_rise_days * DAY
    rise = next((one for one in shop.rises if since <= one.time <= lever.time), None)
    if rise is None:
        return Check("own_price_up", State.passed)
    return Check("own_price_up", State.failed, f"{rise.sku}: {rise.before} -> {rise.after} fen")


def feed_quality(lever: Lever, platforms: Iterable[str], parameters: Parameters, feed: Feed) -> Check:
    """Whether the feeds of the platforms were whole around the lever: a hole is worse than a silence."""
    gaps = gaps_around(lever, platforms, parameters, feed)
    for platform, gap in gaps:
        if gap.state is State.failed:
            return Check("feed_quality", State.failed, f"{platform}: {gap.seen}")
    silent = next((platform for platform, gap in gaps if gap.state is State.no_data), None)
    if silent is not None:
        return Check("feed_quality", State.no_data, silent)
    return Check("feed_quality", State.passed)


def gaps_around(lever: Lever, platforms: Iterable[str], parameters: Parameters, feed: Feed) -> list[tuple[str, Gap]]:
    """Answer of each platform what is wrong with its feed around a lever."""
    span = parameters.feed_minutes * MINUTE
    return [(platform, feed(platform, lever.time - span, lever.time + span)) for platform in platforms]
