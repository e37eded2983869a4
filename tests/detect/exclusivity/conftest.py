"""Stories told to the real engine: events of a merchant M on P and rivals, and the clocks of all platforms."""

from dataclasses import dataclass, field

import msgspec
import pytest

from monitor.detect.exclusivity import DETECTOR
from monitor.engine import Partition, advance, fold
from monitor.events import (
    ControlEvent,
    ListingState,
    OffersEvent,
    OrdersEvent,
    Record,
    ShopsEvent,
)
from monitor.eventtime.china import DAY, HOUR, MINUTE, day_end, day_of, day_start, instant, written

DECODERS = {
    "orders": msgspec.json.Decoder(OrdersEvent),
    "offers": msgspec.json.Decoder(OffersEvent),
    "shops": msgspec.json.Decoder(ShopsEvent),
    "control": msgspec.json.Decoder(ControlEvent),
}
OFFERS = {
    "price_changed", "price_overridden", "promotion_joined", "promotion_left", "promotion_forced",
    "auto_follow_enabled", "auto_follow_disabled",
}  # fmt: skip
LINES = {"line_placed", "line_cancelled", "line_refunded"}
LINE = {
    "order": "o", "line": 1, "sku": "k", "product": None, "category": None, "region": None, "quantity": 1,
    "unit": "piece", "list_fen": 100, "seller_discount_fen": 0, "platform_subsidy_fen": 0,
    "third_party_subsidy_fen": 0, "third_party": None, "buyer_paid_fen": 100, "commission_fen": 0, "service_fen": 0,
    "seller_delivery_fen": 0, "vat_included": True, "self_operated": False, "campaign": None, "first_order": False,
    "gift_of": None,
}  # fmt: skip
LEVER = {
    "scope": {"kind": "shop", "value": None}, "value_before": None, "value_after": None, "unit": "count",
    "rival_named": None, "lever_id": None,
}  # fmt: skip


@dataclass
class Story:
    """Events in order of telling; `arrives` is when a record is read, its event time unless said otherwise."""

    platforms: tuple[str, ...] = ("P", "Q")
    subject: str = "m1:M"
    events: list[tuple[int, dict]] = field(default_factory=list)
    silent: dict[str, tuple[int, int]] = field(default_factory=dict)

    def tell(self, kind, platform, day, clock, *, arrives=None, shop=None, actor="merchant", **fields):
        """Tell an event at a day and time; answers its event id."""
        time = instant(day, clock)
        name = fields.pop("event_id", f"e{len(self.events):04d}")
        event = {
            "type": kind, "event_id": name, "platform": platform, "shop": shop or f"{platform}-shop",
            "subject": self.subject, "event_time": time, "sent_time": time,
            "source_grade": "platform_feed", "actor": actor, "basis": None, **fields,
        }  # fmt: skip
        self.events.append((instant(*arrives) if arrives else time, event))
        return name

    @staticmethod
    def topic(event):
        """The topic of an event."""
        return "orders" if event["type"] in LINES else "offers" if event["type"] in OFFERS else "shops"

    def line(self, platform, day, clock="12:00", kind="line_placed", **fields):
        """Tell an order line."""
        return self.tell(kind, platform, day, clock, **{**LINE, **fields})

    def history(self, before, days, platforms=("P", "Q")):
        """Tell MH(n): on each of the days before a lever's day one line on each platform."""
        start = day_of(instant(before))
        for back in range(days, 0, -1):
            day = written(day_start(start - back))[:10]
            for platform in platforms:
                self.line(platform, day, event_id=f"line-{platform}-{day}")

    def lever(self, lever, day, clock, platform="P", kind="lever_pulled", actor="platform_staff", **fields):
        """Tell a lever pulled or released."""
        return self.tell(kind, platform, day, clock, actor=actor, lever=lever, **{**LEVER, **fields})

    def status(self, status, platform, day, clock, actor="merchant", **fields):
        """Tell a shop's status."""
        more = {"reason_code": None, "region": None, "category": None, "opened_on": None, **fields}
        return self.tell("status_changed", platform, day, clock, actor=actor, status=status, **more)

    def listing(self, state: ListingState, platform, day, clock, actor="merchant", sku=None, **fields):
        """Tell a listing."""
        more = {"listed_count": None, "stock": None, **fields}
        return self.tell("listing_changed", platform, day, clock, actor=actor, state=state, sku=sku, **more)

    def complaint(self, kind, day, clock, **fields):
        """Tell a complaint or a refusal, of complaint grade."""
        grade = {"source_grade": "complaint", "channel": "12315", "reference": "c-1"}
        return self.tell(kind, "P", day, clock, **grade, **fields)

    def agreement(self, platform, day, clock, *, name="a", since=None, to=None, fen=1000, paid=None, arrives=None):
        """Tell an exclusive agreement, paid when it is made unless said otherwise."""
        made = instant(day, clock)
        more = {"agreement": name, "from": since or made, "to": to, "consideration_fen": fen}
        more["paid_time"] = made if paid is None else paid
        return self.tell("exclusivity_agreed", platform, day, clock, arrives=arrives, **more)

    def sanction(self, day, clock, notice="n-1", ground="counterfeit", measure="BLOCK_SHOP", **fields):
        """Tell a published sanction of P."""
        more = {"decided_time": instant(day, clock), "from": instant(day, clock), "to": None}
        return self.tell(
            "sanction_published", "P", day, clock, actor="platform_staff", notice=notice, ground=ground,
            measure=measure, **more, **fields,
        )  # fmt: skip

    def price(self, net, day, clock, platform="P", sku="k", **fields):
        """Tell a price of the merchant's own."""
        return self.tell("price_changed", platform, day, clock, sku=sku, list_fen=net, net_fen=net, **fields)

    def run(self):
        """Run the story on the engine to the last event + 9 d, with the clocks of the reference stories."""
        return Run(self).play()

    def at(self, *instants):
        """Run the story with clocks at these instants only, each a day and time; nothing is read after the last."""
        return Run(self).tick_at([instant(day, clock) for day, clock in instants])


