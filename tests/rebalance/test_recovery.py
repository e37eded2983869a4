"""What `make recovery` stands on: a state log that a worker of today restores, and bounds that can be missed."""

import pytest

from monitor.app import engine_core
from monitor.settings import Settings
from tests.chaos.recovery import measures, state_records

FOUND = {
    "records_a_cpu_second": 400_000,
    "longest_pause_s": {"leave": 5.0, "restart": 5.0},
    "session_timeout_s": 6.0,
    "first_alert_after_kill_s": 11.0,
}


def test_the_state_that_is_filled_in_is_one_that_a_worker_opens():
    """A core restores the records, knows the transaction that wrote them, and has applied nothing."""
    core = engine_core(Settings())(0)
    for key, value in state_records(0, 3):
        core.restore(key, value)
    core.open()

    assert 1 == core.transaction
    assert {} == core.applied


@pytest.mark.parametrize(
    "wrong",
    [
        {"records_a_cpu_second": 399_999},
        {"longest_pause_s": {"leave": 5.1, "restart": 5.0}},
        {"longest_pause_s": {"leave": 5.0}},
        {"first_alert_after_kill_s": 11.1},
    ],
)
def test_each_bound_is_missed_alone(wrong):
    """At its bound everything holds; beyond it, or where no pause was measured, one measure is missed."""
    assert all(one.holds for one in measures(FOUND))
    assert 1 == sum(not one.holds for one in measures(FOUND | wrong))
