import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sizing.size import MEASURED, Measured, measured, power_of_two, size

BY = Measured(
    events_per_cpu_second=10_000,
    bytes_per_event=700.0,
    process_bytes=100_000_000,
    bytes_per_key=1_000.0,
    logged_bytes_per_key=300.0,
    logged_bytes_per_event=400.0,
)


def test_half_of_a_core_and_a_worker_to_spare():
    """Twenty thousand records a second are judged by four workers at half their speed, and a fifth may be away."""
    assert size(BY, 20_000, 0, 1).workers == 5


def test_memory_is_for_the_workers_that_are_left():
    """With one worker away the others hold every key, and a quarter of their memory stays free."""
    found = size(BY, 10_000, 2_000_000, 1)

    assert (found.workers, found.worker_bytes) == (3, (100_000_000 + 1_000_000 * 1_000) * 125 // 100)


def test_disks_hold_every_copy():
    """Three copies of the inputs and of an uncompacted state log are three times one."""
    one, three = size(BY, 1_000, 1_000, 1), size(BY, 1_000, 1_000, 3)

    assert (three.input_bytes_a_day, three.state_bytes) == (3 * one.input_bytes_a_day, 3 * one.state_bytes)


@given(st.integers(1, 10_000_000))
def test_partitions_leave_room_to_grow(rate):
    """There are at least four partitions for each worker, and always a power of two."""
    found = size(BY, rate, 0, 1)

    assert found.partitions >= max(8, 4 * found.workers)
    assert found.partitions == power_of_two(found.partitions)


def test_the_figures_are_the_bench_s():
    """What sizes are reckoned with stands in the results of the bench."""
    assert measured(json.loads(MEASURED.read_text())).events_per_cpu_second > 0


def test_results_without_the_mix_are_refused():
    """Where the bench did not run the mix nothing is guessed."""
    with pytest.raises(LookupError, match="make bench"):
        measured({"runs": []})