class Run:
    """A story run on one partition: every revision with the clock of the batch in which it was published."""

    def __init__(self, story, partition=None):
        self.story = story
        self.partition = partition or Partition(0, [DETECTOR], mode="backtest")
        self.offsets: dict[str, int] = {}
        self.sequences: dict[tuple[str, str], int] = {}
        self.revisions: list[dict] = []
        self.headers: list = []
        self.now = 0
        self._waiting = sorted(story.events, key=lambda item: item[0])
        self._register()

    def _register(self):
        for platform in self.story.platforms:
            entry = {
                "type": "platform_registered", "event_id": f"r-{platform}", "effective_from": 0, "sent_time": 0,
                "author": "office", "reason": "", "platform": platform, "name": {"zh": "甲", "en": platform},
                "topics": ["orders", "offers", "shops"], "disorder_ms": 0, "sends_clock": True,
            }  # fmt: skip
            self.feed("control", entry, 0, source="office#1")

    def play(self):
        """Run to the last event + 9 d: clock records each minute on days with events, else hourly and at 00:30."""
        times = [time for arrives, event in self._waiting for time in (arrives, event["event_time"])]
        start, end = min(times), max(times) + 9 * DAY
        return self.tick_at(ticks(start, end, {day_of(time) for time in times}))

    def tick_at(self, clocks):
        """Read what has arrived by each instant, then move all clocks there."""
        for clock in clocks:
            self.now = clock
            while self._waiting and self._waiting[0][0] <= clock:
                arrives, event = self._waiting.pop(0)
                self.tell(event, arrives)
            self.tick(clock)
        return self

    def tell(self, event, arrives):
        """Read one event."""
        topic = Story.topic(event)
        desk = "desk" if event["source_grade"] == "complaint" else event["source_grade"].replace("_", "-")
        self.feed(topic, event, max(arrives, event["event_time"]), source=f"{event['platform']}-{desk}#1")

    def tick(self, clock):
        """Move the clocks of all platforms that are not silent."""
        for platform in self.story.platforms:
            since, resumed = self.story.silent.get(platform, (0, 0))
            if since <= clock < resumed:
                continue
            for topic in ("orders", "offers", "shops"):
                entry = {
                    "type": "clock_advanced", "event_id": f"c-{platform}-{topic}-{clock}", "platform": platform,
                    "event_time": clock, "sent_time": clock, "clock": clock, "last_sequence": 0, "count": 0,
                }  # fmt: skip
                self.feed(topic, entry, clock, source=f"{platform}-platform-feed#1")

    def feed(self, topic, entry, append_time, source):
        """Stamp and fold one record, and take what becomes due."""
        if "sequence" not in entry:
            number = self.sequences[source, topic] = self.sequences.get((source, topic), 0) + 1
            entry = {"source": source, "sequence": number, **entry}
        raw = msgspec.json.encode(entry)
        offset = self.offsets[topic] = self.offsets.get(topic, -1) + 1
        assert fold(self.partition, [Record(DECODERS[topic].decode(raw), raw, topic, offset, append_time)]) == 1
        while advance(self.partition):
            pass
        for revision in self.partition.revisions:
            self.headers.append(revision)
            self.revisions.append({"clock": self.now, **msgspec.json.decode(revision.value)})
        assert self.partition.refused == []
        self.partition.revisions.clear()

    @property
    def last(self):
        """The body last published."""
        return self.revisions[-1]

    def told(self, *names):
        """Each revision as status letter, level letter, day and time of P's clock, and other fields by name."""
        return [
            (
                r["status"][0].upper(),
                r["level"][0],
                written(r["clock"])[8:16].replace("T", " "),
                *(r[name] for name in names),
            )
            for r in self.revisions
        ]

    def checks(self, revision=None):
        """The checks of a body by name."""
        return {check["look_alike"]: check["state"] for check in (revision or self.last)["checks"]}

    def fact(self, name, revision=None):
        """A fact of a body, None if it has none of that name."""
        return next((f["value"] for f in (revision or self.last)["facts"] if f["name"] == name), None)

    def counts(self, *, category=False):
        """The non-verdicts counted, as (name, platform, day) -> amount; with the category after the name if wanted."""
        found = {}
        self.partition.file_counts()
        for key in [*self.partition.keys.stored, *self.partition.keys.live]:
            tag, _, platform, *rest = key.split("\n")
            if tag == "N":
                for column, amount in self.partition.keys.get(key).of.items():
                    name, _, of = column.partition("\t")
                    found[name, *([of] if category else []), platform, int(rest[0])] = amount
        return found


def ticks(start, end, busy):
    """Clock times: each minute on days with events, else hourly and at 00:30."""
    for day in range(day_of(start), day_of(end) + 1):
        begin = day_start(day)
        if day in busy:
            times = range(begin, day_end(day), MINUTE)
        else:
            times = sorted([*range(begin, day_end(day), HOUR), begin + 30 * MINUTE])
        yield from (time for time in times if start - DAY <= time <= end)


@pytest.fixture
def story():
    """A story of P and a rival Q, with nothing told yet."""
    return Story()


@pytest.fixture
def stories():
    """Makes stories."""
    return Story
