"""The engine folds records in order, advances clocks between them, and its state can be cut and resumed anywhere."""

import msgspec
import pytest

from monitor.detect.registry import Clock, Detector, Family, Maturity, OffenceCard
from monitor.engine import Partition, advance, fold
from monitor.errors import TornTransaction
from monitor.events import (
    ClockAdvanced,
    ControlEvent,
    LinePlaced,
    OrdersEvent,
    Reason,
    Record,
    Refusal,
)
from monitor.eventtime.china import HOUR, MINUTE, instant

DECODERS = {"orders": msgspec.json.Decoder(OrdersEvent), "control": msgspec.json.Decoder(ControlEvent)}
T0 = instant("2021-03-01", "09:00")


class Tally(msgspec.Struct):
    lines: int = 0
    rings: int = 0


class NoParameters(msgspec.Struct, frozen=True):
    least: int = 1


def _observe(desk, record):
    event = record.event
    key = f"t\n{event.subject}\n{event.platform}"
    tally = desk.get(key) or Tally()
    tally.lines += 1
    desk.put(key, tally, T0 + HOUR)


def _due(desk, key, due):
    tally = desk.get(key)
    tally.rings += 1
    desk.put(key, tally, 0)
    desk.tally("toy", f"rang at {due}")


CARD = OffenceCard("", "", "", (), (), "", (), (), ())


def toy():
    families = (Family("t", Tally, Clock.platform),)
    return Detector("toy", "1.0", Maturity.sandbox, CARD, NoParameters, families, {LinePlaced: _observe}, _due)


def line(sequence, time, platform="p", subject="m1:a"):
    return {
        "type": "line_placed", "event_id": f"e{sequence}", "platform": platform, "shop": "s", "subject": subject,
        "source": f"{platform}-feed#1", "sequence": sequence, "event_time": time, "sent_time": time,
        "source_grade": "platform_feed", "actor": "merchant", "order": "o", "line": 1, "sku": "k", "quantity": 1,
        "unit": "piece", "list_fen": 10, "seller_discount_fen": 0, "platform_subsidy_fen": 0,
        "third_party_subsidy_fen": 0, "buyer_paid_fen": 10, "commission_fen": 0, "service_fen": 0,
        "seller_delivery_fen": 0, "vat_included": True, "self_operated": False, "first_order": False,
    }  # fmt: skip


def clock(sequence, time, platform="p"):
    return {
        "type": "clock_advanced", "event_id": f"c{sequence}", "platform": platform, "source": f"{platform}-feed#1",
        "sequence": sequence, "event_time": time, "sent_time": time, "clock": time, "last_sequence": 0, "count": 0,
    }  # fmt: skip


def registered(sequence=1, platform="p", **changes):
    return {
        "type": "platform_registered", "event_id": f"r{sequence}", "source": "office#1", "sequence": sequence,
        "effective_from": 0, "sent_time": 0, "author": "office", "reason": "", "platform": platform,
        "name": {"zh": "甲", "en": "P"}, "topics": ["orders"], "disorder_ms": 0, "sends_clock": True, **changes,
    }  # fmt: skip


def silent(sequence, offsets, clock, platform="p", kind="platform_silent"):
    entry = {
        "type": kind, "event_id": f"s{sequence}", "source": "judge#1", "sequence": sequence, "effective_from": 0,
        "sent_time": 0, "author": "judge", "reason": "", "platform": platform, "offsets": offsets,
    }  # fmt: skip
    if kind == "platform_silent":
        entry |= {"topics": ["orders"], "since": T0, "clock": clock}
    return entry


def records(topic, values, first=0):
    made = []
    for offset, value in enumerate(values, first):
        raw = msgspec.json.encode(value)
        time = value.get("event_time", 0)
        made.append(Record(DECODERS[topic].decode(raw), raw, topic, offset, time + MINUTE))
    return made


def drive(partition, batch):
    while batch:
        batch = batch[fold(partition, batch) :]
        while advance(partition):
            pass


@pytest.fixture
def partition():
    made = Partition(0, (toy(),))
    drive(made, records("control", [registered()]))
    return made


def value(partition, key="t\nm1:a\np"):
    return partition.keys.get(key)


def test_fold_stops_when_a_clock_makes_keys_due(partition):
    """A record behind a clock record that makes a key due waits until the key was taken."""
    batch = records("orders", [line(1, T0), clock(2, T0 + HOUR), line(3, T0 + HOUR)])

    assert fold(partition, batch) == 2
    assert fold(partition, batch[2:]) == 0
    assert advance(partition) == 1
    assert advance(partition) == 0
    assert value(partition).rings == 1


def test_a_clock_a_millisecond_short_makes_nothing_due(partition):
    """A key is due when the clock is at its due time, not before."""
    drive(partition, records("orders", [line(1, T0), clock(2, T0 + HOUR - 1)]))

    assert value(partition).rings == 0


