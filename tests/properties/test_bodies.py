"""Every revision of any history is sound, and no clock goes back."""

from bodies import bodies_are_sound, floats
from clock_claims import clocks_follow_clock_records
from histories import histories
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import Reading

from monitor.eventtime.china import DAY

SEEDS = st.integers(0, 2**32 - 1)


@given(histories(), SEEDS)
def test_every_revision_is_a_sound_statement(history, seed):
    """Bodies obey the schema, hold no float, cite what they stand on, are chained, and follow each other lawfully."""
    assert [] == bodies_are_sound(history, Reading(seed, delay=True, skew=DAY))


@given(histories(), SEEDS)
@settings(max_examples=10)
def test_clocks_are_moved_by_clock_records_alone(history, seed):
    """A topic clock shows its largest clock record, a platform clock the least of its topics; none goes back."""
    assert [] == clocks_follow_clock_records(history, Reading(seed, delay=True, skew=DAY))


def test_a_float_is_found_wherever_it_hides():
    """The walk that finds no float in an alert finds one in a list, in a value and in a key."""
    value = {"a": [1, {"b": 0.5}], 1.5: None}

    assert ["$.a[1].b", "$.1.5"] == list(floats(value))
