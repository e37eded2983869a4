"""`make recovery`: how fast a large state is restored, and how long partitions stand still when workers come and go."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from aiokafka import AIOKafkaProducer

from bench.measures import Measure, at_least, at_most
from monitor.app import engine_core
from monitor.detect.registry import registered
from monitor.engine.partition import META, Meta
from monitor.engine.rules import Rules
from monitor.engine.values import pack, product_hash
from monitor.eventtime.china import DAY
from monitor.settings import Settings
from monitor.stream import heap
from monitor.stream.partition import Partition
from monitor.stream.restore import StateReader
from monitor.wire.clients import producer_options
from monitor.wire.logs import opened
from tests.chaos import report
from tests.chaos.feed import Feed, mix_of
from tests.chaos.fleet import LOOK_S, Worker
from tests.chaos.pauses import Lasted, Pause, pauses
from tests.chaos.stage import Stage, staged

VALUE_BYTES = 180
# Buckets of a day are due together; all of them long after the traffic.
DUE, DAYS = 4_000_000_000_000, 35
RATE, LEVER_EVERY = 500, 60
BEFORE_S, AFTER_S, FED_S = 8.0, 120.0, 240
RESTORED_A_SECOND = 400_000
PAUSE_S = 5.0
FILE = report.FILE.with_name("recovery.json")


class Restored(NamedTuple):
    """How much was restored, in how long, and in how much time on the processor."""

    records: int
    seconds: float
    cpu_s: float


async def fill(settings: Settings, keys: int) -> None:
    """Write a state log as transactions leave it: buckets of a day, due long after, and a meta record."""
    producer = AIOKafkaProducer(**producer_options(settings, "fill"), compression_type="lz4")
    await producer.start()
    try:
        for number in range(settings.partitions):
            await producer.begin_transaction()
            batch, sent = producer.create_batch(), []
            for key, value in state_records(number, keys // settings.partitions):
                if batch.append(timestamp=None, key=key, value=value) is None:
                    sent.append(await producer.send_batch(batch, settings.address("state"), partition=number))
                    batch = producer.create_batch()
                    batch.append(timestamp=None, key=key, value=value)
            sent.append(await producer.send_batch(batch, settings.address("state"), partition=number))
            await asyncio.gather(*sent)
            await producer.commit_transaction()
    finally:
        await producer.stop()


def state_records(number: int, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Answer a partition's state log after its first transaction: so many buckets, and the meta record."""
    for key in range(count):
        name = f"b\nm1:{key:016x}{number:08x}\nplatform-000\n20381\nplatform-000-k-{key:09d}"
        product = product_hash(f"69{key % 5_000:011d}")
        yield name.encode(), pack(bytes(VALUE_BYTES), 1, DUE + key % DAYS * DAY, product)
    meta = Meta(transaction=1, rules=Rules.of(registered()))
    yield META.encode(), pack(meta, 1)


async def restored(settings: Settings) -> Restored:
    """Restore all partitions as a worker does."""
    make = engine_core(settings)
    partitions = [Partition(n, make(n), generation=1, slice_records=500) for n in range(settings.partitions)]
    began, spent, records = time.perf_counter(), time.process_time(), 0
    async with StateReader(settings) as reader:
        logs = await reader.logs(range(settings.partitions))
        async for partition, count in reader.restore(partitions, logs):
            partition.core.open()
            records += count
    return Restored(records, time.perf_counter() - began, time.process_time() - spent)


def restored_alone(settings: Settings) -> Restored:
    """Restore in a process in which nothing else runs, as it is in a worker."""
    heap.settle()
    return asyncio.run(restored(settings))


async def restored_apart(stage: Stage) -> Restored:
    """Restore in a process of its own, once who watches here has read what was filled in."""
    while len(stage.tail.applied) < stage.settings.partitions:  # noqa: ASYNC110 - a log is followed
        await asyncio.sleep(LOOK_S)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, restored_alone, stage.settings)


async def moved(stage: Stage) -> AsyncIterator[Lasted]:
    """Let a third worker join and leave again, then a static member restart; answers when each began and ended."""
    newcomer, stays = list(stage.fleet)[2], list(stage.fleet)[1]
    for kind, move in (
        ("join", lambda: joined(newcomer)),
        ("leave", lambda: stage.fleet.stopped(newcomer)),
        ("restart", lambda: restarted(stays)),
    ):
        await asyncio.sleep(BEFORE_S)
        began = time.monotonic()
        await move()
        await all_ready(stage)
        yield Lasted(kind, began, time.monotonic())
    await asyncio.sleep(BEFORE_S)


