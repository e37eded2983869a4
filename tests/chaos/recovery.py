"""`make recovery`: how fast a large state is restored, and how soon alerts come again after a worker is killed."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aiokafka import AIOKafkaProducer

from monitor.app import engine_core
from monitor.detect.registry import registered
from monitor.engine.partition import META, Meta
from monitor.engine.rules import Rules
from monitor.engine.values import Slot, pack, product_hash
from monitor.settings import Settings
from monitor.stream import heap
from monitor.stream.partition import Partition
from monitor.stream.restore import StateReader
from monitor.wire.clients import producer_options
from monitor.wire.logs import opened
from tests.chaos import report
from tests.chaos.feed import Feed
from tests.chaos.stage import Stage, staged

VALUE_BYTES = 180
DUE = 4_000_000_000_000
RATE, LEVER_EVERY = 500, 20
BEFORE_S, AFTER_S = 10.0, 40.0


async def fill(settings: Settings, keys: int) -> None:
    """Write a state log as transactions leave it: buckets of a day, due long after, and a meta record."""
    producer = AIOKafkaProducer(**producer_options(settings, "fill"), compression_type="lz4")
    await producer.start()
    try:
        for number in range(settings.partitions):
            await producer.begin_transaction()
            batch, sent = producer.create_batch(), []
            for key, value in _records(number, keys // settings.partitions):
                if batch.append(timestamp=None, key=key, value=value) is None:
                    sent.append(await producer.send_batch(batch, settings.address("state"), partition=number))
                    batch = producer.create_batch()
                    batch.append(timestamp=None, key=key, value=value)
            sent.append(await producer.send_batch(batch, settings.address("state"), partition=number))
            await asyncio.gather(*sent)
            await producer.commit_transaction()
    finally:
        await producer.stop()


def _records(number: int, count: int) -> Iterator[tuple[bytes, bytes]]:
    for key in range(count):
        name = f"b\nm1:{key:016x}{number:08x}\nplatform-000\n20381\nplatform-000-k-{key:09d}"
        product = product_hash(f"69{key % 5_000:011d}")
        yield name.encode(), pack(Slot(bytes(VALUE_BYTES), DUE + key, product), 1)
    meta = Meta(transaction=1, rules=Rules.of(registered()))
    yield META.encode(), pack(Slot(meta), 1)


async def restored(settings: Settings) -> tuple[int, float]:
    """Restore all partitions as a worker does; answers records and seconds."""
    make = engine_core(settings)
    partitions = [Partition(n, make(n), generation=1, slice_records=500) for n in range(settings.partitions)]
    began, records = time.perf_counter(), 0
    async with StateReader(settings) as reader:
        logs = await reader.logs(range(settings.partitions))
        async for partition, count in reader.restore(partitions, logs):
            partition.core.open()
            records += count
    return records, time.perf_counter() - began


async def first_alert(stage: Stage, feed: Feed) -> float:
    """Kill one of two workers for good under traffic; answer the seconds to the first new alert of its partitions."""
    feeding = asyncio.create_task(feed.run())
    try:
        await asyncio.sleep(BEFORE_S)
        victim = next(iter(stage.fleet))
        held = (await asyncio.to_thread(victim.probe)).signs["partitions"]
        victim.is_wanted = False
        victim.signal(signal.SIGKILL)
        return await asyncio.wait_for(_seen(stage.settings, held), AFTER_S)
    finally:
        feeding.cancel()
        await asyncio.wait([feeding])


async def _seen(settings: Settings, held: list[int]) -> float:
    began, now_ms = time.monotonic(), time.time_ns() // 1_000_000
    async with opened(settings, ("alerts",), held) as logs:
        async for record in logs.records(follow=True):
            if record.timestamp > now_ms + 500:
                return time.monotonic() - began
    raise RuntimeError("a log that is followed has no end")


async def measured(keys: int) -> dict[str, float]:
    """Measure both on a broker of our own."""
    told = Settings(kafka="127.0.0.1:1", prefix="x.", group="chaos")
    with tempfile.TemporaryDirectory(prefix="fairtrade-recovery-") as folder:
        async with staged(Path(folder), told, 2, own_disk=False) as stage:
            await fill(stage.settings, keys)
            heap.settle()
            records, seconds = await restored(stage.settings)
            feed = Feed(stage.settings, 1, 60 * RATE, RATE, LEVER_EVERY)
            await feed.register()
            stage.fleet.begin(2)
            for worker in stage.fleet:
                while not (await asyncio.to_thread(worker.probe)).ready:  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.2)
            alert = await first_alert(stage, feed)
            await stage.fleet.end()
    return {
        "keys": keys,
        "restored_records": records,
        "restore_s": round(seconds, 2),
        "records_a_second": round(records / seconds),
        "session_timeout_s": told.session_timeout_ms / 1000,
        "first_alert_after_kill_s": round(alert, 2),
    }


def main(told: list[str]) -> None:
    """Measure, tell and record."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.recovery", description=__doc__)
    parser.add_argument("--keys", type=int, default=1_000_000, help="keys of the state, all partitions together")
    found = asyncio.run(measured(parser.parse_args(told).keys))
    report.record("recovery", found)
    report.console().print(found)


if __name__ == "__main__":
    main(sys.argv[1:])
