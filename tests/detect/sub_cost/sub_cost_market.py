"""A small market: one merchant's SKU on one platform, told as events and run through the engine minute by minute."""

from collections import Counter

import msgspec

from monitor import events as e
from monitor.detect.sub_cost import DETECTOR
from monitor.engine import Partition, advance, fold
from monitor.engine.desk import Desk
from monitor.eventtime.china import DAY, HOUR, MINUTE, day_of, day_start, instant, written


def registered(platform):
    """Register a platform that sends clock records."""
    return e.PlatformRegistered(
        event_id=f"registered-{platform}",
        source="office#1",
        sequence=1,
        sent_time=0,
        effective_from=0,
        author="office",
        reason="test",
        platform=platform,
        name=e.Name("平", "P"),
        topics=(e.Topic.orders, e.Topic.offers, e.Topic.shops),
        disorder_ms=600_000,
        sends_clock=True,
    )


def at(text):
    """Read "2025-03-03 09:05" in China Standard Time."""
    return instant(*text.split(" "))


class Market:
    """Events by the minute of their arrival; `play` runs them with clock records hourly, at 00:30 and after each."""

    def __init__(self, subject="m1:a", category="rice"):
        self.subject = subject
        self.category = category
        self.told = []
        self.number = 0
        self.partition = Partition(0, (DETECTOR,))
        self.offsets = {}
        self.sequences = {}
        self.revisions = []
        self.cuts = False
        self.stored = {}

    def _tell(self, topic, type_, time, arrives=None, **fields):
        self.number += 1
        common = {"event_id": f"{type_.__name__}-{self.number:05d}", "source": "", "sequence": 1, "sent_time": time}
        event = type_(**common, **fields)
        self.told.append((arrives or -(-time // MINUTE) * MINUTE, topic, event))
        return event

    def _fact(self, topic, kind, time, actor=e.Actor.merchant, arrives=None, **fields):
        own = {
            "platform": "p",
            "shop": "s",
            "subject": self.subject,
            "event_time": time,
            "source_grade": e.SourceGrade.platform_feed,
            "actor": actor,
        }
        return self._tell(topic, kind, time, arrives, **{**own, **fields})

    def cost(self, low=1000, grade="A", time="2025-03-01 12:00", sku="k", product=None, **fields):
        """Declare a cost, of the SKU or with `sku` None of a product."""
        whose = {"platform": "p", "shop": "s", "subject": self.subject} if sku else {}
        said = {
            "low_fen": low,
            "high_fen": low + 100,
            "per_quantity": 1,
            "unit": e.Unit.piece,
            "level": e.CostLevel.L1,
            "grade": e.CostGrade(grade),
            "seller_kind": e.SellerKind.trader,
            "vat_included": True,
            "freight_included": True,
            "valid_from": 0,
            "document": "inv-1",
        }
        common = {"source_grade": e.SourceGrade.platform_feed, "actor": e.Actor.merchant, "event_time": at(time)}
        return self._tell(
            "costs", e.CostDeclared, at(time), sku=sku, product=product, **whose, **common, **{**said, **fields}
        )

    def withdraw(self, cost, time):
        """Withdraw a declared cost."""
        whose = {"platform": cost.platform, "shop": cost.shop, "subject": cost.subject, "event_time": at(time)}
        common = {"source_grade": e.SourceGrade.platform_feed, "actor": e.Actor.merchant}
        return self._tell("costs", e.CostWithdrawn, at(time), declaration=cost.event_id, **whose, **common)

    def line(self, time, price=900, quantity=4, subsidy=0, discount=0, arrives=None, kind=e.LinePlaced, **fields):
        """Place a line; amounts are per unit, `price` is what the seller takes before his discount."""
        when = at(time) if isinstance(time, str) else time
        said = {
            "order": f"o{self.number}",
            "line": 1,
            "sku": "k",
            "category": self.category,
            "quantity": quantity,
            "unit": e.Unit.piece,
            "list_fen": price * quantity,
            "seller_discount_fen": discount * quantity,
            "platform_subsidy_fen": subsidy * quantity,
            "third_party_subsidy_fen": 0,
            "buyer_paid_fen": (price - discount - subsidy) * quantity,
            "commission_fen": 0,
            "service_fen": 0,
            "seller_delivery_fen": 0,
            "vat_included": True,
            "self_operated": self.subject.startswith("r"),
            "first_order": False,
        }
        return self._fact("orders", kind, when, arrives=at(arrives) if arrives else None, **{**said, **fields})

    def lines(self, days, count=10, first="09:05", step=HOUR, **fields):
        """Place `count` equal lines a day, an hour apart."""
        return [self.line(at(f"{day} {first}") + step * place, **fields) for day in days for place in range(count)]

    def refund(self, line, time, quantity=None, kind=e.LineRefunded, reason=e.RefundReason.returned):
        """Take a line back, whole unless `quantity` says less."""
        repeated = {
            name: getattr(line, name)
            for name in e.LinePlaced.__struct_fields__
            if name not in {"event_id", "source", "sequence", "sent_time", "event_time"}
        }
        back = {
            "placed_time": line.event_time,
            "refunded_quantity": line.quantity if quantity is None else quantity,
            "refunded_fen": line.buyer_paid_fen,
            "refund_reason": reason,
        }
        return self._tell("orders", kind, at(time), event_time=at(time), **repeated, **back)

    def offer(self, kind, time, actor=e.Actor.merchant, **fields):
        """Tell something of the offers topic."""
        return self._fact("offers", kind, at(time), actor=actor, **fields)

    def exempt(self, start, end, time, **fields):
        """File an exemption over [start, end)."""
        said = {"exemption": "ex", "kind": "near_expiry", "platform": "p", "sku": "k", "category": None}
        entry = {"effective_from": at(time), "author": "office", "reason": "test", "subject": self.subject}
        span = {"from_": at(start), "to": None if end is None else at(end)}
        return self._tell("control", e.ExemptionGranted, at(time), **entry, **{**said, **fields}, **span)

    def revoke(self, effective, time):
        """Revoke it from an instant on."""
        entry = {"effective_from": at(effective), "author": "office", "reason": "test", "subject": self.subject}
        return self._tell("control", e.ExemptionRevoked, at(time), **entry, exemption="ex")

    def lose(self, time):
        """Lose an order record on the way: its number is missing from the platform's feed."""
        self.told.append((at(time), "orders", None))

    def play(self, until, *, hourly=True):
        """Run everything told, with clock records up to a time; answers the revisions in short."""
        for platform in ("p", "q"):
            self._fold("control", registered(platform), 0)
        arriving = {}
        for minute, topic, event in sorted(self.told, key=lambda one: one[0]):
            arriving.setdefault(minute, []).append((topic, event))
        for minute in self._minutes(arriving, at(until), hourly=hourly):
            for topic, event in arriving.get(minute, []):
                self._fold(topic, event, minute)
            for topic in ("offers", "orders"):
                self._fold(topic, self._clock(minute), minute)
            if self.cuts:
                self.cut()
        return self.rows()

    def _minutes(self, arriving, until, *, hourly):
        first = day_start(day_of(min(arriving)))
        strikes = {t for day in range(first, until + 1, DAY) for t in (day + 30 * MINUTE,)}
        if hourly:
            strikes |= set(range(first, until + 1, HOUR))
        return sorted(minute for minute in strikes | set(arriving) if minute <= until)

    def _clock(self, minute):
        self.number += 1
        return e.ClockAdvanced(
            event_id=f"clock-{self.number}",
            source="",
            sequence=1,
            sent_time=minute,
            platform="p",
            event_time=minute,
            clock=minute,
            last_sequence=0,
            count=0,
        )

    def _fold(self, topic, event, minute):
        self.sequences[topic] = self.sequences.get(topic, 0) + 1
        if event is None:
            return
        offset = self.offsets.get(topic, -1) + 1
        self.offsets[topic] = offset
        stamped = msgspec.structs.replace(event, source=f"{topic}#1", sequence=self.sequences[topic])
        record = e.Record(stamped, msgspec.json.encode(stamped), topic, offset, minute)
        fold(self.partition, [record])
        while advance(self.partition):
            pass
        self.revisions += self.partition.revisions
        self.partition.revisions = []

    def cut(self):
        """Commit and start again from what a transaction wrote."""
        before = self.partition
        for key, value in before.take().state:
            if value is None:
                self.stored.pop(key, None)
            else:
                self.stored[key] = value
        self.partition = Partition(0, (DETECTOR,))
        for key, value in self.stored.items():
            self.partition.restore(key, value)
        self.partition.open()

    def rows(self):
        """Write each revision as `O n p 03-03 14:00 opened`, the id's first letters left out."""
        found = []
        for revision in self.revisions:
            body = msgspec.json.decode(revision.value)
            provisional = " p" if body["provisional"] else ""
            clock = written(body["window"]["clock"])
            letter = revision.status[0].upper()
            found.append(f"{letter} {body['level'][0]}{provisional} {clock[5:10]} {clock[11:16]} {body['reason']}")
        return found

    @property
    def last(self):
        """The last revision's body."""
        return msgspec.json.decode(self.revisions[-1].value)

    @property
    def facts(self):
        """The last revision's facts by name."""
        return {fact["name"]: fact["value"] for fact in self.last["facts"]}

    @property
    def checks(self):
        """The last revision's checks by name."""
        return {check["look_alike"]: check["state"] for check in self.last["checks"]}

    def counts(self):
        """The non-verdicts so far, by name."""
        found = Counter()
        self.partition.file_counts()
        for key in self.state_keys():
            if key.startswith("N\n"):
                for column, count in self.desk.get(key).of.items():
                    found[column.partition("\t")[0]] += count
        return dict(found)

    def state_keys(self):
        """All keys of the state."""
        return {*self.partition.keys.live, *self.partition.keys.stored}

    @property
    def desk(self):
        """The partition as a detector sees it."""
        return Desk(self.partition)
