"""Records for a partition of the real engine with a toy detector, and a commit as the stream layer reports it."""

from dataclasses import dataclass, field

import msgspec

from monitor.detect.registry import Detector, Family, Maturity, OffenceCard
from monitor.engine import advance, fold
from monitor.engine.partition import Changes
from monitor.events import ControlEvent, LinePlaced, OrdersEvent, Reason, Record, Refusal
from monitor.eventtime.china import HOUR, MINUTE, instant
from monitor.findings import Revision, Severity, Status

DECODERS = {"orders": msgspec.json.Decoder(OrdersEvent), "control": msgspec.json.Decoder(ControlEvent)}
T0 = instant("2021-03-01", "09:00")
NOW = T0 + HOUR
CARD = OffenceCard("", "", "", (), (), "", (), (), ())


class Lines(msgspec.Struct):
    count: int = 0


class NoParameters(msgspec.Struct, frozen=True):
    least: int = 1


def _observe(desk, record):
    key = f"t\n{record.event.subject}\n{record.event.platform}"
    lines = desk.get(key) or Lines()
    lines.count += 1
    desk.put(key, lines, T0 + 9 * HOUR)
    desk.tally("toy", "clear")
    desk.tally("toy", "an outcome of its own")


TOY = Detector(
    "toy",
    "1.0",
    Maturity.sandbox,
    CARD,
    NoParameters,
    (Family("t", Lines),),
    {LinePlaced: _observe},
    lambda *_: None,
)


def registered(sequence, platform):
    return {
        "type": "platform_registered", "event_id": f"r{sequence}", "source": "office#1", "sequence": sequence,
        "effective_from": 0, "sent_time": 0, "author": "office", "reason": "", "platform": platform,
        "name": {"zh": "甲", "en": "P"}, "topics": ["orders"], "disorder_ms": 0, "sends_clock": False,
    }  # fmt: skip


def line(sequence, time, platform="p", grade="platform_feed"):
    return {
        "type": "line_placed", "event_id": f"e{sequence}", "platform": platform, "shop": "s", "subject": "m1:a",
        "source": f"{platform}-{grade}#1", "sequence": sequence, "event_time": time, "sent_time": time,
        "source_grade": grade, "actor": "merchant", "order": "o", "line": 1, "sku": "k", "quantity": 1,
        "unit": "piece", "list_fen": 10, "seller_discount_fen": 0, "platform_subsidy_fen": 0,
        "third_party_subsidy_fen": 0, "buyer_paid_fen": 10, "commission_fen": 0, "service_fen": 0,
        "seller_delivery_fen": 0, "vat_included": True, "self_operated": False, "first_order": False,
    }  # fmt: skip


def records(topic, values, first=0):
    made = []
    for offset, value in enumerate(values, first):
        raw = msgspec.json.encode(value)
        made.append(Record(DECODERS[topic].decode(raw), raw, topic, offset, value.get("event_time", 0) + MINUTE))
    return made


def refused(offset, reason=Reason.shape):
    refusal = Refusal(reason=reason, detail="", path="$", platform=None, source=None, sequence=None)
    return Record(refusal, b"{}", "orders", offset, T0)


def drive(partition, batch):
    while batch:
        batch = batch[fold(partition, batch) :]
        while advance(partition):
            pass


def revision(platform="p", **changes):
    given = {
        "alert_id": "a" * 32, "revision": 1, "status": Status.opened, "reason": "new", "severity": Severity.high,
        "typology": "toy", "platform": platform, "subject": "m1:a", "event_time": T0, "sequence": 1, "value": b"{}",
    }  # fmt: skip
    return Revision(**given | changes)


@dataclass
class Commit:
    changes: Changes
    revisions: list[Revision] = field(default_factory=list)
    partition: int = 0
    encode_s: float = 0.001
    produce_s: float = 0.003
    network_s: float = 0.004
    appended_ms: int = NOW - 20
    acked_ms: int = NOW


@dataclass
class Fetched:
    value: bytes | None
