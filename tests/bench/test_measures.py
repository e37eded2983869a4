"""The bench's own arithmetic: bounds, quantiles, the job's fold, and what is put into a payload."""

import os
import time

import msgspec
import pytest

from bench import cores, measures
from bench.latency_driver import dated
from bench.live_mix import event_id
from bench.logs import slices
from bench.mix_facts import MixFacts
from bench.orders_job import HOUR_MS, OrdersCore, crc_sum, names_sha256
from bench.quantiles import quantile
from monitor.feed.stamp import Stamped


class Fetched(msgspec.Struct):
    value: bytes
    offset: int = 0
    timestamp: int = 0


def order(offset, **said):
    given = {
        "platform": "taomall",
        "merchant": "m-1",
        "sku": "sku-1",
        "unit_price": 90,
        "quantity": 2,
        "platform_subsidy": 0,
        "unit_cost": 100,
        "event_time_ms": HOUR_MS * 7 + offset,
    }
    return Fetched(msgspec.json.encode(given | said), offset)


def judged(core, orders):
    core.fold(core.decode("orders", orders))
    return core.take()


def test_alert_at_the_first_order_with_enough_pieces_below_cost():
    """An hour is alerted once, at the order that brings it to five pieces below cost."""
    changes = judged(OrdersCore(0), [order(at) for at in range(5)])

    assert [f"taomall|m-1|sku-1|{7 * HOUR_MS}"] == [one.alert_id for one in changes.revisions]
    assert HOUR_MS * 7 + 2 == changes.revisions[0].event_time


@pytest.mark.parametrize("said", [{"unit_price": 100}, {"quantity": 1}])
def test_no_alert_at_cost_or_with_too_few_pieces(said):
    """Four pieces below cost, or any number sold at cost, raise nothing."""
    changes = judged(OrdersCore(0), [order(at, **said) for at in range(4)])

    assert [] == changes.revisions


def test_subsidy_is_taken_off_the_whole_order():
    """A subsidy counts once an order, not once a piece."""
    sold = {"unit_price": 101, "quantity": 5}

    assert [] == judged(OrdersCore(0), [order(0, **sold, platform_subsidy=5)]).revisions
    assert 1 == len(judged(OrdersCore(0), [order(0, **sold, platform_subsidy=6)]).revisions)


def test_orders_job_goes_on_from_its_state():
    """A core that is restored from what another one committed raises what that one would have raised."""
    first, second = OrdersCore(0), OrdersCore(0)
    for key, value in judged(first, [order(0), order(1)]).state:
        second.restore(key, value)
    second.open()

    assert {"orders": 1} == second.applied
    assert 1 == second.transaction
    assert 1 == len(judged(second, [order(2)]).revisions)


def test_answers_do_not_depend_on_the_order_of_alerts():
    """Hash and CRC sum are of the set of alerts."""
    assert names_sha256(["b", "a"]) == names_sha256(["a", "b"])
    assert crc_sum(["b", "a"]) == crc_sum(["a", "b"])


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2), (0.75, 3), (0.76, 4), (1.0, 4)])
def test_quantile_is_a_value_that_occurred(share, expected):
    """A quantile is the smallest value that at least the share of all do not exceed."""
    assert expected == quantile([1, 2, 3, 4], share)


def test_quantile_of_nothing_is_zero():
    """Without a single notice there is no latency to print."""
    assert 0.0 == quantile([], 0.99)


def test_intended_time_takes_the_place_of_the_simulated_one():
    """The payload carries the intended send time, and nothing else of it changes."""
    record = Stamped("shops", 0, b"k", b'{"a":1,"sent_time":1604278800400,"b":2}', "p", "p-feed#1", 1, 0)

    assert b'{"a":1,"sent_time":17,"b":2}' == dated(record, 17).value


def test_event_id_is_read_from_the_text():
    """A lever is known by its event id before anybody decodes it."""
    assert "p-1" == event_id(b'{"type":"lever_pulled","event_id":"p-1","platform":"p"}')


def test_slices_begin_with_control_and_keep_the_order_of_appending():
    """Control and costs come first, the rest by append time, and no slice mixes topics."""
    logs = {
        "control": [Fetched(b"c", timestamp=9)],
        "costs": [],
        "shops": [Fetched(b"s", timestamp=2)],
        "offers": [],
        "orders": [Fetched(b"o1", timestamp=1), Fetched(b"o2", timestamp=1), Fetched(b"o3", timestamp=3)],
    }
    cut = [(topic, [one.value for one in records]) for topic, records in slices(logs, 1)]

    assert [
        ("control", [b"c"]),
        ("orders", [b"o1"]),
        ("orders", [b"o2"]),
        ("shops", [b"s"]),
        ("orders", [b"o3"]),
    ] == cut


def test_a_bound_that_is_met_exactly_holds():
    """At least and at most include equality."""
    assert measures.at_least("x", 80_000, 80_000).holds
    assert not measures.at_least("x", 79_999, 80_000).holds
    assert measures.at_most("x", 150, 150).holds
    assert not measures.at_most("x", 151, 150).holds


def test_speed_is_held_against_the_higher_of_floor_and_five_times_stock():
    """The floor alone is not enough where stock Faust is fast."""
    assert [True, False] == [one.holds for one in measures.of_speed(90_000, 20_000)]
    assert [False, True] == [one.holds for one in measures.of_speed(79_000, 10_000)]


def test_alerts_are_void_without_every_class_and_grade():
    """A thousand alerts of one class are not the mix."""
    alerts = [{"status": "opened", "class": "D1", "grade": None}] * 1_000
    held = {one.name: one for one in measures.of_alerts("a", "a", alerts)}

    assert held["mix: alerts"].holds
    assert not held["mix: classes and grades"].holds
    assert "D2, D3, D4, exited, pressed, relieved" == held["mix: classes and grades"].found


def test_withdrawn_alerts_do_not_count():
    """What was withdrawn is no alert of the mix."""
    alerts = [{"status": "withdrawn", "class": "D1", "grade": None}] * 2_000

    assert "0" == {one.name: one for one in measures.of_alerts("a", "a", alerts)}["mix: alerts"].found


def test_facts_of_partitions_add_up_but_for_what_all_of_them_see():
    """Platforms are registered in every partition, and days are the same days."""
    facts = MixFacts(records=2, platforms=310, days=3)
    facts.add(MixFacts(records=3, platforms=310, days=2))

    assert (5, 310, 3) == (facts.records, facts.platforms, facts.days)


def test_the_processor_time_of_another_process_is_told_by_its_id():
    """Within the hundredths in which the system counts it agrees with what the process itself says."""
    assert cores.cpu_s(os.getpid()) == pytest.approx(time.process_time(), abs=0.05)


def test_a_process_that_is_gone_has_spent_nothing():
    """Where the system does not tell, the figure is 0 and stands as such in the results."""
    assert 0 == cores.cpu_s(0)
