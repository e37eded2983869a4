"""No bytes stop the decoder: each bad record is refused for its reason, and its neighbours are read."""

import json
import time
from typing import Any

import pytest

from monitor.events import CostDeclared, LinePlaced, Reason, Refusal
from monitor.wire.bounds import CHECKS
from monitor.wire.decode import Decoder

LINE: dict[str, Any] = {
    "type": "line_placed",
    "event_id": "mallone-line-7",
    "platform": "mallone",
    "shop": "mallone-s-12",
    "subject": "m1:0c94ae310f",
    "source": "mallone-feed#2",
    "sequence": 7,
    "event_time": 1_700_000_000_000,
    "sent_time": 1_700_000_000_300,
    "source_grade": "platform_feed",
    "actor": "merchant",
    "basis": None,
    "order": "mallone-o-1",
    "line": 1,
    "sku": "mallone-k-9",
    "quantity": 2,
    "unit": "piece",
    "list_fen": 5000,
    "seller_discount_fen": 500,
    "platform_subsidy_fen": 300,
    "third_party_subsidy_fen": 200,
    "buyer_paid_fen": 4000,
    "commission_fen": 200,
    "service_fen": 10,
    "seller_delivery_fen": 0,
    "vat_included": True,
    "self_operated": False,
    "first_order": False,
}
COST: dict[str, Any] = {
    "type": "cost_declared",
    "event_id": "mallone-cost-1",
    "platform": "mallone",
    "shop": "mallone-s-12",
    "subject": "m1:0c94ae310f",
    "source": "mallone-feed#2",
    "sequence": 1,
    "event_time": 1_700_000_000_000,
    "sent_time": 1_700_000_000_300,
    "source_grade": "platform_feed",
    "actor": "merchant",
    "sku": "mallone-k-9",
    "low_fen": 1000,
    "high_fen": 1200,
    "per_quantity": 1,
    "unit": "piece",
    "level": "L1",
    "grade": "A",
    "seller_kind": "trader",
    "vat_included": True,
    "freight_included": True,
    "valid_from": 1_690_000_000_000,
}
GOOD = json.dumps(LINE).encode()


def read(topic: str, raw: bytes | None, headers: Any = ()):
    """Decode one value on the only partition of one."""
    return Decoder(1, 0).decode(topic, raw, b"m1:0c94ae310f", headers, 11, 1_700_000_001_000).event


def line(**changes: Any) -> bytes:
    return json.dumps(LINE | changes).encode()


def cost(**changes: Any) -> bytes:
    return json.dumps(COST | changes).encode()


def without(name: str) -> bytes:
    return json.dumps({field: value for field, value in LINE.items() if field != name}).encode()


def nested(depth: int) -> bytes:
    return GOOD[:-1] + b',"more":' + b"[" * depth + b"]" * depth + b"}"


