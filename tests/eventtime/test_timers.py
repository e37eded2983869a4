"""Timers give keys by due time and key, on each clock for itself."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.eventtime.timers import Timers


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("abcdef")), max_size=30), st.integers(0, 10))
def test_due_keys_come_earliest_first_and_in_the_order_of_keys(waiting, now):
    """Only the earliest due time is listed, its keys sorted, none from after now."""
    timers = Timers()
    for due, key in set(waiting):
        timers.set("p", due, key)
    come = sorted(one for one in set(waiting) if one[0] <= now)
    expected = [one for one in come if one[0] == come[0][0]]

    assert expected == timers.due("p", now)


def test_a_cleared_timer_rings_no_more():
    """What was taken back is not due; a clock that nothing waits for has no first."""
    timers = Timers()
    timers.set("p", 5, "a")
    timers.set("q", 1, "a")
    timers.clear("p", 5, "a")

    assert timers.due("p", 9) == []
    assert timers.first("p") is None
    assert timers.first("q") == 1
