"""Records in: each becomes facts of its subject's side, and the platforms that are accused there are judged anew.

Order lines are the hot path: a line is a sum in a dictionary, and nothing is judged unless a day becomes or ceases to
be active, or a shop is new, while a lever of that subject is known.
"""

from monitor.detect.exclusivity.alerts import (
    DAY_CLOSED,
    FACT_ADDED,
    HOLDBACK_PASSED,
    LATE,
    REFUND,
    RELEASED,
    Cause,
    evaluate,
)
from monitor.detect.exclusivity.body import ID
from monitor.detect.exclusivity.filing import file_event, file_price, is_beyond, replace_rises, rises
from monitor.detect.exclusivity.keys import (
    ACTIVITY,
    HOLDBACK,
    accusation_key,
    activity_key,
    meet,
    prices_key,
    side_key,
    subject_key,
    subject_of,
)
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.schedule import schedule
from monitor.detect.exclusivity.state import (
    HORIZON_DAYS,
    Activity,
    Cited,
    Prices,
    Rise,
    Side,
    Span,
    expire,
    horizon,
)
from monitor.detect.registry import Desk
from monitor.events import PLATFORM_ACTORS, Fact, LeverReleased, LineCancelled, LinePlaced, PriceChanged, Record
from monitor.eventtime.china import DAY, OFFSET, day_of
from monitor.eventtime.closing import closing, last_closed

MERCHANT = "m"
"""Subjects of a known merchant; the platform's own retail and shops without a code never sell on two platforms."""


def observe_line(desk: Desk, record: Record) -> None:
    """Add a line to its day and shop; called for every order line."""
    line: LinePlaced = record.event  # type: ignore[assignment]
    subject = line.subject
    if subject[0] != MERCHANT:
        return
    key = f"{ACTIVITY}\n{subject}\n{line.platform}"
    activity: Activity = desk.get(key) or _begin(desk, subject, line.platform)
    time = line.event_time
    day = (time + OFFSET) // DAY
    days = activity.days
    before = days.get(day, 0)
    after = before + line.quantity
    if after:
        days[day] = after
    else:
        del days[day]
    span = activity.shops.get(line.shop)
    is_news = before <= 0 < after or span is None
    if span is None:
        activity.shops[line.shop] = Span(time, time)
    elif time > span.last:
        is_news = is_news or time - span.last > DAY
        span.last = time
    elif time < span.first:
        is_news = True
        span.first = time
    desk.put(key, activity)
    if is_news:
        _day_changed(desk, record, line, activity, day)


def _begin(desk: Desk, subject: str, platform: str) -> Activity:
    meet(desk, subject, platform)
    return Activity()


def observe_cancellation(desk: Desk, record: Record) -> None:
    """Take a cancelled line back from the day on which it was placed; it may arrive before its line."""
    line: LineCancelled = record.event  # type: ignore[assignment]
    if line.subject[0] != MERCHANT:
        return
    key = activity_key(line.subject, line.platform)
    activity: Activity = desk.get(key) or _begin(desk, line.subject, line.platform)
    day = day_of(line.placed_time)
    if day < activity.newest - HORIZON_DAYS:
        return
    before = activity.days.get(day, 0)
    after = before - line.refunded_quantity
    if after:
        activity.days[day] = after
    else:
        activity.days.pop(day, None)
    desk.put(key, activity)
    if after <= 0 < before:
        _day_changed(desk, record, line, activity, day)


def _day_changed(desk: Desk, record: Record, line: LinePlaced, activity: Activity, day: int) -> None:
    """Forget days that nobody looks back to, and judge anew whom the change can touch."""
    known = subject_of(desk, line.subject)
    if day > activity.newest:
        activity.newest = day
        oldest = day_of(horizon(day * DAY, known.accused.values()))
        activity.days = {one: sold for one, sold in activity.days.items() if one >= oldest}
        desk.put(activity_key(line.subject, line.platform), activity)
    _judge(desk, record, line, list(known.accused))


