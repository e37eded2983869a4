"""In whatever order a worker reads the topics, what the fault suite holds it against is the same at rest."""

import pytest

from monitor.app import engine_core
from monitor.inquiry.comparing import compare
from monitor.settings import Settings
from tests.chaos.interleaving import PARTITIONS, Restarted, by_topic, interleaved, logs_of
from tests.chaos.oracle import Judging, begun
from tests.chaos.verdict import is_count, unlike

SETTINGS = Settings(kafka="127.0.0.1:1", prefix="x.", group="chaos", partitions=PARTITIONS)
SEED, EVENTS, NUMBER = 1, 60_000, 2
MAKE = engine_core(SETTINGS)


def unlike_oracle(came, should):
    """List what of alerts, refusals and state differs at rest."""
    told = compare(came.alerts, should.alerts)
    found = [*told.only_left, *told.only_right, *(one.alert_id for one in told.differing)]
    found += [one for one in unlike(came.state, should.state) if not is_count(one)]
    return found + sorted(came.refused.keys() ^ should.refused.keys())


@pytest.mark.parametrize("apart_ms", [200, 2_000, 20_000])
def test_the_order_of_reading_changes_nothing_that_is_held_against_a_run(apart_ms):
    """Alerts, refusals and keys of state are those of the oracle, which reads costs first and the rest as appended."""
    logs = logs_of(SEED, EVENTS, NUMBER)
    should = Judging(begun(MAKE, NUMBER), NUMBER).run(logs)
    came = Judging(begun(MAKE, NUMBER), NUMBER).run(logs, interleaved(logs, SEED, apart_ms))

    assert len(should.alerts) > 20
    assert [] == unlike_oracle(came, should)


@pytest.mark.parametrize("topics", [("orders", "shops", "offers"), ("orders", "offers", "shops")])
def test_a_restart_amid_a_backlog_closes_no_day_that_is_not_read(topics):
    """State tells which topics have begun, not which are yet to: a clock waits for what the logs still hold."""
    logs = logs_of(72, 24_000, 1)
    should = Judging(begun(MAKE, 1), 1).run(logs)
    came = Restarted(MAKE, 1, every=3).run(logs, by_topic(logs, topics))

    assert len(should.alerts) > 5
    assert [] == unlike_oracle(came, should)
