# ruff: noqa: D102, ARG002 - the methods are those of aiokafka's producer and its batches
import asyncio

import pytest
from shells import EndedError, batch
from toy import ToyCore

from monitor.settings import Settings
from monitor.stream import exits
from monitor.stream.committer import Committer
from monitor.stream.letters import Letters
from monitor.stream.observer import Unobserved
from monitor.stream.partition import Partition


class FakeBatch:
    def __init__(self):
        self.records = []
        self.closed = False

    def append(self, *, timestamp, key, value, headers):
        self.records.append((key, value, headers))
        return object()

    def close(self):
        self.closed = True


class FakeProducer:
    """Writes down every call; fails at the call named `fails_at`."""

    def __init__(self, fails_at=None):
        self.calls = []
        self.batches = []
        self._fails_at = fails_at

    def _called(self, name, *told):
        self.calls.append((name, *told))
        if name == self._fails_at:
            raise ConnectionError(name)

    def create_batch(self):
        self.batches.append(FakeBatch())
        return self.batches[-1]

    async def start(self):
        self._called("start")

    async def stop(self):
        self._called("stop")

    async def begin_transaction(self):
        self._called("begin")

    async def commit_transaction(self):
        self._called("commit")

    async def send_batch(self, sent, topic, *, partition):
        self._called("send", topic, partition)
        acknowledged = asyncio.get_running_loop().create_future()
        acknowledged.set_result(None)
        return acknowledged


def committer(producer, reports=None, interval_ms=50_000):
    settings = Settings(prefix="t.", commit_interval_ms=interval_ms, transaction_timeout_ms=60_000)
    partition = Partition(3, ToyCore(3), generation=1, slice_records=500)
    partition.placed = True
    letters = Letters(settings, partition, Unobserved())
    reported = reports.append if reports is not None else lambda _: None
    made = Committer(partition, producer, letters, settings, reported, lambda _: 0)
    return made, partition


async def fed(producer, values, reports=None):
    """Start a committer whose partition has applied these values and hold its own clock still."""
    made, partition = committer(producer, reports)
    made.start()
    partition.core.fold([partition.core._read("orders", raw) for raw in values])
    return made, partition


def ten():
    return [raw._replace(value=b'"a"') for raw in batch(0, 9).records]


async def test_a_transaction_is_begun_with_all_its_content_in_hand():
    """Begin, one batch a topic to the partition's own number, commit: state and alerts together."""
    producer = FakeProducer()
    made, _ = await fed(producer, ten())
    await made.commit()
    await made.stop()

    assert [
        ("begin",),
        ("send", "t.state", 3),
        ("send", "t.alerts", 3),
        ("commit",),
        ("stop",),
    ] == producer.calls
    assert all(one.closed for one in producer.batches)


async def test_nothing_is_written_where_nothing_moved():
    """An idle partition costs no transaction."""
    producer = FakeProducer()
    made, _ = committer(producer)
    made.start()
    await made.commit()
    await made.stop()

    assert [("stop",)] == producer.calls


async def test_durable_follows_the_commit_and_not_the_applying():
    """Only what a confirmed transaction says is durable."""
    made, partition = await fed(FakeProducer(), ten())
    before = dict(partition.durable)
    await made.commit()
    await made.stop()

    assert {} == before
    assert {"orders": 9} == partition.durable


async def test_a_report_tells_what_became_durable():
    """Records, revisions and times of a transaction reach the observer."""
    reports = []
    made, _ = await fed(FakeProducer(), ten(), reports)
    await made.commit()
    await made.stop()

    assert [(3, 1)] == [(report.partition, len(report.revisions)) for report in reports]


@pytest.mark.parametrize("call", ["begin", "send", "commit"])
async def test_an_error_inside_a_transaction_ends_the_process(call):
    """Whatever fails between begin and the end of commit, nothing is aborted or retried: exit 75."""
    producer = FakeProducer(fails_at=call)
    made, _ = await fed(producer, ten())
    with pytest.raises(EndedError) as ended:
        await made.commit()

    assert exits.TRANSACTION_UNKNOWN == ended.value.args[0]
    assert call == producer.calls[-1][0]


async def test_a_half_done_slice_is_never_committed():
    """A partition left busy ends the process before anything is encoded."""
    producer = FakeProducer()
    made, partition = await fed(producer, ten())
    partition.busy = True
    with pytest.raises(EndedError) as ended:
        await made.commit()

    assert exits.INVARIANT_BROKEN == ended.value.args[0]
    assert [] == producer.calls


async def test_encoding_waits_for_the_slice_under_way():
    """The lock that a slice holds keeps `take` out."""
    producer = FakeProducer()
    made, partition = await fed(producer, ten())
    async with partition.lock:
        committing = asyncio.create_task(made.commit())
        await asyncio.sleep(0.01)
        before = list(producer.calls)
    await committing

    assert [] == before
    assert ("commit",) == producer.calls[-1]


async def test_a_kick_commits_long_before_the_interval():
    """A revision does not wait for the interval."""
    producer = FakeProducer()
    made, partition = await fed(producer, ten())
    partition.kick.set()
    await asyncio.sleep(0.05)
    committed = ("commit",) in producer.calls
    await made.stop()

    assert committed


async def test_a_refused_record_is_a_dead_letter_and_feedback_in_the_same_transaction():
    """The original bytes, key and headers with where it stood, and a word to the platform."""
    producer = FakeProducer()
    made, partition = committer(producer)
    made.start()
    await partition.apply(batch(0, 4, partition=3))
    await made.commit()
    await made.stop()
    letter = producer.batches[1].records[0]

    assert ["t.state", "t.dead-letters", "t.feedback"] == [call[1] for call in producer.calls if call[0] == "send"]
    assert (b"key", b"good") == letter[:2]
    assert {"dl_topic": b"t.orders", "dl_partition": b"3", "dl_offset": b"0"}.items() <= dict(letter[2]).items()


async def test_a_committer_that_never_started_writes_nothing():
    """A partition whose restore was cut short by a rebalance has nothing to say."""
    producer = FakeProducer()
    made, _ = committer(producer)
    await made.commit()
    await made.stop()

    assert [("stop",)] == producer.calls
