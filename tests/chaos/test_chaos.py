"""The fault suite in small: a fixed seed, a few seconds of traffic, the faults that hurt most."""

import pytest

from tests.chaos.run import Plan, played
from tests.chaos.schedule import Step

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

STEPS = (
    Step(0, 0.5, "kill-inside", 0.3, 0),
    Step(1, 3.0, "answer-lost", 0.1, 1),
    Step(2, 5.0, "freeze-inside", 4.0, 2),
    Step(3, 7.0, "reset", 0.1, 3),
    Step(4, 8.0, "broker-kill", 0.5, 4),
)
PLAN = Plan(seed=7, seconds=5, rate=600, steps=STEPS, most=2, partitions=4, session_ms=3_000, refusals=False)


async def test_faults_lose_nothing_and_repeat_nothing():
    """Killed and frozen inside transactions, an answer lost, a line reset, the broker killed: all is as it must be."""
    result = await played(PLAN, print)

    assert [] == result.wrong
    assert result.happened.total() + result.void.total() == len(STEPS)
    assert result.revisions > len(STEPS)
