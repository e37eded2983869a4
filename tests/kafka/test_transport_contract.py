"""The overridden methods of Faust's transport against a real broker: batches, positions, order, rebalances."""

import asyncio
import signal
import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from ground import Worker, group_offsets, prepare, produce, read, until
from in_process import running
from toy import ToyCore

from monitor.stream import audit, exits
from monitor.stream.observer import Unobserved

# What Faust leaves unclosed of a worker that stops in this process is found whenever the collector runs.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

AHEAD = 360_000


class Recorder(Unobserved):
    """Remembers what was applied and committed, in order."""

    def __init__(self):
        self.applied_to = []
        self.commits = []
        self.held = set()
        self.restorations = 0

    def applied(self, topic, partition, records, seconds):  # noqa: ARG002 - the protocol's
        """Remember a batch."""
        self.applied_to.append((topic, partition, records))

    def committed(self, commit):
        """Remember a transaction."""
        self.commits.append(commit)

    def assigned(self, partitions):
        """Remember what is held now."""
        self.held, self.restorations = set(partitions), 0

    def restored(self, partition, records, seconds):  # noqa: ARG002 - the protocol's
        """Count what was restored since the assignment."""
        self.restorations += 1

    def count(self, topic):
        """Count the records applied of a topic."""
        return sum(records for of, _, records in self.applied_to if of == topic)


async def applied(observer, topic, records):
    async def enough():
        return observer.count(topic) >= records

    await until(enough, f"{records} records of {topic}")


async def test_the_consumer_fetches_at_once_committed_and_by_range(kafka, prefix):
    """Faust fixes 1,500 ms, read_uncommitted and round robin; the worker's consumer has none of these."""
    settings, observer = await prepare(kafka, prefix), Recorder()
    async with running(settings, observer) as app:
        await applied(observer, "control", 1)
        consumer = app.consumer._thread._consumer

        assert consumer._fetcher._fetch_max_wait_ms == 100
        assert consumer._fetcher._isolation_level == 1
        assert [one.name for one in consumer._coordinator._assignors] == ["range"]


async def test_aborted_records_are_not_judged_and_holes_are_markers(kafka, prefix):
    """Two aborted records and three transaction markers of an input are counted as holes, five records judged."""
    settings, observer = await prepare(kafka, prefix), Recorder()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=prefix + "gateway")
    await producer.start()
    for values, end in ((3, "commit"), (2, "abort"), (2, "commit")):
        await producer.begin_transaction()
        for _ in range(values):
            await producer.send_and_wait(prefix + "orders", b'"a"', partition=0)
        await getattr(producer, f"{end}_transaction")()
    await producer.stop()
    async with running(settings, observer):
        await applied(observer, "orders", 5)
        await until(lambda: _advanced(settings, 10), "the marker that ends the log")
    rows = {(row.topic, row.partition): row for row in await audit.audit(settings, ToyCore)}

    assert (5, 5) == (rows["orders", 0].terms["judged"], rows["orders", 0].terms["markers"])
    assert all(row.ok for row in rows.values())


async def _advanced(settings, offsets):
    rows = await audit.audit(settings, ToyCore)
    return any(row.topic == "orders" and row.advanced == offsets for row in rows)


async def test_group_offsets_follow_what_is_durable_and_decide_nothing(kafka, prefix):
    """Lag tools see applied + 1; set far ahead and judged on, nothing is missed; SIGTERM leaves all committed."""
    settings = await prepare(kafka, prefix)
    first = {0: [b'"a"'] * 25, 1: [b'"b"'] * 35}
    await produce(settings, first)
    observer = Recorder()
    async with running(settings, observer):
        await applied(observer, "orders", 60)
    after_stop = {place.partition: offset for place, offset in (await group_offsets(settings)).items() if offset > 20}
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=settings.group, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(prefix + "orders", 0)])
    await consumer.commit({TopicPartition(prefix + "orders", 0): AHEAD})
    await consumer.stop()
    await produce(settings, first)
    again = Recorder()
    async with running(settings, again):
        await applied(again, "orders", 60)
    counts = {record.key: record.value for record in await read(settings, "alerts")}

    assert {0: 25, 1: 35} == after_stop
    assert 60 == again.count("orders")
    assert {b"0-a": b'{"key":"a","count":50}', b"1-b": b'{"key":"b","count":70}'} == counts


