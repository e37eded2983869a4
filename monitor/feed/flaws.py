"""What is wrong with a feed: records that no decoder may accept, and sequences that never arrive.

Only the last platform of a province is so careless, and no plant plays there: a hole in a platform's numbering speaks
for whoever is accused on that day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from monitor.feed.delivery import Delivery, Kind

EVERY = 40
"""one record of so many is flawed"""
NOWHERE = "nowhere"
SUBSIDY = b'"platform_subsidy_fen":'
PAID = b'"buyer_paid_fen":'
QUANTITY = b'"quantity":'
RETAIL = b'"self_operated":false'


class Carelessness:
    """Spoil one of `EVERY` order lines of one platform, in turn in every way, before `until` (ms of arrival).

    `refused` counts what must be refused, by reason.
    """

    def __init__(self, platform: str | None, until: int) -> None:
        self._platform = platform
        self._until = until
        self._seen = 0
        self.refused: Counter[str] = Counter()
        self.lost = 0

    def spoil(self, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
        """Answer the deliveries, some of them spoilt."""
        platform = self._platform
        for delivery in deliveries:
            if delivery.platform == platform and self._may_be_spoilt(delivery):
                self._seen += 1
                yield delivery if self._seen % EVERY else self._spoilt(delivery)
            else:
                yield delivery

    def _may_be_spoilt(self, one: Delivery) -> bool:
        return one.topic == "orders" and one.kind is Kind.fact and one.arrival < self._until

    def _spoilt(self, one: Delivery) -> Delivery:
        way = self._seen // EVERY % 7
        if way == 0:
            self.lost += 1
            return one._replace(kind=Kind.lost)
        reason, spoilt = _WAYS[way - 1]
        self.refused[reason] += 1
        return spoilt(one)


def _cut_off(one: Delivery) -> Delivery:
    return one._replace(kind=Kind.raw, head=one.head + one.tail[1:120])


def _paid_too_much(one: Delivery) -> Delivery:
    return one._replace(tail=one.tail.replace(PAID, PAID + b"9", 1))


def _subsidy_above_price(one: Delivery) -> Delivery:
    return one._replace(tail=one.tail.replace(SUBSIDY, SUBSIDY + b"9999999", 1))


def _many(one: Delivery) -> Delivery:
    return one._replace(tail=one.tail.replace(QUANTITY, QUANTITY + b'"many","was":', 1))


def _not_retail(one: Delivery) -> Delivery:
    return one._replace(tail=one.tail.replace(RETAIL, b'"self_operated":true', 1))


def _from_nowhere(one: Delivery) -> Delivery:
    head = one.head.replace(f'"platform":"{one.platform}"'.encode(), f'"platform":"{NOWHERE}"'.encode(), 1)
    return one._replace(head=head, platform=NOWHERE, reporter=f"{NOWHERE}-feed")


_WAYS = (
    ("not_json", _cut_off),
    ("arithmetic", _paid_too_much),
    ("bounds", _subsidy_above_price),
    ("shape", _many),
    ("subject_kind", _not_retail),
    ("unknown_platform", _from_nowhere),
)
