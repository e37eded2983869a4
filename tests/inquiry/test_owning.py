"""A state belongs to one group."""

import pytest

from monitor.detect.registry import registered
from monitor.engine import Partition
from monitor.engine.owning import claim
from monitor.errors import WeAreWrong


def restored(state):
    """A partition opened from what a transaction wrote."""
    partition = Partition(0, registered())
    for key, value in state:
        partition.restore(key, value)
    partition.open()
    return partition


def test_a_state_is_its_first_groups():
    """Whoever commits first owns it: that group goes on, another is refused with both names."""
    first = restored([])
    claim(first, "blue")
    written = first.take().state
    claim(restored(written), "blue")

    with pytest.raises(WeAreWrong, match=r"is that of group blue, this worker is of green: .*output_prefix of its own"):
        claim(restored(written), "green")


def test_a_state_of_nobody_may_be_claimed():
    """A state that was written before groups were named belongs to whoever opens it."""
    state = restored([]).take().state
    partition = restored(state)
    claim(partition, "blue")

    assert partition.meta.group == "blue"
