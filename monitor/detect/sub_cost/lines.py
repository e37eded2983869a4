"""Order lines, refunds and cancellations: the hot path. A line that nothing is known against costs two map entries."""

from monitor.detect.registry import Desk
from monitor.detect.sub_cost.agenda import arm, evaluate
from monitor.detect.sub_cost.case import DETECTOR, Case
from monitor.detect.sub_cost.glance import is_quiet
from monitor.detect.sub_cost.prices import (
    MICRO,
    Bucket,
    Deep,
    Split,
    cite,
    is_deep,
    mark_refunded,
    place,
    take_back,
)
from monitor.detect.sub_cost.review import Cause
from monitor.detect.sub_cost.state import LONG_LIFE, SHORT_LIFE, Item, bucket_key, expiry_of, item_key, product_key
from monitor.events import LinePlaced, LineReturned, Record
from monitor.eventtime.china import DAY, OFFSET
from monitor.eventtime.closing import last_closed


def placed(desk: Desk, record: Record) -> None:
    """Enter a line into its day; look closer only where its price or a standing alert asks for it."""
    line: LinePlaced = record.event  # type: ignore[assignment]
    day = (line.event_time + OFFSET) // DAY
    key = f"b\n{line.subject}\n{line.platform}\n{day}\n{line.sku}"
    bucket: Bucket | None = desk.get(key)
    if bucket is None:
        bucket = _new_bucket(desk, line, day)
    split = _split(bucket, line) or _new_split(desk, bucket, line, day)
    buyer = -(-(line.buyer_paid_fen + line.third_party_subsidy_fen) * MICRO // line.quantity)
    place(split, line)
    bucket.net_fen += (
        line.list_fen - line.seller_discount_fen - line.commission_fen - line.service_fen - line.seller_delivery_fen
    )
    _describe(bucket, line, record.offset)
    if split.without:
        desk.count(split.without, line.platform, line.category or "", day)
    desk.put(key, bucket, bucket.expiry, line.product)
    if buyer < split.bar or (bucket.watched and not split.without):
        _look_closer(desk, record, day, bucket, split, buyer)


def _describe(bucket: Bucket, line: LinePlaced, offset: int) -> None:
    """Keep what an alert says of a day besides its prices; of several names the smallest, whatever their order."""
    bucket.records += 1
    if offset < bucket.first_offset:  # noqa: PLR1730 - a comparison costs a third of a call
        bucket.first_offset = offset
    if offset > bucket.last_offset:  # noqa: PLR1730 - same
        bucket.last_offset = offset
    if line.shop not in bucket.shops:
        bucket.shops = (*bucket.shops, line.shop)
    if line.category != bucket.category:
        bucket.category = _smallest(line.category, bucket.category)
    if line.product != bucket.product:
        bucket.product = _smallest(line.product, bucket.product)


def _smallest(one: str | None, other: str | None) -> str | None:
    return min((name for name in (one, other) if name is not None), default=None)


def _new_bucket(desk: Desk, line: LinePlaced, day: int) -> Bucket:
    item = _item(desk, line)
    has_cost = item is not None
    expiry = expiry_of(day, LONG_LIFE if has_cost else SHORT_LIFE)
    bucket = Bucket(expiry, has_cost, line.product, line.category, (line.shop,))
    if item is not None and item.alerts:
        bucket.watched = Case(desk, item_key(line.subject, line.platform, line.sku), item).is_watched(day)
    return bucket


def _item(desk: Desk, line: LinePlaced) -> Item | None:
    """Answer the item of a SKU that has ever had a cost; a product's cost makes one of its first line."""
    key = item_key(line.subject, line.platform, line.sku)
    item: Item | None = desk.get(key)
    if line.product is None or (item is not None and item.product is not None):
        return item
    if item is None and desk.get(product_key(line.product)) is None:
        return None
    item = item or Item()
    item.product = line.product
    desk.put(key, item, desk.due_of(key), line.product)
    return item


def _split(bucket: Bucket, line: LinePlaced) -> Split | None:
    """Answer where a line belongs; enum members are one object each."""
    campaign, first, unit, vat = line.campaign, line.first_order, line.unit, line.vat_included
    for split in bucket.splits:
        if split.campaign == campaign and split.first_order is first and split.unit is unit and split.vat is vat:
            return split
    return None


def _new_split(desk: Desk, bucket: Bucket, line: LinePlaced, day: int) -> Split:
    split = Split(line.campaign, line.first_order, line.unit, line.vat_included)
    alike = next((one for one in bucket.splits if _is_judged_alike(one, split)), None)
    bucket.splits = (*bucket.splits, split)
    if alike is not None:
        split.bar, split.without = alike.bar, alike.without
    elif bucket.has_cost:
        key = item_key(line.subject, line.platform, line.sku)
        split.bar, split.without = Case(desk, key, desk.get(key)).gate(day, split)
    return split


def _is_judged_alike(one: Split, other: Split) -> bool:
    """Answer whether two splits of a day are held against the same price: a campaign makes no difference."""
    return one.unit is other.unit and one.vat is other.vat and one.first_order is other.first_order


def _look_closer(desk: Desk, record: Record, day: int, bucket: Bucket, split: Split, buyer: int) -> None:
    """Cite a line below cost; judge at once where an alert stands or the day is closed, else wait for the hour."""
    line: LinePlaced = record.event  # type: ignore[assignment]
    key = item_key(line.subject, line.platform, line.sku)
    item: Item = desk.get(key)
    if buyer < split.bar and is_deep(bucket, (buyer, line.event_time, line.event_id)):
        cited = desk.reference(record, "line")
        cite(bucket, Deep(buyer, line.event_time, line.event_id, _name(line), cited))
    now = desk.clock(line.platform)
    closed = day <= last_closed(now)
    if not bucket.watched and not closed:
        arm(desk, key, item, day, now)
        return
    case = Case(desk, key, item)
    if closed or not _is_quiet(case, day):
        cause = Cause.late_event if desk.is_late(record) else Cause.fact_added
        evaluate(case, now, cause, case.reading(line.event_time))


def _is_quiet(case: Case, day: int) -> bool:
    """Answer whether a line of an open day leaves every alert that it may change as it stands."""
    width = case.parameters.window_days
    alerts = [alert for alert in case.item.alerts if alert.covers(day, width)]
    return all(alert.glance is not None and is_quiet(case, alert.glance, day) for alert in alerts)


def _name(line: LinePlaced) -> str:
    return f"{line.order}\t{line.line}"


def returned(desk: Desk, record: Record) -> None:
    """Take a refund or a cancellation back from its line's day; where that day is gone it is counted and no more."""
    line: LineReturned = record.event  # type: ignore[assignment]
    day = (line.placed_time + OFFSET) // DAY
    key = bucket_key(line.subject, line.platform, day, line.sku)
    bucket: Bucket | None = desk.get(key)
    if _is_gone(desk, line, day, bucket):
        desk.tally(DETECTOR, "insufficient_data")
        return
    if bucket is None:
        bucket = _new_bucket(desk, line, day)
    split = _split(bucket, line) or _new_split(desk, bucket, line, day)
    _take_back(bucket, split, line, record.offset)
    now = desk.clock(line.platform)
    closed = day <= last_closed(now)
    if split.without and line.refunded_quantity >= line.quantity and not closed:
        desk.count(split.without, line.platform, line.category or "", day, -1)
    desk.put(key, bucket, bucket.expiry, line.product)
    if not split.without and (bucket.watched or closed):
        key = item_key(line.subject, line.platform, line.sku)
        item: Item = desk.get(key)
        # Goods that never sold below cost have no share that a refund could raise.
        if item.newest or item.alerts:
            case = Case(desk, key, item)
            evaluate(case, now, Cause.refund, case.reading(line.event_time))


def _is_gone(desk: Desk, line: LineReturned, day: int, bucket: Bucket | None) -> bool:
    if bucket is not None:
        expiry = bucket.expiry
    else:
        item = desk.get(item_key(line.subject, line.platform, line.sku))
        expiry = expiry_of(day, SHORT_LIFE if item is None else LONG_LIFE)
    return desk.topic_clock(line.platform, "orders") >= expiry


def _take_back(bucket: Bucket, split: Split, line: LineReturned, offset: int) -> None:
    seller = -(-line.seller_fen * MICRO // line.quantity)
    buyer = -(-line.buyer_fen * MICRO // line.quantity)
    take_back(split, line, seller, buyer)
    bucket.refunded_fen += line.refunded_fen
    bucket.net_fen -= line.net_fen * min(line.refunded_quantity, line.quantity) // line.quantity
    _describe(bucket, line, offset)
    if bucket.has_cost:
        mark_refunded(bucket, (buyer, line.placed_time, _name(line)))
