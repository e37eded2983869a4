"""What a worker says of itself on a real broker: well, without a broker, out of its group, stuck; and how it ends."""

import asyncio
import json
import os
import signal
import time

import pytest
from aiokafka import TopicPartition
from ground import group_offsets, prepare, produce, read, reading, until
from patients import STUCK_MS, Patient

from monitor.local.kafka import LocalKafka
from monitor.stream import audit

pytestmark = pytest.mark.kafka

SOME = {0: [b"{}"], 1: [b"{}"]}


async def test_a_worker_that_is_well_says_yes_three_times(kafka, prefix, tmp_path):
    """Started, restored and at the end of its inputs: three times 200, with what it was judged by."""
    settings = await prepare(kafka, prefix)
    with Patient(settings, tmp_path) as worker:
        await worker.becomes("startup", 200)
        ready, _ = await worker.becomes("ready", 200)
        live, _ = await worker.becomes("live", 200)

    assert {"ok": True, "why": [], "member": True} == {name: ready[name] for name in ("ok", "why", "member")}
    assert [0, 1] == ready["partitions"] == ready["restored"]
    assert live["broker_ms"] < 1_000


async def test_a_broker_that_is_away_makes_nobody_dead(prefix, tmp_path):
    """Stopped for longer than a worker may stand still, then back: not ready with the reason, live, ready again."""
    with LocalKafka() as kafka:
        settings = await prepare(kafka.bootstrap, prefix)
        with Patient(settings, tmp_path, FAIRTRADE_EXIT_WHEN_STUCK="1") as worker:
            await worker.at_the_end()
            os.kill(kafka.pid, signal.SIGSTOP)
            await worker.becomes("ready", 503, "the broker has not answered for")
            answers = {(await worker.asked("live"))[0] for _ in range(8) if not await asyncio.sleep(STUCK_MS / 6_000)}
            os.kill(kafka.pid, signal.SIGCONT)
            await worker.becomes("ready", 200)

            assert {200} == answers
            assert worker.process.poll() is None


async def test_a_worker_that_is_no_member_of_its_group_is_not_live(kafka, prefix, tmp_path):
    """Alive but member of nothing, though the broker is there: it says so."""
    settings = await prepare(kafka, prefix)
    with Patient(settings, tmp_path, FAULT="group") as worker:
        said, _ = await worker.becomes("live", 503)

    assert ["the worker has been no member of its group for"] == [
        why.rpartition(" for ")[0] + " for" for why in said["why"]
    ]
    assert said["member"] is False


async def test_a_worker_that_does_not_move_while_there_is_lag_ends_itself(kafka, prefix, tmp_path):
    """A judge that waits for ever is told by its lag, and ends the process with exit code 3 where that is wanted."""
    settings = await prepare(kafka, prefix)
    with Patient(settings, tmp_path, FAULT="judge", FAIRTRADE_EXIT_WHEN_STUCK="1") as worker:
        await worker.at_the_end()
        worker.fall_ill()
        await produce(settings, SOME)
        _, took = await worker.becomes("live", 503, "orders[0] lies 1 offsets behind and has not moved for")
        code = await worker.ends()
        log = worker.log.read_text()

    assert took < 3 * STUCK_MS / 1000
    assert code == 3
    assert "ends with exit code 3: it is stuck" in log


async def test_a_loop_that_is_stuck_is_told_by_another_thread(kafka, prefix, tmp_path):
    """With the event loop blocked for ever the answers still come, and they are no."""
    settings = await prepare(kafka, prefix)
    with Patient(settings, tmp_path, FAULT="loop") as worker:
        await worker.at_the_end()
        worker.fall_ill()
        _, took = await worker.becomes("live", 503, "the event loop has not run for")

    assert took < 3 * STUCK_MS / 1000


BUSY = 60_000


async def refusals(settings):
    """Count the dead letters up to now by their offsets."""
    async with reading(settings, "dead-letters") as letters:
        return sum((await letters.end_offsets(list(letters.assignment()))).values())


async def test_sigterm_under_load_ends_in_time_with_everything_committed(kafka, prefix, tmp_path):
    """In the midst of a backlog it ends with exit code 0 within 10 s, and its state stands at what was judged."""
    settings = await prepare(kafka, prefix)
    await produce(settings, {number: [json.dumps({"n": n}).encode() for n in range(BUSY)] for number in (0, 1)})
    with Patient(settings, tmp_path) as worker:
        await worker.becomes("startup", 200)
        await until(lambda: refusals(settings), "the first transaction")
        began = time.monotonic()
        worker.process.send_signal(signal.SIGTERM)
        code = await worker.ends()
        took = time.monotonic() - began
    rows = [row for row in await audit.audit(settings) if row.topic == "orders"]
    refused = await read(settings, "dead-letters")
    offsets = await group_offsets(settings)

    assert code == 0
    assert took < 10
    assert all(row.ok for row in rows)
    assert [row.advanced for row in rows] == [offsets[TopicPartition(prefix + "orders", row.partition)] for row in rows]
    assert 0 < sum(row.advanced for row in rows) == len(refused) < 2 * BUSY
