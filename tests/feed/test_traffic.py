"""The traffic of measurements: its mix is the one that it states."""

from collections import Counter
from itertools import chain

import orjson
import pytest

from monitor.feed.delivery import Kind
from monitor.feed.simulate import Pace
from monitor.feed.stamp import Gateway
from monitor.feed.topics import gathered
from monitor.feed.traffic import Mix, Traffic

MIX = Mix(events=12_000, offers=900, platforms=8, copies=1, levers=5)


@pytest.fixture(scope="module")
def traffic():
    """One traffic and all its deliveries."""
    made = Traffic(MIX)
    return made, list(chain.from_iterable(made.deliveries()))


@pytest.fixture(scope="module")
def values(traffic):
    """Every value of it, in one partition."""
    return [orjson.loads(record.value) for record in Gateway(1).stamp(traffic[1])]


def test_equal_mixes_make_equal_traffic(traffic):
    """Traffic is a function of its mix."""
    assert traffic[1] == list(chain.from_iterable(Traffic(MIX).deliveries()))


def test_every_offer_is_sold(values):
    """At least as many (subject, SKU) pairs have a line as the mix asks for."""
    sold = {(value["subject"], value["sku"]) for value in values if value["type"] == "line_placed"}

    assert len(sold) >= MIX.offers


def test_half_of_the_offers_have_a_cost(values):
    """Costs are declared for every second offer, before the first line."""
    declared = {value["sku"] for value in values if value["type"] == "cost_declared" and value["platform"]}
    sold = {value["sku"] for value in values if value["type"] == "line_placed"}

    assert 0.45 < len(declared & sold) / len(sold) < 0.6


def test_events_are_as_many_as_asked(traffic):
    """Records that are no clock record are the mix's events, to within a tenth at this size."""
    events = sum(one.kind is not Kind.clock for one in traffic[1])

    assert abs(events - MIX.events) < MIX.events / 10


def test_returns_repeats_and_late_lines_occur(traffic, values):
    """Lines come back, are sent twice, and arrive hours late."""
    kinds = Counter(value["type"] for value in values)
    late = [value for value in values if value["type"] == "line_placed" and late_by(value) > 3_600_000]

    assert kinds["line_refunded"] > 100
    assert kinds["line_cancelled"] > 30
    assert any(one.kind is Kind.repeated for one in traffic[1])
    assert len(late) > 10


def late_by(value):
    return value["sent_time"] - value["event_time"]


def test_every_class_and_grade_is_planted(traffic):
    """A run over it is void without each of them, so none is missing."""
    truths = traffic[0].truths
    verdicts = {truth.class_ or truth.grade for truth in truths}

    assert verdicts >= {"D1", "D2", "D3", "D4", "pressed", "exited", "relieved"}
    assert {truth.cost_grade for truth in truths} >= {"A", "B", "C", "D", "E"}
    assert Counter(truth.case for truth in truths)["lever"] == MIX.levers


def test_small_parts_are_gathered_in_order():
    """Parts are joined until they are worth a call, and nothing is left behind."""
    assert [[1, 2, 3], [4, 5, 6, 7], [8]] == list(gathered([[1], [2, 3], [4, 5, 6, 7], [], [8]], size=3))


async def test_a_pace_cuts_and_waits():
    """A rate cuts records into twentieths of a second; without one they go out at once."""
    records = list(range(100))

    assert [records] == list(Pace(None).slices(records))
    assert [records[:20], records[20:40]] == list(Pace(400).slices(records))[:2]