def test_a_repeat_is_counted_and_not_folded(partition):
    """A sequence number that came before is a duplicate."""
    drive(partition, records("orders", [line(1, T0), line(1, T0)]))

    assert (partition.ledger["orders"].judged, partition.ledger["orders"].duplicate) == (1, 1)
    assert value(partition).lines == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([line(1, T0, platform="nobody")], Reason.unknown_platform),
        ([clock(1, T0), clock(2, T0 + 9 * 24 * HOUR), line(3, T0)], Reason.too_late),
    ],
)
def test_the_engine_refuses(partition, lines, reason):
    """A record of an unknown platform or of a day long closed is refused with its reason."""
    drive(partition, records("orders", lines))

    assert [reason] == [record.event.reason for record in partition.refused]


def test_a_record_from_the_future_is_refused(partition):
    """An event more than five minutes ahead of its append time is refused, one at five minutes is not."""
    batch = records("orders", [line(1, T0), line(2, T0)])
    batch[0].append_time = T0 - 5 * MINUTE
    batch[1].append_time = T0 - 5 * MINUTE - 1
    drive(partition, batch)

    assert [record.offset for record in partition.refused] == [1]


def test_a_refused_record_leaves_no_hole(partition):
    """The number of a record that did not decode is not missing."""
    batch = records("orders", [line(1, T0), line(2, T0), line(3, T0)])
    batch[1].event = Refusal(reason=Reason.shape, detail="", platform="p", source="p-feed#1", sequence=2)
    drive(partition, batch)

    assert partition.numberings.get("p", "p-feed#1", "orders").seen.holes() == []
    assert partition.ledger["orders"].rejected == 1


def resumed(partition):
    """Write everything into a log and open a new partition from it."""
    again = Partition(0, (toy(),))
    for key, raw in partition.log.items():
        again.restore(key, raw)
    again.open()
    again.log = partition.log
    return again


def commit(partition):
    partition.log = getattr(partition, "log", {})
    for key, raw in partition.take().state:
        if raw is None:
            partition.log.pop(key, None)
        else:
            partition.log[key] = raw
    return partition


def test_cut_and_resumed_state_is_the_same_bytes(partition):
    """A partition written and reopened after every record ends with the bytes of one that was not."""
    batch = records(
        "orders", [line(1, T0), clock(2, T0 + HOUR), line(4, T0), line(3, T0 - HOUR), clock(5, T0 + 2 * HOUR)]
    )
    cut = commit(Partition(0, (toy(),)))
    for one in [*records("control", [registered()]), *batch]:
        drive(cut, [one])
        cut = resumed(commit(cut))
    drive(partition, batch)
    commit(partition)
    numberless = {key: raw[:1] + raw[9:] for key, raw in partition.log.items() if key != b"M"}

    assert numberless == {key: raw[:1] + raw[9:] for key, raw in cut.log.items() if key != b"M"}


def test_a_value_newer_than_the_meta_record_is_refused(partition):
    """A state record of a transaction that the meta record does not know refuses the start."""
    drive(partition, records("orders", [line(1, T0)]))
    old = commit(partition).log[b"M"]
    drive(partition, records("orders", [line(2, T0)], first=1))
    commit(partition)
    partition.log[b"M"] = old

    with pytest.raises(TornTransaction, match="transaction 2"):
        resumed(partition)


def test_silence_waits_for_its_offsets_and_stands_for_the_clock(partition):
    """A silence is in force once the input offsets that it names are applied, and moves the platform clock alone."""
    drive(partition, records("control", [silent(1, {"orders": 1}, T0 + 5 * HOUR)], first=1))
    drive(partition, records("orders", [line(1, T0)]))
    before = partition.clocks.value("p")
    drive(partition, records("orders", [clock(2, T0)], first=1))

    assert before == -1
    assert partition.clocks.value("p") == T0 + 5 * HOUR
    assert partition.clocks.topic_value("p", "orders") == T0


def test_a_resumed_platform_never_sets_its_clock_back(partition):
    """After silence the platform clock stays where it was until the topic clocks have caught up."""
    entries = [silent(1, {}, T0 + 5 * HOUR), silent(2, {}, 0, kind="platform_resumed")]
    drive(partition, records("control", entries, first=1))
    drive(partition, records("orders", [clock(1, T0 + HOUR)]))

    assert partition.clocks.value("p") == T0 + 5 * HOUR
    assert partition.clocks.unfilled_silences("p") == [(T0, T0 + 5 * HOUR + 1)]


def test_without_clock_records_the_newest_event_less_the_disorder_is_the_clock():
    """A platform that sends no clock records is timed by its own feed less its disorder bound."""
    made = Partition(0, (toy(),))
    drive(made, records("control", [registered(sends_clock=False, disorder_ms=MINUTE)]))
    drive(made, records("orders", [line(1, T0), line(2, T0 - HOUR)]))

    assert made.clocks.value("p") == T0 - MINUTE
    assert isinstance(records("orders", [clock(1, T0)])[0].event, ClockAdvanced)


def test_a_refused_complaint_names_no_platform(partition):
    """What is refused goes to its platform's feedback, and a complaint must not."""
    late = line(3, T0, subject="m1:b") | {"source": "desk#1", "sequence": 1, "source_grade": "complaint"}
    drive(partition, records("orders", [clock(1, T0), clock(2, T0 + 9 * 24 * HOUR), late]))

    assert [(Reason.too_late, None)] == [(one.event.reason, one.event.platform) for one in partition.refused]