async def joined(worker: Worker) -> None:
    """Let one worker more be wanted, and wait until it is ready."""
    worker.is_wanted = True
    await ready(worker)


async def restarted(worker: Worker) -> None:
    """End a worker in order; whoever supervises it starts it again at once."""
    before = worker.pid
    worker.signal(signal.SIGTERM)
    while worker.pid in {0, before}:  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(LOOK_S)
    await ready(worker)


async def all_ready(stage: Stage) -> None:
    """Wait until every worker that is wanted is ready."""
    await asyncio.gather(*(ready(worker) for worker in stage.fleet.wanted))


async def ready(worker: Worker) -> None:
    """Wait until a worker says that it is."""
    while not (await asyncio.to_thread(worker.probe)).ready:  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(LOOK_S)


async def first_alert(stage: Stage) -> float:
    """Kill one of two workers while alerts come; answer the seconds to the first new one of its partitions.

    It stays away until then, and comes back after.
    """
    victim = next(iter(stage.fleet))
    held = (await asyncio.to_thread(victim.probe)).signs["partitions"]
    await asyncio.wait_for(_seen(stage.settings, held), AFTER_S)
    victim.is_wanted = False
    victim.signal(signal.SIGKILL)
    seconds = await asyncio.wait_for(_seen(stage.settings, held), AFTER_S)
    victim.is_wanted = True
    return seconds


async def _seen(settings: Settings, held: list[int]) -> float:
    began, now_ms = time.monotonic(), time.time_ns() // 1_000_000
    async with opened(settings, ("alerts",), held) as logs:
        async for record in logs.records(follow=True):
            if record.timestamp > now_ms + 500:
                return time.monotonic() - began
    raise RuntimeError("a log that is followed has no end")


async def under_traffic(stage: Stage) -> tuple[list[Pause], float]:
    """Kill a worker and then move others while traffic flows; answers the pauses and the seconds to an alert again."""
    events = FED_S * RATE
    feed = Feed(stage.settings, mix_of(1, events, events // LEVER_EVERY), RATE)
    await feed.register()
    stage.fleet.begin(2)
    await all_ready(stage)
    feeding = asyncio.create_task(feed.run())
    try:
        killed = time.monotonic()
        alert = await first_alert(stage)
        lasted = [Lasted("kill", killed, time.monotonic())]
        await all_ready(stage)
        lasted += [one async for one in moved(stage)]
        return pauses(stage.tail.moments, lasted), alert
    finally:
        feeding.cancel()
        await asyncio.wait([feeding])


async def measured(keys: int) -> dict[str, Any]:
    """Measure everything on a broker of our own."""
    told = Settings(kafka="127.0.0.1:1", prefix="x.", group="chaos")
    with tempfile.TemporaryDirectory(prefix="fairtrade-recovery-") as folder:
        async with staged(Path(folder), told, 3, own_disk=False) as stage:
            await fill(stage.settings, keys)
            restoration = await restored_apart(stage)
            found, alert = await under_traffic(stage)
            await stage.fleet.end()
    return {
        "keys": keys,
        "restored_records": restoration.records,
        "restore_s": round(restoration.seconds, 2),
        "records_a_second": round(restoration.records / restoration.seconds),
        "records_a_cpu_second": round(restoration.records / restoration.cpu_s),
        "session_timeout_s": told.session_timeout_ms / 1000,
        "first_alert_after_kill_s": round(alert, 2),
        "longest_pause_s": {one.kind: one.longest_s for one in found},
        "load": os.getloadavg()[0],
    }


def measures(found: Mapping[str, Any]) -> list[Measure]:
    """Hold what was found against what is promised."""
    pause = found["longest_pause_s"]
    return [
        at_least("records restored a CPU second", found["records_a_cpu_second"], RESTORED_A_SECOND),
        at_most("longest pause at a clean leave, s", pause.get("leave", AFTER_S), PAUSE_S),
        at_most("longest pause at a clean restart, s", pause.get("restart", AFTER_S), PAUSE_S),
        at_most(
            "first alert after kill -9, s", found["first_alert_after_kill_s"], found["session_timeout_s"] + PAUSE_S
        ),
    ]


def main(told: list[str]) -> int:
    """Measure, tell and record; answers the exit code, 1 where a measure is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.recovery", description=__doc__)
    parser.add_argument("--keys", type=int, default=1_000_000, help="keys of the state, all partitions together")
    found = asyncio.run(measured(parser.parse_args(told).keys))
    held = measures(found)
    FILE.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    console = report.console()
    console.print(found)
    for one in held:
        console.print(f"{'holds ' if one.holds else 'MISSED'} {one.name}: {one.found}, {one.asked}")
    return 0 if all(one.holds for one in held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
