import pytest
from shells import FakeCore

from monitor.errors import LogShrank
from monitor.stream.order import INPUTS
from monitor.stream.partition import Partition
from monitor.stream.restore import Log, check_logs, refuse_lost_state, settle


def logs(**given):
    return {topic: Log(0, 0) for topic in INPUTS} | given


def partition(applied):
    return Partition(2, FakeCore(applied=applied), generation=1, slice_records=500)


def test_a_log_that_ends_right_after_what_was_applied_fits():
    """Applied 9 and an end of 10, exclusive, agree."""
    check_logs(partition({"orders": 9}), logs(orders=Log(0, 10)))


def test_a_log_that_ends_before_what_was_applied_is_refused():
    """An end below applied + 1 means that the topic was recreated or cut off."""
    with pytest.raises(LogShrank) as refused:
        check_logs(partition({"orders": 10}), logs(orders=Log(0, 10)))

    assert ("orders", 2, 10, 10) == (
        refused.value.topic,
        refused.value.partition,
        refused.value.applied,
        refused.value.end,
    )


def test_what_retention_took_before_it_was_read_is_lost():
    """A log that begins above the position is taken up at its beginning, and the difference is a term of its own."""
    late = partition({"orders": 9})
    settle(late, logs(orders=Log(25, 40), shops=Log(3, 3)))

    assert {(24, 0, 15), (2, 0, 3)} == set(late.core.skipped)
    assert 25 == late.position("orders")


def test_a_log_that_is_whole_loses_nothing():
    """Retention below the position took only what was judged."""
    whole = partition({"orders": 9})
    settle(whole, logs(orders=Log(5, 40)))

    assert [] == whole.core.skipped


def test_the_ends_of_control_and_costs_are_what_must_be_read_first():
    """The ends seen at assignment are kept for the gates."""
    gated = partition({})
    settle(gated, logs(control=Log(0, 7), orders=Log(0, 99)))

    assert {"control": 7, "costs": 0} == gated.ends
    assert ("control",) == gated.flowing()


def test_lost_state_is_refused_with_a_way_out():
    """The reason names both topics and what to do."""
    text = str(refuse_lost_state(4))

    assert "state[4] holds no meta record, but alerts[4] holds alerts" in text
    assert "restore it from a backup, or start a new group on a new topic prefix" in text
