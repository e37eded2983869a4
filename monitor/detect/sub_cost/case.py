"""Everything that bears on one SKU, gathered from state: costs, filings, terms, buckets, and what they amount to."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from monitor.detect.registry import Desk
from monitor.detect.sub_cost import costs as ladder
from monitor.detect.sub_cost import filings, terms
from monitor.detect.sub_cost.costs import Cost
from monitor.detect.sub_cost.day import Day, weigh
from monitor.detect.sub_cost.filings import Filing, Subject
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import Bucket, Deep, Split, Unjudged
from monitor.detect.sub_cost.state import (
    LONG_LIFE,
    Item,
    Product,
    bucket_key,
    offers_key,
    pricing_key,
    product_key,
    subject_key,
)
from monitor.detect.sub_cost.terms import Binding, Offers, Pricing
from monitor.events import Unit
from monitor.eventtime.china import DAY, day_of
from monitor.eventtime.closing import GRACE

DETECTOR = "sub-cost"
AHEAD = 16
"""How many days beyond the orders clock lines are looked for: a feed may be read ahead of its clock."""


class Case:
    """One SKU at hand; built for one evaluation and dropped after it."""

    def __init__(self, desk: Desk, key: str, item: Item) -> None:
        _, self.subject, self.platform, self.sku = key.split("\n", 3)
        self.desk = desk
        self.key = key
        self.item = item
        self.parameters: Parameters = desk.parameters(DETECTOR)
        self.costs: list[Cost] = item.costs
        if item.product is not None:
            product: Product | None = desk.get(product_key(item.product))
            if product is not None:
                self.costs = item.costs + product.costs

    @cached_property
    def offers(self) -> Offers:
        """The campaigns of the merchant on the platform."""
        found: Offers | None = self.desk.get(offers_key(self.subject, self.platform))
        return found or Offers()

    @cached_property
    def pricing(self) -> Pricing:
        """The overrides of the SKU."""
        found: Pricing | None = self.desk.get(pricing_key(self.subject, self.platform, self.sku))
        return found or Pricing()

    @cached_property
    def filings(self) -> list[Filing]:
        """The exemptions granted for these goods."""
        subject: Subject | None = self.desk.get(subject_key(self.subject))
        if subject is None or not subject.filings:
            return []
        return filings.about(subject.filings, self.platform, self.sku, self.item.category)

    @property
    def is_retail(self) -> bool:
        """Whether the platform itself is the seller."""
        return self.subject.startswith("r")

    def bucket(self, day: int) -> Bucket | None:
        """Answer the bucket of a day, if one lives."""
        found: Bucket | None = self.desk.get(bucket_key(self.subject, self.platform, day, self.sku))
        return found

    def reading(self, event_time: int) -> int:
        """Answer what the orders clock shows, or the time of the record at hand before it first moved."""
        clock = self.desk.topic_clock(self.platform, "orders")
        return clock if clock > 0 else event_time

    def live(self, time: int, life: int = LONG_LIFE) -> list[tuple[int, Bucket]]:
        """List by day the buckets that live at a time of the orders clock, `life` days at most."""
        first = day_of(time - life * DAY - GRACE - 1)
        last = max(day_of(self.reading(time)) + AHEAD, self.item.newest)
        get, before, after = self.desk.get, f"b\n{self.subject}\n{self.platform}\n", f"\n{self.sku}"
        found = [(day, get(f"{before}{day}{after}")) for day in range(first, last + 1)]
        return [(day, bucket) for day, bucket in found if bucket is not None and bucket.expiry > time]

    def winners(self, day: int, units: Iterable[Unit]) -> list[Cost]:
        """List the costs in force on a day that fit lines in these units."""
        return ladder.winners(ladder.fitting(self.costs, units), day)

    def weigh(self, day: int, bucket: Bucket) -> Day | None:
        """Answer what a bucket amounts to, None where no fitting cost is in force."""
        winning = self.winners(day, {split.unit for split in bucket.splits if split.vat})
        cost = ladder.judging(winning)
        if cost is None:
            return None

        def bind(split: Split) -> Binding:
            return terms.binding(self.offers, self.pricing, split.campaign, self.sku, bucket.shops, day)

        bar = ladder.bar(cost, self.parameters)
        exempt = filings.is_exempt(self.filings, day)
        return weigh(day, bucket, winning, cost, bar, exempt=exempt, bind=bind)

    def days(self, live: Sequence[tuple[int, Bucket]]) -> list[Day]:
        """List all days that are known, living and kept, ascending."""
        found = {kept.day.day: kept.day for kept in self.item.kept}
        for day, bucket in live:
            weighed = self.weigh(day, bucket)
            if weighed is not None:
                found[day] = weighed
        return [found[day] for day in sorted(found)]

    def deep_lines(self, counting: Iterable[int]) -> list[Deep]:
        """List the lines worth citing of some days."""
        kept = {one.day.day: one.lines for one in self.item.kept}
        found: list[Deep] = []
        for day in counting:
            bucket = self.bucket(day)
            found += bucket.deepest if bucket is not None else kept.get(day, [])
        return found

    def gate(self, day: int, split: Split) -> tuple[int, Unjudged]:
        """Answer from which price down a split's lines are worth a look, and which non-verdict they are otherwise.

        A day of several units is judged in one of them; the gate of the others is only wider than need be.
        """
        cost = ladder.judging(self.winners(day, (split.unit,))) if split.vat else None
        if cost is None:
            return 0, Unjudged.unit_mismatch if ladder.touching(self.costs, day) else Unjudged.cost_unknown
        return 0 if split.first_order else ladder.bar(cost, self.parameters), Unjudged.none

    def is_watched(self, day: int) -> bool:
        """Answer whether an alert stands that a line of this day may change."""
        width = self.parameters.window_days
        return any(alert.covers(day, width) for alert in self.item.alerts)

    def cost_of(self, name: str) -> Cost | None:
        """Answer a cost by the id of its declaration."""
        return next((cost for cost in self.costs if cost.id == name), None)