def observe_fact(desk: Desk, record: Record) -> None:
    """File a record of offers or shops, and judge anew every platform that is accused about its subject."""
    event: Fact = record.event  # type: ignore[assignment]
    parameters: Parameters = desk.parameters(ID)
    side = _side(desk, event)
    newest, beyond = side.newest, is_beyond(side, event, parameters.thresholds)
    pulls = file_event(side, event, Cited.of(desk.reference(record, "")), parameters.thresholds)
    known = subject_of(desk, event.subject)
    if pulls and event.platform not in known.accused:
        known.accused[event.platform] = event.event_time
        desk.put(subject_key(event.subject), known)
    if day_of(side.newest) > day_of(newest):
        expire(side, horizon(side.newest, known.accused.values()))
    desk.put(side_key(event.subject, event.platform), side)
    if not beyond:
        _judge(desk, record, event, list(known.accused))


def _side(desk: Desk, event: Fact) -> Side:
    side: Side | None = desk.get(side_key(event.subject, event.platform))
    if side is not None:
        return side
    meet(desk, event.subject, event.platform)
    return Side()


def observe_price(desk: Desk, record: Record) -> None:
    """File a merchant's own price; only a rise, or the first price of a shop, is news."""
    event: PriceChanged = record.event  # type: ignore[assignment]
    if event.actor in PLATFORM_ACTORS:
        return
    parameters: Parameters = desk.parameters(ID)
    key = prices_key(event.subject, event.platform, event.sku)
    prices: Prices = desk.get(key) or Prices()
    first = file_price(prices, event)
    risen = rises(prices, event.sku, parameters.own_rise_percent)
    found = risen.get(event.shop, [])
    is_news = first or bool(found) or prices.risen
    prices.risen = bool(risen)
    desk.put(key, prices)
    if is_news:
        _file_rises(desk, record, event, found)


def _file_rises(desk: Desk, record: Record, event: PriceChanged, found: list[Rise]) -> None:
    side = _side(desk, event)
    shop = side.shop(event.shop)
    if not replace_rises(shop, event.sku, found) and shop.priced:
        return
    shop.priced = True
    desk.put(side_key(event.subject, event.platform), side)
    _judge(desk, record, event, list(subject_of(desk, event.subject).accused))


def _judge(desk: Desk, record: Record, event: Fact, accused: list[str]) -> None:
    for platform in sorted(accused):
        now = desk.clock(platform)
        day = max(day_of(event.event_time), day_of(now))
        cause = Cause(_reason(desk, record, event), day, event.event_id)
        schedule(desk, evaluate(desk, event.subject, platform, now, cause))


def _reason(desk: Desk, record: Record, event: Fact) -> str:
    if isinstance(event, LineCancelled):
        return REFUND
    if isinstance(event, LeverReleased):
        return RELEASED
    return LATE if desk.is_late(record) else FACT_ADDED


def come_due(desk: Desk, key: str, due: int) -> None:
    """Judge a (subject, platform) at a due time of its own clock as it stood then, or when a hold-back is over."""
    tag, subject, platform, *_ = key.split("\n")
    if tag != HOLDBACK:
        now, cause = due, _of_clock(due)
    else:
        now, cause = _before_due(desk, subject, platform), Cause(HOLDBACK_PASSED, day_of(due))
    schedule(desk, evaluate(desk, subject, platform, now, cause))


def _before_due(desk: Desk, subject: str, platform: str) -> int:
    """Answer a platform clock, but not beyond a due time that the case itself has still to be judged at."""
    now, own = desk.clock(platform), desk.due_of(accusation_key(subject, platform))
    return now if own == 0 else min(now, own - 1)


def _of_clock(due: int) -> Cause:
    closed = last_closed(due)
    if due == closing(closed):
        return Cause(DAY_CLOSED, closed, at_close=True)
    return Cause(FACT_ADDED, day_of(due))
