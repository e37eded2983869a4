"""Timers give keys by due time and key, on each clock for itself."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.eventtime.timers import Timers


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("abcdef")), max_size=30), st.integers(0, 10))
def test_due_keys_come_in_the_order_of_due_time_and_key(waiting, now):
    """Taken one by one they are sorted, and none is from after now."""
    timers = Timers()
    for due, key in set(waiting):
        timers.set("p", due, key)
    taken = []
    while (one := timers.next("p", now)) is not None:
        taken.append(one)
        timers.clear("p", *one)

    assert sorted(one for one in set(waiting) if one[0] <= now) == taken


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.sampled_from("abcd")), max_size=40))
def test_what_is_added_while_keys_are_taken_keeps_its_place(steps):
    """The next key is the smallest of those that wait now, whatever came and went between two takes."""
    timers, waiting = Timers(), set()
    for adds, due, key in steps:
        if adds and (due, key) not in waiting:
            waiting.add((due, key))
            timers.set("p", due, key)
        elif not adds and (due, key) in waiting:
            waiting.discard((due, key))
            timers.clear("p", due, key)

        assert min(waiting, default=None) == timers.next("p", 9)


def test_a_cleared_timer_rings_no_more():
    """What was taken back is not due; a clock that nothing waits for has no first."""
    timers = Timers()
    timers.set("p", 5, "a")
    timers.set("q", 1, "a")
    timers.clear("p", 5, "a")

    assert timers.next("p", 9) is None
    assert timers.first("p") is None
    assert timers.first("q") == 1
