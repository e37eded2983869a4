"""A sequence set tells repeats from gaps, whatever the order, in bounded memory."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.eventtime.sequences import LIMIT, Arrival, Run, SequenceSet


def of(*numbers):
    made = SequenceSet()
    return made, [made.see(number, number * 10) for number in numbers]


def test_contiguous_numbers_are_one_run():
    """A feed without fault is one run."""
    made, arrivals = of(1, 2, 3)

    assert [Arrival.new] * 3 == arrivals
    assert [Run(1, 3, 10, 30)] == made.runs


def test_a_missing_number_is_a_hole_between_its_neighbours_times():
    """1 2 . 4: the hole is number 3, from the event time of 2 to that of 4."""
    made, _ = of(1, 2, 4)

    assert made.holes() == [(3, 3, 20, 40)]
    assert made.absent == 1


def test_a_late_number_fills_its_hole():
    """1 2 4 3: nothing is missing any more and the run ends with number 4's time."""
    made, _ = of(1, 2, 4, 3)

    assert made.holes() == []
    assert [Run(1, 4, 10, 40)] == made.runs


def test_numbers_missing_at_the_beginning_are_a_hole():
    """A source whose first number here is 3 lacks 1 and 2."""
    made, _ = of(3)

    assert made.holes() == [(1, 2, 30, 30)]


def test_a_number_below_joins_its_run_at_the_left():
    """4 then 3: the run begins with number 3's time."""
    made, _ = of(4, 3)

    assert [Run(3, 4, 30, 40)] == made.runs


@given(st.lists(st.integers(1, 40), max_size=80))
def test_any_order_says_what_a_plain_set_says(numbers):
    """New exactly at the first sight of a number, duplicate ever after; holes are what a set lacks."""
    made, seen = SequenceSet(), set()
    for number in numbers:
        assert (Arrival.duplicate if number in seen else Arrival.new) == made.see(number, 0)
        seen.add(number)

    missing = {n for first, last, *_ in made.holes() for n in range(first, last + 1)}
    assert set(range(1, max(seen, default=0))) - seen == missing
    assert made.absent == len(missing)
    assert made.highest == max(seen, default=0)


def test_at_the_limit_the_smallest_hole_closes_the_lowest_of_equals():
    """With one run too many the first of the smallest holes closes and is counted."""
    numbers = [1, 10, *range(12, 12 + 2 * (LIMIT - 2), 2)]
    made, _ = of(*numbers)
    assert len(made.runs) == LIMIT
    made.see(1_000, 0)

    assert len(made.runs) == LIMIT
    assert (made.closed, made.dropped) == (11, 1)
    assert Run(10, 12, 100, 120) == made.runs[1]


def test_below_a_closed_hole_a_number_held_as_seen_is_unknown():
    """It may be a repeat or the hole's own; a number that is surely missing is still new."""
    made, _ = of(1, 10, *range(12, 12 + 2 * (LIMIT - 2), 2), 1_000)

    assert Arrival.unknown == made.see(11, 0)
    assert Arrival.unknown == made.see(10, 0)
    assert Arrival.new == made.see(5, 0)
    assert Arrival.duplicate == made.see(1_000, 0)


def test_a_set_survives_the_log():
    """Encoded and decoded it is the same set."""
    made, _ = of(1, 2, 5)

    assert made == msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=SequenceSet)