NOT_JSON = {
    "missing value": None,
    "empty": b"",
    "blank": b"  ",
    "truncated": GOOD[:200],
    "truncated in a string": GOOD[:30],
    "trailing junk": GOOD + b"x",
    "two values": GOOD + b"\n" + GOOD,
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "NaN": GOOD.replace(b'"quantity": 2', b'"quantity": NaN'),
    "NaN in an unknown field": GOOD[:-1] + b',"more":NaN}',
    "Infinity": GOOD.replace(b'"quantity": 2', b'"quantity": Infinity'),
    "leading zero": GOOD.replace(b'"quantity": 2', b'"quantity": 02'),
    "bad UTF-8": GOOD.replace(b"mallone-k-9", b"\xff"),
    "bad UTF-8 in an unknown field": GOOD[:-1] + b',"more":"\xff"}',
    "bad UTF-8 in an unknown name": GOOD[:-1] + b',"\xff":1}',
    "surrogate in UTF-8": GOOD.replace(b"mallone-k-9", b"\xed\xa0\x80"),
    "lone surrogate": GOOD.replace(b"mallone-k-9", b"\\ud800"),
    "raw control character": GOOD.replace(b"mallone-k-9", b"a\x01"),
    "random bytes": bytes(range(256)),
    "a quote and brackets": b'"' + b"[" * 40,
    "seventeen brackets, cut": b"[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]",
}
SHAPE = {
    "an array": (b"[]", "$"),
    "a number": (b"1", "$"),
    "null": (b"null", "$"),
    "a string": (b'"line_placed"', "$"),
    "no type": (b'{"a":1}', "$.type"),
    "unknown type": (line(type="line_dreamt"), "$.type"),
    "type of another topic": (line(type="price_changed"), "$.type"),
    "type not a string": (line(type=7), "$.type"),
    "missing field": (without("list_fen"), "$.list_fen"),
    "text for a number": (line(list_fen="5000"), "$.list_fen"),
    "null for a number": (line(list_fen=None), "$.list_fen"),
    "bool for a number": (line(list_fen=True), "$.list_fen"),
    "float in money": (line(list_fen=5000.5), "$.list_fen"),
    "whole float in money": (line(list_fen=5000.0), "$.list_fen"),
    "exponent in money": (GOOD.replace(b'"list_fen": 5000', b'"list_fen": 5e3'), "$.list_fen"),
    "number for a bool": (line(self_operated=0), "$.self_operated"),
    "number for a text": (line(sku=9), "$.sku"),
    "unknown enum value": (line(actor="robot"), "$.actor"),
    "enum value that reads like a bound": (line(actor="` >= - at `$.x"), "$.actor"),
    "object for a text": (line(order={"id": 1}), "$.order"),
    "inside an object": (line(basis={"rule": 5}), "$.basis.rule"),
}
BOUNDS = {
    "negative money": (line(list_fen=-1), "$.list_fen"),
    "buyer paid below zero": (line(platform_subsidy_fen=5000, buyer_paid_fen=-700), "$.buyer_paid_fen"),
    "subsidy above the price": (line(platform_subsidy_fen=5000, buyer_paid_fen=0), "$.buyer_paid_fen"),
    "quantity zero": (line(quantity=0), "$.quantity"),
    "quantity too large": (line(quantity=10**9 + 1), "$.quantity"),
    "above 64 bits": (line(list_fen=2**64), "$.list_fen"),
    "forty digits": (line(list_fen=10**40), "$.list_fen"),
    "five thousand digits": (GOOD.replace(b'"list_fen": 5000', b'"list_fen": ' + b"9" * 5000), "$.list_fen"),
    "sequence zero": (line(sequence=0), "$.sequence"),
    "year 2300": (line(event_time=10**13 + 1), "$.event_time"),
    "long text": (line(sku="k" * 129), "$.sku"),
    "empty text": (line(sku=""), "$.sku"),
}
COSTS = {
    "low above high": (cost(low_fen=1201), Reason.bounds, "$.low_fen"),
    "valid for no time": (cost(valid_to=1_690_000_000_000), Reason.bounds, "$.valid_to"),
    "free": (cost(low_fen=0), Reason.bounds, "$.low_fen"),
    "a shop without its platform": (cost(platform=None), Reason.shape, "$"),
    "a shop without its sku": (cost(sku=None), Reason.shape, "$.sku"),
    "nobody's and of no product": (cost(platform=None, shop=None, subject=None), Reason.shape, "$.product"),
}
KIND = {
    "no kind": "0c94ae310f",
    "unknown kind": "x1:0c94ae310f",
    "no key version": "m:0c94ae310f",
    "key version in other digits": "m٣:0c94ae310f",
    "nothing behind the colon": "m1:",
    "control character": "m1:0c94\u0007ae",
    "zero-width character": "m1:0c94\u200bae",
    "retail on a merchant's line": "r1:mallone-k-9",
}


