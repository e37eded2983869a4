"""One small scene for each rule that keeps events: the fault that the rule is there for, at the moment that matters.

Each plays on topics of its own until everything is at rest; a worker that keeps the rules loses and repeats nothing in
it, and one that breaks the rule in question does.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.events import Topic
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter
from monitor.feed.traffic import Mix, Traffic
from monitor.settings import Settings
from monitor.stream.order import INPUTS
from monitor.wire import admin
from monitor.wire.contracts import load
from tests.chaos.fleet import Worker
from tests.chaos.tail import Tail

MIX = Mix(events=1_500, offers=120, platforms=3, days=3, copies=1, levers=60, seed=7)
PATIENCE_S = 30.0
READY_S = 12.0
SLICE = 100
"""Records of a slice: a batch has several, between which a transaction may be taken."""
REST_S = 4.0
"""How long nothing may move before the scene ends as it is: a broken worker may never come to the end."""


class Ground(NamedTuple):
    """What a scene plays on: records in two halves, two workers of one place in the group, and who watches."""

    settings: Settings
    halves: tuple[list[Stamped], list[Stamped]]
    first: Worker
    second: Worker
    tail: Tail


def traffic(partitions: int) -> tuple[list[Stamped], list[Stamped]]:
    """Make the records, control first, cut in the middle of the days."""
    gateway = Gateway(partitions)
    records = [record for hour in Traffic(MIX).deliveries() for record in gateway.stamp(hour)]
    records.sort(key=lambda record: record.topic != Topic.control)
    return records[: len(records) // 2], records[len(records) // 2 :]


async def append(ground: Ground, records: list[Stamped]) -> None:
    """Write records into the topics."""
    async with TopicWriter(ground.settings) as writer:
        await writer.write(records)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something; in vain is as good as a failure."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{PATIENCE_S:.0f} s are over")
        await asyncio.sleep(0.02)


async def at_work(worker: Worker) -> None:
    """Wait until a worker that runs is ready; a broken one may never be."""
    deadline = time.monotonic() + READY_S
    while worker.pid and not (await asyncio.to_thread(worker.probe)).ready:
        if time.monotonic() > deadline:
            return
        await asyncio.sleep(0.2)


async def stopped(worker: Worker) -> None:
    """End a worker in order."""
    worker.signal(signal.SIGTERM)
    await until(lambda: not worker.pid)


async def killed(worker: Worker) -> None:
    """End a worker by signal 9."""
    worker.signal(signal.SIGKILL)
    await until(lambda: not worker.pid)


async def thawed_inside(ground: Ground) -> None:
    """A worker frozen inside its transaction goes on once its successor has judged the same records."""
    ground.first.order("inside", "alerts")
    await append(ground, ground.halves[0])
    await until(ground.first.held.exists)
    ground.first.signal(signal.SIGSTOP)
    ground.second.start()
    await append(ground, ground.halves[1])
    await at_work(ground.second)
    await asyncio.sleep(1)
    ground.first.held.unlink()
    ground.first.signal(signal.SIGCONT)
    await asyncio.sleep(1)
    await killed(ground.first)


async def restarted(ground: Ground) -> None:
    """A worker ends in order when half is judged; its successor judges the rest."""
    await append(ground, ground.halves[0])
    await ground.tail.at_rest(REST_S)
    await stopped(ground.first)
    await append(ground, ground.halves[1])
    ground.second.start()


async def killed_between(ground: Ground) -> None:
    """A worker is killed right after a transaction that was taken in the middle of a batch."""
    ground.first.order("between")
    await append(ground, ground.halves[0] + ground.halves[1])
    await until(ground.first.held.exists)
    await killed(ground.first)
    ground.second.start()


async def answer_lost(ground: Ground) -> None:
    """A transaction is committed and its worker never hears so; if it ends, a successor goes on."""
    ground.first.order("unsaid", "alerts")
    await append(ground, ground.halves[0] + ground.halves[1])
    await until(lambda: not (ground.first.folder / "unsaid").exists())
    await asyncio.sleep(0.5)
    if not ground.first.pid:
        ground.second.start()


async def offsets_ahead(ground: Ground) -> None:
    """Between two workers the group's offsets are set to the end of what nobody has read yet."""
    await append(ground, ground.halves[0])
    await ground.tail.at_rest(REST_S)
    await stopped(ground.first)
    await append(ground, ground.halves[1])
    await commit_ends(ground.settings)
    ground.second.start()


async def commit_ends(settings: Settings) -> None:
    """Commit the end of every input for the group, in a group without living members."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        group_id=settings.group,
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        places = [TopicPartition(settings.prefix + topic, n) for topic in INPUTS for n in range(settings.partitions)]
        consumer.assign(places)
        await consumer.commit(await consumer.end_offsets(places))
    finally:
        await consumer.stop()


async def killed_inside(ground: Ground) -> None:
    """A worker is killed inside a transaction; nothing of it may be seen by its successor."""
    await append(ground, ground.halves[0])
    await ground.tail.at_rest(REST_S)
    ground.first.order("inside", "alerts")
    await append(ground, ground.halves[1])
    await until(ground.first.held.exists)
    await killed(ground.first)
    ground.second.start()


SCENES: dict[str, Callable[[Ground], Awaitable[None]]] = {
    "no-fence": thawed_inside,
    "write-before-restore": restarted,
    "half-done-batch": killed_between,
    "retry-unknown": answer_lost,
    "position-from-group": offsets_ahead,
    "read-uncommitted-restore": killed_inside,
}
"""By the break that each must catch."""
LEAVING = frozenset({"position-from-group"})
"""Scenes in which workers must leave the group at once, so that its offsets can be set: they have no static id."""


async def set_out(name: str, kafka: str, prefix: str, folder: Path, broken: str | None) -> Settings:
    """Play a scene to rest, with workers that are broken or not, and answer the settings of its topics."""
    told = Settings(
        kafka=kafka, prefix=prefix, group=prefix + "group", partitions=1, poll_records=20_000, slice_records=SLICE
    )
    await admin.apply(told, replace(load(), platforms=()))
    instance = None if name in LEAVING else "scene"
    first, second = (Worker(f"{name}-{one}", folder, told, instance, broken) for one in ("first", "second"))
    async with Tail(told) as tail:
        first.start()
        try:
            await at_work(first)
            ground = Ground(told, traffic(told.partitions), first, second, tail)
            await SCENES[name](ground)
            await at_work(second)
            await tail.at_rest(REST_S)
        finally:
            for worker in (first, second):
                await asyncio.to_thread(worker.bury)
    return told