async def test_control_and_costs_are_judged_before_anything_else(kafka, prefix):
    """At assignment no other input of a partition flows until control, then costs, are applied to their ends."""
    settings = await prepare(kafka, prefix, poll_records=50)
    for topic, count in (("orders", 300), ("control", 300), ("costs", 300)):
        await produce(settings, dict.fromkeys(range(2), [b'"a"'] * count), topic)
    observer = Recorder()
    async with running(settings, observer):
        await applied(observer, "orders", 600)

    for number in range(2):
        topics = [topic for topic, partition, records in observer.applied_to if partition == number and records]
        firsts = {topic: topics.index(topic) for topic in ("control", "costs", "orders")}
        lasts = {topic: len(topics) - 1 - topics[::-1].index(topic) for topic in ("control", "costs", "orders")}

        assert lasts["control"] < firsts["costs"]
        assert lasts["costs"] < firsts["orders"]


async def test_a_second_worker_takes_over_and_gives_back(kafka, prefix, tmp_path):
    """Two rebalances under load: each partition goes on where its state stands, nothing twice, nothing missing."""
    settings, observer = await prepare(kafka, prefix, partitions=4), Recorder()
    fed = Feed(settings)
    async with running(settings, observer):
        await fed.until(lambda: _holds(observer, 4), "all partitions")
        with Worker(settings, tmp_path, FAIRTRADE_INSTANCE_ID="") as second:
            await fed.until(lambda: _holds(observer, 2), "a second worker")
            await fed.until(lambda: _alerts(settings, fed.alerts), "the alerts of both")
            assert await second.stop() == 0
        await fed.until(lambda: _holds(observer, 4), "all partitions again")
        await until(lambda: _alerts(settings, fed.alerts), "all alerts")
    seen = [dict(record.headers)["ce_id"] for record in await read(settings, "alerts")]

    assert fed.alerts == len(seen) == len(set(seen))
    assert all(row.ok for row in await audit.audit(settings, ToyCore))


class Feed:
    """Appends ten records of one key to each partition again and again, each an alert."""

    def __init__(self, settings):
        self._settings = settings
        self.alerts = 0

    async def until(self, condition, what):
        """Feed until a condition holds for what was fed before it was looked at."""

        async def fed():
            holds = await condition()
            if not holds:
                await produce(self._settings, dict.fromkeys(range(4), [b'"a"'] * 10))
                self.alerts += 4
            return holds

        await until(fed, what)


async def _holds(observer, partitions):
    return len(observer.held) == partitions and observer.restorations >= partitions


async def _alerts(settings, count):
    return len(await read(settings, "alerts")) >= count


async def test_a_worker_thawed_inside_its_transaction_is_fenced(kafka, prefix, tmp_path):
    """Its successor has gone on meanwhile; the late commit fails and ends the process with its own code."""
    settings = await prepare(kafka, prefix)
    hold = tmp_path / "hold"
    await asyncio.to_thread(hold.touch)
    await produce(settings, {0: [b'"a"'] * 20, 1: [b'"b"'] * 20})
    with Worker(settings, tmp_path, HOLD_FILE=str(hold)) as frozen:
        await until(lambda: asyncio.to_thread(hold.with_suffix(".held").exists), "a held transaction")
        frozen.process.send_signal(signal.SIGSTOP)
        with Worker(settings, tmp_path) as successor:
            await until(lambda: _alerts(settings, 4), "the alerts of the successor")
            await asyncio.to_thread(hold.with_suffix(".held").unlink)
            thawed = time.monotonic()
            frozen.process.send_signal(signal.SIGCONT)
            code, took = await frozen.code(), time.monotonic() - thawed
            assert await successor.stop() == 0
    seen = [dict(record.headers)["ce_id"] for record in await read(settings, "alerts")]

    assert exits.TRANSACTION_UNKNOWN == code
    assert took < 3
    assert 4 == len(seen) == len(set(seen))
