"""What the benches of this folder's promises work out, and when they say that one is missed."""

import pytest

from bench.backlog import Drained, Expected, measures
from bench.backlog_worker import read_in_order
from bench.fairness import Applied, waits
from monitor.stream import partition, restore

RIGHT = {
    "order": "orders-last",
    "events": 10,
    "events_per_second": 1,
    "events_per_cpu_second": 15_000,
    "peak_mib": 1,
    "at_end_mib": 1,
    "keys": 1,
    "too_late": 2,
    "alerts_sha256": "a",
}


def test_a_record_waits_from_its_append_to_the_end_of_its_batch():
    """Two batches of one place: two records of the first, one of the second, each by its own append time."""
    batches = [Applied(10.0, "orders", 1, 2), Applied(12.0, "orders", 1, 1), Applied(11.0, "offers", 1, 1)]
    appended = {("orders", 1): [9_000, 9_500, 11_500], ("offers", 1): [10_750]}

    assert [1.0, 0.5, 0.5, 0.25] == list(waits(batches, appended))


@pytest.mark.parametrize("wrong", [{"alerts_sha256": "b"}, {"too_late": 3}, {"events_per_cpu_second": 14_999}])
def test_a_backlog_misses_by_other_alerts_more_refusals_or_too_slow_a_drain(wrong):
    """Each of the three bounds is missed alone, and none by what is right."""
    whole = Expected(alerts_sha256="a", alerts=1, too_late=2)
    right, missed = (list(measures([Drained(**RIGHT | said)], whole, 5_000)) for said in ({}, wrong))

    assert all(one.holds for one in right)
    assert 1 == sum(not one.holds for one in missed)


def test_an_order_reads_each_topic_to_its_end_before_the_next(monkeypatch):
    """Orders that are not at their end keep offers and shops waiting, whatever is read of them."""
    for module, name in ((partition, "flowing"), (restore, "FIRST")):
        monkeypatch.setattr(module, name, getattr(module, name))
    read_in_order(["control", "costs", "orders", "offers", "shops"])
    ends = {"control": 1, "costs": 1, "orders": 3, "offers": 2, "shops": 2}

    assert ("control", "costs", "orders") == partition.flowing({"control": 0, "costs": 0, "orders": 1}, ends)
    assert ("control", "costs", "orders", "offers") == partition.flowing({"control": 0, "costs": 0, "orders": 2}, ends)