@pytest.mark.parametrize("raw", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_no_json_is_refused(raw):
    """Bytes that are not one JSON value in UTF-8 are `not_json`, wherever in the value that shows."""
    assert read("orders", raw).reason is Reason.not_json


@pytest.mark.parametrize(("raw", "path"), SHAPE.values(), ids=SHAPE)
def test_what_has_another_shape_is_refused(raw, path):
    """A wrong type, a missing field, an unknown type or enum value is `shape` at its JSON path."""
    said = read("orders", raw)

    assert (Reason.shape, path) == (said.reason, said.path)


@pytest.mark.parametrize(("raw", "path"), BOUNDS.values(), ids=BOUNDS)
def test_what_is_out_of_bounds_is_refused(raw, path):
    """A number or a length outside its bounds is `bounds` at its JSON path."""
    said = read("orders", raw)

    assert (Reason.bounds, path) == (said.reason, said.path)


@pytest.mark.parametrize(("raw", "reason", "path"), COSTS.values(), ids=COSTS)
def test_a_cost_that_says_nothing_is_refused(raw, reason, path):
    """A cost has an interval, a validity and goods that it is the cost of."""
    said = read("costs", raw)

    assert (reason, path) == (said.reason, said.path)


@pytest.mark.parametrize("subject", KIND.values(), ids=KIND)
def test_a_subject_of_no_or_the_wrong_kind_is_refused(subject):
    """A merchant's line needs a legible subject of a merchant."""
    assert read("orders", line(subject=subject)).reason is Reason.subject_kind


def test_a_merchant_on_a_retail_line_is_refused():
    """A line that the platform sells itself needs a retail subject, also after the subject was seen."""
    decoder = Decoder(1, 0)
    raws = (GOOD, line(self_operated=True), line(self_operated=True, subject="r1:mallone-k-9"))
    said = [decoder.decode("orders", raw, None, (), 0, 0).event for raw in raws]

    assert [None, Reason.subject_kind, None] == [getattr(one, "reason", None) for one in said]


def test_control_characters_in_a_platform_are_refused():
    """A platform whose name cannot be seen is not believed."""
    said = read("orders", line(platform="mall\u202eone"))

    assert (Reason.subject_kind, "$.platform") == (said.reason, said.path)


def test_sums_must_add_up():
    """A line whose parts miss what the buyer paid is `arithmetic`, and says whose it was."""
    said = read("orders", line(buyer_paid_fen=4001))

    assert (Reason.arithmetic, "mallone", "mallone-feed#2", 7) == (
        said.reason,
        said.platform,
        said.source,
        said.sequence,
    )


def test_sixty_four_kibibytes_are_read():
    """65,536 bytes are read, one more is `too_large`."""
    fits = GOOD + b" " * (65_536 - len(GOOD))

    assert isinstance(read("orders", fits), LinePlaced)
    assert read("orders", fits + b" ").reason is Reason.too_large


def test_sixteen_levels_are_read():
    """Sixteen levels are read, seventeen are `depth`, also in a field that nobody reads."""
    assert isinstance(read("orders", nested(15)), LinePlaced)
    assert read("orders", nested(16)).reason is Reason.depth


def test_nested_objects_are_refused():
    """Objects within objects are as deep as lists within lists."""
    assert isinstance(read("orders", GOOD[:-1] + b',"m":' + b'{"m":' * 15 + b"0" + b"}" * 16), LinePlaced)
    assert read("orders", GOOD[:-1] + b',"m":' + b'{"m":' * 16 + b"0" + b"}" * 17).reason is Reason.depth


@pytest.mark.parametrize("depth", [500, 2_000, 30_000])
def test_deep_nesting_is_refused(depth):
    """Whatever the nesting, it is refused before anything walks it."""
    assert read("orders", nested(depth)).reason is Reason.depth


def test_brackets_in_a_text_are_no_depth():
    """Brackets inside a text, also behind an escaped quote, nest nothing."""
    assert isinstance(read("orders", line(sku='a"' + "[{" * 40)), LinePlaced)


def test_wide_is_not_deep():
    """Many small values side by side nest nothing."""
    assert isinstance(read("orders", GOOD[:-1] + b',"more":[' + b"[],{}," * 900 + b"0]}"), LinePlaced)


def test_a_megabyte_is_refused_unread():
    """A megabyte is `too_large` at once, whatever it holds."""
    begin = time.perf_counter()
    said = read("orders", b"[" * 1_048_576)

    assert said.reason is Reason.too_large
    assert time.perf_counter() - begin < 0.05


def test_duplicate_names_take_the_last():
    """Of a name that stands twice the last value counts, as in orjson."""
    assert read("orders", GOOD[:-1] + b',"order":"mallone-o-2"}').order == "mallone-o-2"


def test_unknown_fields_are_ignored():
    """A newer platform's field stops nothing."""
    assert isinstance(read("orders", line(colour={"r": 1e300})), LinePlaced)


def test_a_product_cost_has_nobody():
    """The cost of a standard product has no platform, shop and subject, and stands on any partition."""
    raw = cost(platform=None, shop=None, subject=None, sku=None, product="6900000000017")
    events = [Decoder(8, partition).decode("costs", raw, None, (), 0, 0).event for partition in range(8)]

    assert all(isinstance(event, CostDeclared) for event in events)


def test_a_wrong_partition_is_refused():
    """A subject's record is read on the partition that Java's murmur2 gives it and refused on all others."""
    events = [Decoder(8, partition).decode("orders", GOOD, b"other", (), 0, 0).event for partition in range(8)]
    refused = [event.reason for event in events if isinstance(event, Refusal)]

    assert [Reason.wrong_partition] * 7 == refused


def test_headers_say_whose_it_was():
    """What does not decode is the platform's, source's and number's of its headers."""
    headers = (("platform", b"mallone"), ("source", b"mallone-feed#2"), ("sequence", b"12"))
    said = read("orders", b"{", headers)

    assert (said.platform, said.source, said.sequence) == ("mallone", "mallone-feed#2", 12)


@pytest.mark.parametrize("junk", [b"", b"\xff", b"x" * 200, b"-1", None])
def test_headers_are_not_believed(junk):
    """A header that is no name or no number says nothing."""
    headers = (("platform", junk), ("sequence", junk), ("platform", junk))
    said = read("orders", b"{", headers)

    assert (said.source, said.sequence) == (None, None)


def test_a_value_without_headers_says_whose_it_was():
    """Without headers the value is asked, if it is JSON at all."""
    said = read("orders", line(list_fen="x"), None)

    assert (said.platform, said.sequence) == ("mallone", 7)


def test_the_gateways_word_goes_before_the_feeds():
    """Where headers and value differ the headers are believed: the gateway stamped them."""
    said = read("orders", line(list_fen="x", platform="other"), (("platform", b"mallone"),))

    assert ("mallone", "mallone-feed#2") == (said.platform, said.source)


@pytest.mark.parametrize("change", [{"reference": 7}, {"subject": "nobody"}], ids=["undecodable", "of no kind"])
def test_a_platform_does_not_learn_of_a_complaint(change):
    """A refused complaint is nobody's: what its platform is told would name it."""
    complaint = {name: LINE[name] for name in ("event_id", "platform", "shop", "subject", "event_time", "sent_time")}
    complaint |= {"type": "complaint_filed", "source": "desk#1", "sequence": 3, "source_grade": "complaint"}
    complaint |= {"actor": "merchant", "channel": "12315", "reference": "c-1"}
    said = read("shops", json.dumps(complaint | change).encode(), (("platform", b"mallone"),))

    assert (said.platform, said.source, said.sequence) == (None, "desk#1", 3)


def test_neighbours_are_read():
    """Bad records in a slice leave the good ones and every coordinate in place."""
    bad = [*NOT_JSON.values(), nested(2_000), line(type="x"), b"[" * 70_000]
    values = [value for one in bad for value in (one, GOOD)]
    n = len(values)
    records = Decoder(1, 0).decode_batch("orders", values, [None] * n, [()] * n, range(100, 100 + n), [5] * n)

    assert [True] * len(bad) == [isinstance(record.event, Refusal) for record in records[::2]]
    assert [True] * len(bad) == [isinstance(record.event, LinePlaced) for record in records[1::2]]
    assert [(value or b"", 100 + at) for at, value in enumerate(values)] == [(one.raw, one.offset) for one in records]


def test_an_error_of_ours_refuses_one_record(monkeypatch):
    """Even a fault in a check of our own refuses that record, by name, and not the slice."""

    def fails(_event):
        raise KeyError("low")

    monkeypatch.setitem(CHECKS, CostDeclared, fails)
    said = read("costs", cost())

    assert (said.reason, said.detail, said.sequence) == (Reason.shape, "KeyError: 'low'", 1)


def test_the_known_subjects_are_bounded(monkeypatch):
    """However many subjects a feed names, the decoder remembers few, and goes on judging them."""
    monkeypatch.setattr("monitor.wire.decode.SUBJECTS_KNOWN", 10)
    decoder = Decoder(1, 0)
    events = [decoder.decode("orders", line(subject=f"m1:{at}"), None, (), 0, 0).event for at in range(35)]

    assert all(isinstance(event, LinePlaced) for event in events)
    assert len(decoder._subjects) <= 10
