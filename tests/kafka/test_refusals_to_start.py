"""Logs that do not fit what was applied: the worker refuses to start and says why, it never guesses."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from ground import Worker, prepare, produce, read, until
from toy import ToyCore

from monitor.stream import audit, exits
from monitor.wire import admin, contracts

pytestmark = pytest.mark.kafka

VALUES = {number: [b'"a"'] * 20 for number in range(2)}


async def judged(settings, folder):
    """Let a worker apply twenty records a partition and end in order."""
    await produce(settings, VALUES)
    with Worker(settings, folder) as worker:
        await until(lambda: _has(settings, "alerts", 4), "the alerts")
        assert await worker.stop() == 0


async def _has(settings, topic, count):
    return len(await read(settings, topic)) == count


async def recreate(settings, topic):
    """Delete a topic and make it anew, empty."""
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await client.start()
    try:
        await client.delete_topics([settings.prefix + topic])
        await until(lambda: _is_gone(client, settings.prefix + topic), f"the deletion of {topic}")
    finally:
        await client.close()
    await admin.apply(settings, contracts.load())


async def _is_gone(client, topic):
    return topic not in await client.list_topics()


async def refusal(settings, folder):
    """Start a worker that must refuse, and answer its exit code and reason."""
    with Worker(settings, folder) as worker:
        code = await worker.code()
    lines = await asyncio.to_thread(worker.log.read_text)
    return code, next(line for line in lines.splitlines() if "ends with exit code" in line)


async def test_a_recreated_input_is_refused(kafka, prefix, tmp_path):
    """An input that ends below what was applied was recreated: exit 3, with topic, end and applied offset."""
    settings = await prepare(kafka, prefix)
    await judged(settings, tmp_path)
    await recreate(settings, "orders")

    code, reason = await refusal(settings, tmp_path)

    assert code == exits.REFUSED
    assert "orders[" in reason
    assert "ends at offset 0, but offset 19 was applied" in reason


async def test_a_state_that_is_gone_while_alerts_exist_is_refused(kafka, prefix, tmp_path):
    """No meta record while the alerts partition holds alerts would publish everything again: exit 3."""
    settings = await prepare(kafka, prefix)
    await judged(settings, tmp_path)
    await recreate(settings, "state")

    code, reason = await refusal(settings, tmp_path)

    assert code == exits.REFUSED
    assert "holds no meta record, but alerts[" in reason


async def test_a_torn_transaction_is_refused(kafka, prefix, tmp_path):
    """A state record with a number above the meta record's was not written by a transaction of ours: exit 3."""
    settings = await prepare(kafka, prefix)
    await judged(settings, tmp_path)
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    await producer.send_and_wait(settings.prefix + "state", b'{"transaction":999,"count":1}', key=b"a", partition=1)
    await producer.stop()

    code, reason = await refusal(settings, tmp_path)

    assert code == exits.REFUSED
    assert "state key 'a' was written by transaction 999" in reason


async def test_aborted_alerts_do_not_count_as_alerts(kafka, prefix, tmp_path):
    """A worker killed inside its very first transaction leaves only aborted alerts: the next one starts."""
    settings = await prepare(kafka, prefix)
    hold = tmp_path / "hold"
    await asyncio.to_thread(hold.touch)
    await produce(settings, VALUES)
    with Worker(settings, tmp_path, HOLD_FILE=str(hold)):
        await until(lambda: asyncio.to_thread(hold.with_suffix(".held").exists), "a held transaction")
    with Worker(settings, tmp_path) as worker:
        await until(lambda: _has(settings, "alerts", 4), "the alerts")

        assert await worker.stop() == 0


async def test_what_retention_took_is_lost_and_counted(kafka, prefix, tmp_path):
    """Records deleted before they were read are a term of the ledger, and judging goes on behind them."""
    settings = await prepare(kafka, prefix)
    await judged(settings, tmp_path)
    await produce(settings, VALUES)
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    place = TopicPartition(settings.prefix + "orders", 0)
    await client.delete_records({place: RecordsToDelete(before_offset=30)})
    await client.close()
    with Worker(settings, tmp_path) as worker:
        await until(lambda: _has(settings, "alerts", 7), "the alerts that are left")
        assert await worker.stop() == 0
    rows = {(row.topic, row.partition): row for row in await audit.audit(settings, ToyCore)}

    assert rows["orders", 0].terms["lost"] == 10
    assert rows["orders", 0].terms["judged"] == 30
    assert all(row.ok for row in rows.values())
