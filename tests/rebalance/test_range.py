"""Partition p of all inputs stays on one worker, however many there are, and static members keep theirs."""

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from ground import prepare, produce, until
from in_process import running
from sequel import Sequel

from monitor.stream.order import INPUTS

# What Faust leaves unclosed of a worker that stops in this process is found whenever the collector runs.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

PARTITIONS = 8


async def prepared(kafka, prefix, **settings):
    """Make eight partitions whose workers hear of each other fast."""
    return await prepare(kafka, prefix, partitions=PARTITIONS, heartbeat_ms=200, **settings)


async def all_held(sequels):
    """Answer whether all partitions are held and restored, each by one."""
    return sorted(number for sequel in sequels for number in sequel.held) == list(range(PARTITIONS))


def inputs_of(worker):
    """Answer the topics that a worker reads, by partition."""
    held = {}
    for place in worker.consumer.assignment():
        held.setdefault(place.partition, set()).add(place.topic)
    return held


async def test_two_three_and_four_workers_hold_each_partition_of_all_inputs_together(kafka, prefix):
    """As workers join, each of eight partitions is held by one of them, with all five inputs, in even shares."""
    settings, sequels, workers, seen = await prepared(kafka, prefix), [], [], {}
    async with AsyncExitStack() as stack:
        for count in range(1, 5):
            sequels.append(Sequel())
            workers.append(await stack.enter_async_context(running(settings, sequels[-1])))
            await until(lambda: all_held(sequels), f"{count} workers that hold everything")
            seen[count] = [inputs_of(worker) for worker in workers]
    inputs = {settings.prefix + topic for topic in INPUTS}

    for count, held in seen.items():
        assert PARTITIONS == sum(map(len, held))
        assert {PARTITIONS // count, -(-PARTITIONS // count)} >= set(map(len, held))
        assert all(topics == inputs for of_worker in held for topics in of_worker.values())


async def test_a_static_member_that_restarts_in_time_moves_no_partition(kafka, prefix):
    """Within the session time-out the group waits for the same instance: the other's assignment stands, it goes on."""
    settings, stays = await prepared(kafka, prefix, session_timeout_ms=20_000), Sequel()
    first, second = (replace(settings, instance_id=name) for name in ("one", "two"))
    async with running(first, stays):
        before, after = Sequel(), Sequel()
        async with running(second, before):
            await until(lambda: all_held([stays, before]), "both workers")
            assignments = list(stays.assignments)
        async with running(second, after):
            await until(lambda: all_held([stays, after]), "the second again")
            await produce(settings, {number: [b'"a"'] for number in range(PARTITIONS)})
            await until(applied(stays, after), "a record of each partition")

    assert assignments == stays.assignments
    assert before.assignments[-1] == after.assignments[-1]


def applied(*sequels):
    """Make a condition: each partition has a record applied by whoever holds it."""

    async def holds():
        return {place for sequel in sequels for place, _ in sequel.applied_to} == set(range(PARTITIONS))

    return holds
