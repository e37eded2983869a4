"""What an alert cites is fetched from a real broker and held against the hashes in the alert."""

import asyncio
import hashlib
import json

import pytest
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner

from monitor.cli import cli
from monitor.settings import Settings
from monitor.wire import admin, contracts

EXAMPLES = contracts.load().folder / "alerts" / "examples"
BODY = json.loads((EXAMPLES / "updated-sub_cost.json").read_text())
ALERT = BODY["alert_id"]
RAW = b'{"type":"line_placed","event_id":"e-1"}'


def cites(offset, raw=RAW, topic="orders"):
    """Answer an entry of `evidence`."""
    digest = hashlib.sha256(raw).hexdigest()
    return {"topic": topic, "partition": 0, "offset": offset, "event_id": "e-1", "sha256": digest, "role": "line"}


@pytest.fixture
async def settings(kafka, prefix):
    """Topics of a prefix, with one record of orders."""
    made = Settings(kafka=kafka, prefix=prefix, partitions=1)
    await admin.apply(made, contracts.load())
    await put(made, "orders", RAW)
    return made


async def put(settings, topic, value, key=None):
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        await producer.send_and_wait(settings.prefix + topic, value, key=key, partition=0)


async def asked(settings, evidence, *arguments):
    """Publish an alert that cites `evidence` and ask for it as a user does."""
    await put(settings, "alerts", json.dumps(BODY | {"evidence": evidence}).encode(), ALERT.encode())
    told = ["--kafka", settings.kafka, "--prefix", settings.prefix, "--partitions", "1"]
    command = ["alerts", "evidence", ALERT[:8], *told, *arguments]
    return await asyncio.to_thread(CliRunner().invoke, cli, command)


@pytest.mark.kafka
async def test_a_record_that_is_there_is_the_same(settings):
    """The bytes at the coordinates have the hash that the alert holds: exit 0."""
    done = await asked(settings, [cites(0)])

    assert 0 == done.exit_code, done.output
    assert "same line orders/0/0" in " ".join(done.output.split())


@pytest.mark.kafka
async def test_another_record_and_one_that_is_not_there_are_told_apart(settings):
    """A hash that does not fit and an offset beyond the log's end are findings of their own: exit 1."""
    done = await asked(settings, [cites(0), cites(0, b"another"), cites(7)])

    assert 1 == done.exit_code, done.output
    assert ["same", "differs", "missing"] == [
        line.split()[0] for line in done.output.splitlines() if "orders/0" in line
    ]


@pytest.mark.kafka
async def test_one_record_is_shown_with_its_content(settings):
    """By its coordinates a record is fetched alone and its content printed; one that is not cited is refused."""
    shown = await asked(settings, [cites(0), cites(7)], "--record", "orders/0/0")
    other = await asked(settings, [cites(0)], "--record", "orders/0/5")

    assert (0, 1) == (shown.exit_code, other.exit_code)
    assert RAW.decode() in shown.output
    assert "orders/0/7" not in shown.output
