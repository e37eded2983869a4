"""Costs, exemptions, campaign terms and overrides: what is filed about a SKU beside its lines."""

from monitor.detect.registry import Desk
from monitor.detect.sub_cost import costs as ladder
from monitor.detect.sub_cost.agenda import Live, evaluate_days, put_bucket
from monitor.detect.sub_cost.case import DETECTOR, Case
from monitor.detect.sub_cost.filings import Subject
from monitor.detect.sub_cost.prices import Split, Unjudged
from monitor.detect.sub_cost.review import Cause
from monitor.detect.sub_cost.state import (
    LONG_LIFE,
    SHORT_LIFE,
    Declared,
    Item,
    Product,
    declared_key,
    expiry_of,
    item_key,
    product_key,
    subject_key,
)
from monitor.events import CostDeclared, CostWithdrawn, ExemptionGranted, ExemptionRevoked, Record
from monitor.eventtime.clocks import FOREVER
from monitor.eventtime.closing import last_closed

COST_REVISED, EXEMPTION, FACT_ADDED, LATE_EVENT = 1, 2, 3, 4
"""Due times that are messages: the key is due at once, with this cause."""


def cost_declared(desk: Desk, record: Record) -> None:
    """File a cost with its SKU or its product; one that was withdrawn before it was read never was."""
    event: CostDeclared = record.event  # type: ignore[assignment]
    known: Declared | None = desk.get(declared_key(event.event_id))
    if known is not None and known.withdrawn:
        return
    cost = ladder.from_event(event, desk.reference(record, "cost"))
    if event.subject is not None and event.platform is not None and event.sku is not None:
        key = item_key(event.subject, event.platform, event.sku)
        item: Item | None = desk.get(key)
        # Until now it had no cost, so that its days lived a short life: most SKUs have no more than one declaration.
        life = SHORT_LIFE if item is None else LONG_LIFE
        item = item or Item()
        item.costs.append(cost)
        _own_costs_changed(desk, key, item, event.event_time, life)
    elif event.product is not None and event.subject is None:
        key = product_key(event.product)
        product: Product = desk.get(key) or Product()
        product.costs.append(cost)
        desk.put(key, product)
        desk.wake(event.product, COST_REVISED)
    else:
        desk.tally(DETECTOR, "insufficient_data")
        return
    desk.put(declared_key(event.event_id), Declared(key))


def cost_withdrawn(desk: Desk, record: Record) -> None:
    """Take a declared cost back, as if it had never been."""
    event: CostWithdrawn = record.event  # type: ignore[assignment]
    name = declared_key(event.declaration)
    known: Declared = desk.get(name) or Declared()
    desk.put(name, Declared(known.key, withdrawn=True))
    if not known.key or known.withdrawn:
        return
    holder: Item | Product = desk.get(known.key)
    holder.costs = [cost for cost in holder.costs if cost.id != event.declaration]
    if isinstance(holder, Item):
        _own_costs_changed(desk, known.key, holder, event.event_time)
    else:
        desk.put(known.key, holder)
        desk.wake(known.key.split("\n", 3)[3], COST_REVISED)


def _own_costs_changed(desk: Desk, key: str, item: Item, event_time: int, life: int = LONG_LIFE) -> None:
    case = Case(desk, key, item)
    desk.put(key, item, desk.due_of(key), item.product)
    costs_changed(case, max(desk.clock(case.platform), 0), case.reading(event_time), life)


def costs_changed(case: Case, now: int, time: int, life: int = LONG_LIFE) -> None:
    """Move the gates of the days that live at `time`, then judge; their product is the item's from now on."""
    live = case.live(time, life)
    named = [bucket.product for _, bucket in live if bucket.product is not None]
    if case.item.product is None and named:
        case.item.product = min(named)
        case = Case(case.desk, case.key, case.item)
    if live or case.item.kept or case.item.alerts:
        _move_gates(case, live, now)
        evaluate_days(case, live, now, Cause.cost_revised)


def _move_gates(case: Case, live: Live, now: int) -> None:
    """Set what each split is held against; with a cost a day lives longer."""
    closed = last_closed(now)
    for day, bucket in live:
        bucket.expiry, bucket.has_cost = expiry_of(day, LONG_LIFE), True
        for split in bucket.splits:
            bar, without = case.gate(day, split)
            if day > closed and without != split.without:
                _recount(case, day, split, without)
            split.bar, split.without = bar, without
        put_bucket(case, day, bucket)


def _recount(case: Case, day: int, split: Split, without: Unjudged) -> None:
    """Move the lines of an open day from one non-verdict to another; what a closed day counted stays."""
    lines = sum(cell.standing_lines for cell in split.prices()[1].cells.values())
    for name, amount in ((split.without, -lines), (without, lines)):
        if name and lines:
            case.desk.count(name, case.platform, case.item.category or "", day, amount)


def exemption_granted(desk: Desk, record: Record) -> None:
    """File an exemption; its goods that sold below cost of late are judged anew."""
    event: ExemptionGranted = record.event  # type: ignore[assignment]
    subject: Subject = desk.get(subject_key(event.subject)) or Subject([], [])
    filing = subject.filing(event.exemption)
    filing.kind, filing.platform, filing.sku, filing.category = event.kind, event.platform, event.sku, event.category
    filing.start, filing.end = event.from_, FOREVER if event.to is None else event.to
    filing.cited = desk.reference(record, "exemption")
    _file(desk, event.subject, subject)


def exemption_revoked(desk: Desk, record: Record) -> None:
    """End an exemption at the entry's `effective_from`."""
    event: ExemptionRevoked = record.event  # type: ignore[assignment]
    subject: Subject = desk.get(subject_key(event.subject)) or Subject([], [])
    subject.filing(event.exemption).revoked = event.effective_from
    _file(desk, event.subject, subject)


def _file(desk: Desk, name: str, subject: Subject) -> None:
    desk.put(subject_key(name), subject)
    for key in subject.candidates:
        desk.put(key, desk.get(key), EXEMPTION)
