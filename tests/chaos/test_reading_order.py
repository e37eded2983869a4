"""In whatever order a worker reads the topics, what the fault suite holds it against is the same at rest."""

import pytest

from monitor.app import engine_core
from monitor.inquiry.comparing import compare
from monitor.settings import Settings
from tests.chaos.interleaving import PARTITIONS, interleaved, logs_of
from tests.chaos.oracle import Judging
from tests.chaos.verdict import is_count, unlike

SETTINGS = Settings(kafka="127.0.0.1:1", prefix="x.", group="chaos", partitions=PARTITIONS)
SEED, EVENTS, NUMBER = 1, 60_000, 2


def judging():
    """A judge of its own for each reading."""
    return Judging(engine_core(SETTINGS)(NUMBER), NUMBER)


@pytest.mark.parametrize("apart_ms", [200, 2_000, 20_000])
def test_the_order_of_reading_changes_nothing_that_is_held_against_a_run(apart_ms):
    """Alerts, refusals and keys of state are those of the oracle, which reads costs first and the rest as appended."""
    logs = logs_of(SEED, EVENTS, NUMBER)
    should = judging().run(logs)

    came = judging().run(logs, interleaved(logs, SEED, apart_ms))

    told = compare(came.alerts, should.alerts)
    assert ([], [], []) == (told.only_left, told.only_right, told.differing)
    assert should.refused == came.refused
    assert [] == [one for one in unlike(came.state, should.state) if not is_count(one)]
