"""A backlog of one partition lets the others through: counted in records, which a busy machine does not change."""

import time

import pytest
from ground import prepare, produce, until
from in_process import running
from sequel import Sequel
from toy import ToyCore

from monitor.stream.thread import SHARES

# What Faust leaves unclosed of a worker that stops in this process is found whenever the collector runs.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

POLL = 800
BACKLOG = 12_000
FEW = 20
QUIET = (1, 2, 3)


class SlowCore(ToyCore):
    """Takes a tenth of a millisecond a record, so that a backlog lasts."""

    def fold(self, records):
        """Fold, and take the time for it."""
        time.sleep(len(records) / 10_000)
        return super().fold(records)


async def read_by(kafka, prefix):
    """Prepare four partitions whose worker polls little at a time."""
    return await prepare(kafka, prefix, partitions=4, poll_records=POLL, pending_batches=4)


def has(sequel, partitions, count):
    """Make a condition: so many records of each partition are applied."""

    async def holds():
        return all(sequel.of(number) >= count for number in partitions)

    return holds


async def test_what_a_quiet_partition_has_waits_for_a_share_of_a_backlog(kafka, prefix):
    """With 12,000 records in one partition, the few of others come after two shares of it at most, not after all."""
    settings, sequel = await read_by(kafka, prefix), Sequel()
    await produce(settings, {0: [b'"a"'] * BACKLOG} | dict.fromkeys(QUIET, [b'"b"'] * FEW))
    async with running(settings, sequel):
        await until(has(sequel, QUIET, FEW), "the records of the quiet partitions")

    assert max(sequel.of(0, before=number) for number in QUIET) <= 2 * POLL // SHARES


async def test_what_comes_while_a_backlog_is_read_does_not_wait_for_its_end(kafka, prefix):
    """A record written while a backlog of a second or more is judged goes before half of it."""
    settings, sequel = await read_by(kafka, prefix), Sequel()
    await produce(settings, {0: [b'"a"'] * BACKLOG})
    async with running(settings, sequel, SlowCore):
        await until(has(sequel, (0,), 1), "the backlog's first share")
        await produce(settings, dict.fromkeys(QUIET, [b'"b"'] * FEW))
        await until(has(sequel, QUIET, FEW), "what came later")

    assert max(sequel.of(0, before=number) for number in QUIET) <= BACKLOG // 2
