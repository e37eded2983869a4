"""What happens when a time comes: an hour or a day closes, news was filed, a bucket's life ends."""

from monitor.detect.registry import Desk
from monitor.detect.sub_cost import papers
from monitor.detect.sub_cost.agenda import evaluate, hour_closed
from monitor.detect.sub_cost.case import Case
from monitor.detect.sub_cost.prices import Bucket
from monitor.detect.sub_cost.review import Cause
from monitor.detect.sub_cost.state import LONG_LIFE, Item, Kept, expiry_of, item_key, keep_deepest
from monitor.detect.sub_cost.terms import proofs
from monitor.eventtime.china import day_of
from monitor.eventtime.closing import closing

_NEWS = {
    papers.EXEMPTION: Cause.exemption,
    papers.FACT_ADDED: Cause.fact_added,
    papers.LATE_EVENT: Cause.late_event,
}


def item_due(desk: Desk, key: str, due: int) -> None:
    """Judge a SKU at an hour close, a day close, or because of news that concerned many keys."""
    case = Case(desk, key, desk.get(key))
    if due == papers.COST_REVISED:
        now = desk.clock(case.platform)
        papers.costs_changed(case, now, case.reading(now))
    elif due in _NEWS:
        now = desk.clock(case.platform)
        evaluate(case, now, _NEWS[due], case.reading(now))
    elif is_day_close(due):
        evaluate(case, due, Cause.day_closed, due)
    else:
        hour_closed(case, due)


def is_day_close(due: int) -> bool:
    """Tell a day close from an hour close."""
    return due == closing(day_of(due) - 1)


def bucket_due(desk: Desk, key: str, due: int) -> None:
    """Pass on news of its product, or end a bucket's life.

    A SKU that has had a cost keeps its days longer: one that learnt of its product, and so of its cost, by a later
    day's line is judged by it now.
    """
    _, subject, platform, number, sku = key.split("\n", 4)
    bucket: Bucket = desk.get(key)
    of, day = item_key(subject, platform, sku), int(number)
    item: Item | None = desk.get(of)
    if due == papers.COST_REVISED:
        desk.put(key, bucket, bucket.expiry)
        desk.put(of, item or Item(bucket.product), papers.COST_REVISED, bucket.product)
    elif item is not None and not bucket.has_cost:
        bucket.expiry = expiry_of(day, LONG_LIFE)
        desk.put(key, bucket, bucket.expiry)
        desk.put(of, item, papers.COST_REVISED, item.product)
    else:
        if item is not None and item.listed:
            _keep(Case(desk, of, item), day, bucket)
        desk.drop(key)


def _keep(case: Case, day: int, bucket: Bucket) -> None:
    """Keep the sums of a day that an alert may still span; the next evaluation drops what none does."""
    weighed = case.weigh(day, bucket)
    if weighed is not None:
        terms = proofs(case.offers, case.pricing, weighed.terms)
        case.item.kept.append(Kept(weighed.bounded(), list(bucket.deepest), terms))
        keep_deepest(case.item.kept)
        case.desk.put(case.key, case.item, case.desk.due_of(case.key), case.item.product)
