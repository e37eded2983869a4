"""Poison through a real broker: the worker lives, each bad record is a dead letter once, neighbours are untouched."""

import asyncio
import random
from collections import Counter
from itertools import islice

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from ground import prepare, read
from neighbours import names, registrations, sent, ticks
from payloads import FACTS, Forge, Payload
from rounds import Game, mixed
from test_transport_contract import Recorder, applied
from writers import OWN, stamped

from monitor.app import create_app
from monitor.events import Refusal
from monitor.findings import alerts_sha256
from monitor.stream import audit
from monitor.wire.decode import Decoder

# What Faust leaves unclosed of a worker that stops in this process is found whenever the collector runs.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

SEED, COUNT, CASES = 20210410, 2_500, ("two-products",)


def poison():
    """Payloads that the decoder refuses, as one platform's feed."""
    decoder = Decoder(1, 0)
    forged = (
        Payload(topic, value, b"key", tuple(stamped(OWN, number)))
        for number, (topic, value) in enumerate(Forge(SEED, FACTS, lambda _: {}), 1)
        if isinstance(decoder.decode(topic, value, None, None, 0, 0).event, Refusal)
    )
    return list(islice(forged, COUNT))


def places(letter):
    """Answer where a dead letter stood."""
    told = dict(letter.headers)
    return told["dl_topic"], told["dl_offset"]


async def send(settings, records):
    """Append records; answers at which offset each one stands."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, linger_ms=5, max_request_size=2_000_000)
    await producer.start()
    try:
        waiting = [
            await producer.send(
                settings.prefix + one.topic, one.value, key=one.key, partition=0, headers=[*one.headers]
            )
            for one in records
        ]
        return [(await each).offset for each in waiting]
    finally:
        await producer.stop()


def about(record, platforms):
    """Answer whether an alert is about one of these platforms."""
    return msgspec.json.decode(record.value)["platform"] in platforms


async def test_poison_on_a_real_broker_is_dead_once_and_changes_no_alert(kafka, prefix):
    """Thousands of payloads: the dead letters are their bytes, each once; the neighbours' alerts are as without."""
    settings = await prepare(kafka, prefix, partitions=1)
    good = [one for tick in ticks(CASES) for one in sent(tick.records)]
    bad = poison()
    await send(settings, [*registrations(), *mixed(random.Random(SEED), good, bad)])
    observer = Recorder()
    app = create_app(settings, observer=observer)
    app.finalize()
    await app.start()
    for topic, count in Counter(one.topic for one in [*good, *bad]).items():
        if topic in FACTS:
            await applied(observer, topic, count)
    await app.stop()
    letters = await read(settings, "dead-letters")
    told = [record for record in await read(settings, "alerts") if about(record, names(CASES))]
    alerts = {record.key.decode(): record.value for record in told}
    alone = await asyncio.to_thread(Game(None, SEED, 0, CASES).play)

    assert Counter(one.value for one in bad) == Counter(letter.value for letter in letters)
    assert len(bad) == len({places(letter) for letter in letters})
    assert alone.alerts == alerts_sha256(alerts)
    assert all(row.ok for row in await audit.audit(settings))
