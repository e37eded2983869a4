"""The product's own judge on a real broker: what is special about it in the stream layer."""

import asyncio
import json
import random
import time

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.producer import message_accumulator
from aiokafka.producer import producer as producer_module
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from ground import prepare, produce, read, until
from test_transport_contract import Recorder, applied

from monitor.app import create_app
from monitor.errors import ContractDrift
from monitor.settings import Settings
from monitor.stream import audit
from monitor.stream.arrival import arrive
from monitor.wire.contracts import load

# What Faust leaves unclosed of a worker that stops in this process is found whenever the collector runs.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

SILENCE_MS = 2_000


class Clocked:
    """A platform that sends clock records to partition 0 of orders, numbered without a hole."""

    def __init__(self, settings, platform):
        self._settings = settings
        self._platform = platform
        self._sequence = 0

    async def send(self):
        """Promise that nothing older than now follows."""
        self._sequence += 1
        now = time.time_ns() // 1_000_000
        said = {
            "type": "clock_advanced",
            "event_id": f"{self._platform}-{self._sequence}",
            "source": f"{self._platform}-feed#1",
            "sequence": self._sequence,
            "sent_time": now,
            "platform": self._platform,
            "event_time": now,
            "clock": now,
            "last_sequence": self._sequence,
            "count": 0,
        }
        await produce(self._settings, {0: [json.dumps(said).encode()]})


async def said(settings):
    """List what the judge said on control, in order."""
    records = [json.loads(record.value) for record in await read(settings, "control")]
    return [entry for entry in records if entry["source"].startswith("judge-")]


async def test_silence_is_said_on_control_and_ended_by_the_next_record(kafka, prefix):
    """A platform that falls silent is declared so in its partition, again while it lasts, then resumed; once each."""
    settings = await prepare(kafka, prefix, partitions=1, silence_ms=SILENCE_MS, silence_repeat_ms=1_000)
    loud, quiet = Clocked(settings, "taomall"), Clocked(settings, "jdmart")
    app = create_app(settings, observer=Recorder())
    app.finalize()
    await app.start()
    try:
        await quiet.send()

        async def repeated():
            await loud.send()
            return len(await said(settings)) >= 2

        await until(repeated, "a silence and its repetition")
        await quiet.send()

        async def resumed():
            await loud.send()
            return any(entry["type"] == "platform_resumed" for entry in await said(settings))

        await until(resumed, "the end of the silence")
        await asyncio.sleep(0.5)
    finally:
        await app.stop()
    entries = await said(settings)
    rows = await audit.audit(settings)

    assert {"jdmart"} == {entry["platform"] for entry in entries}
    assert ["platform_silent"] * (len(entries) - 1) + ["platform_resumed"] == [entry["type"] for entry in entries]
    assert list(range(1, len(entries) + 1)) == [entry["sequence"] for entry in entries]
    assert all(entry["clock"] == entry["sent_time"] - SILENCE_MS for entry in entries[:-1])
    assert all(row.ok for row in rows)
    assert len(entries) <= next(row for row in rows if row.topic == "control").terms["judged"]


BAD = {
    b"half": b'{"type":"line_placed"',
    b"empty": b"",
    b"deep": b"[" * 2_000 + b"]" * 2_000,
    b"latin": b'{"type":"\xff"}',
    b"nan": b'{"type":"clock_advanced","clock":NaN}',
    b"huge": random.Random(1).randbytes(1_000_000),
}


class Name(str):
    """A header's name that is no UTF-8 on the wire."""

    __slots__ = ()

    def encode(self, *_):
        """Answer what is written."""
        return b"\xff\xfename"


async def test_bad_records_become_dead_letters_once_with_their_bytes(kafka, prefix, monkeypatch):
    """A megabyte, 2,000 levels, bad UTF-8 (in a header's name too), NaN: each is refused, its neighbours are judged."""
    settings = await prepare(kafka, prefix, partitions=1)
    platform = Clocked(settings, "taomall")
    await platform.send()
    for module in (message_accumulator, producer_module):
        monkeypatch.setattr(module, "DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=2_000_000)
    await producer.start()
    for key, value in BAD.items():
        headers = [("platform", b"taomall"), (Name("x"), b"anything")]
        await producer.send_and_wait(prefix + "orders", value, key=key, partition=0, headers=headers)
    await producer.stop()
    monkeypatch.undo()
    await platform.send()
    observer = Recorder()
    app = create_app(settings, observer=observer)
    app.finalize()
    await app.start()
    await applied(observer, "orders", len(BAD) + 2)
    await app.stop()
    letters = await read(settings, "dead-letters")
    told = [json.loads(record.value) for record in await read(settings, "feedback")]
    [row] = [row for row in await audit.audit(settings) if row.topic == "orders"]

    assert BAD == {record.key: record.value for record in letters}
    assert len(BAD) == len(letters) == sum(message["kind"] == "rejected" for message in told)
    assert list(range(1, len(BAD) + 1)) == sorted(int(dict(record.headers)["dl_offset"]) for record in letters)
    assert {("platform", b"taomall"), ("dl_reason", b"too_large"), ("\\xff\\xfename", b"anything")} <= set(
        letters[-1].headers
    )
    assert {"taomall"} == {message["platform"] for message in told}
    assert row.ok
    assert 2 == row.terms["judged"]


async def test_a_worker_refuses_topics_that_are_missing(kafka, prefix):
    """With a topic missing Faust would run on in silence; the worker says which before it begins, and does not wait."""
    with pytest.raises(ContractDrift, match=f"topic {prefix}control: the topic is missing"):
        await arrive(Settings(kafka=kafka, prefix=prefix), load(), print)


async def test_a_shadow_group_writes_nothing_to_control(kafka, prefix):
    """Only the live group may declare silence."""
    settings = await prepare(kafka, prefix, partitions=1, mode="shadow", silence_ms=1_000, silence_repeat_ms=100)
    loud, quiet = Clocked(settings, "taomall"), Clocked(settings, "jdmart")
    observer = Recorder()
    app = create_app(settings, observer=observer)
    app.finalize()
    await app.start()
    try:
        await quiet.send()
        for _ in range(8):
            await loud.send()
            await asyncio.sleep(0.5)
    finally:
        await app.stop()

    assert 9 == observer.count("orders")
    assert [] == await said(settings)
