"""What the stream layer tells of its work on the broker: how long records took to be taken, how far a restore is."""

import asyncio

import pytest
from ground import prepare, produce
from test_committer import FakeProducer, fed, ten
from toy import ToyCore

from monitor.stream.partition import Partition
from monitor.stream.restore import StateReader

SLOW_S = 0.05


class SlowBroker(FakeProducer):
    """Acknowledges records after a while, and ends a transaction at once."""

    async def send_batch(self, sent, topic, *, partition):
        """Answer what is done later."""
        await super().send_batch(sent, topic, partition=partition)
        return asyncio.ensure_future(asyncio.sleep(SLOW_S))


class SlowEnd(FakeProducer):
    """Acknowledges records at once, and ends a transaction after a while."""

    async def commit_transaction(self):
        """End it later."""
        await asyncio.sleep(SLOW_S)


@pytest.mark.parametrize(("producer", "is_produce"), [(SlowBroker(), True), (SlowEnd(), False)])
async def test_the_time_to_produce_is_told_apart_from_that_of_the_commit(producer, is_produce):
    """A slow acknowledgement counts as producing, a slow end of the transaction does not; the network has both."""
    reports = []
    made, _ = await fed(producer, ten(), reports)
    await made.commit()
    await made.stop()

    assert (reports[0].produce_s >= SLOW_S) is is_produce
    assert reports[0].network_s >= SLOW_S


@pytest.mark.kafka
async def test_a_restore_tells_how_far_it_is(kafka, prefix):
    """After the polls of a state log nothing of it is left, and what was left before only fell."""
    settings = await prepare(kafka, prefix, partitions=1)
    await produce(settings, {0: [b"value"] * 7}, "state")
    told = []
    partition = Partition(0, ToyCore(0), generation=1, slice_records=500)
    async with StateReader(settings, lambda number, remaining: told.append((number, remaining))) as reader:
        logs = await reader.logs([0])
        records = [found async for _, found in reader.restore([partition], logs)]

    assert [7] == records
    assert told == sorted(told, reverse=True)
    assert (0, 0) == told[-1]
