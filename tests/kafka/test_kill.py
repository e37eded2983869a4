"""Kill -9 again and again: nothing lost, nothing twice, whatever the worker was in the middle of."""

import asyncio
import random

import pytest
from aiokafka import TopicPartition
from ground import Worker, group_offsets, prepare, read, reading, until

from monitor.feed.province import Province
from monitor.feed.simulate import platforms_of, scale_of
from monitor.feed.stamp import Gateway
from monitor.feed.topics import TopicWriter
from monitor.findings import alerts_sha256
from monitor.stream import audit
from monitor.stream.order import INPUTS

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SEED = 20210401
PARTITIONS = 2
KILLS = 10
INSIDE = {2, 5, 8}
REVISIONS = 200


def stretches():
    """Cut a simulated province, in order of arrival, into what stands before, between and after the kills."""
    province = Province(SEED, scale_of("small", None), platforms_of("small"), register=False)
    gateway = Gateway(PARTITIONS)
    records = [record for deliveries in province.deliveries() for record in gateway.stamp(deliveries)]
    size = len(records) // (KILLS + 1) + 1
    return [records[first : first + size] for first in range(0, len(records), size)]


async def append(settings, records):
    """Write records of the province into the topics."""
    async with TopicWriter(settings) as writer:
        await writer.write(records)


async def alerts(settings):
    """List (CloudEvents id, alert id, value) of every alert that a subscriber sees."""
    return [
        (dict(record.headers)["ce_id"].decode(), record.key.decode(), record.value)
        for record in await read(settings, "alerts")
    ]


async def state_ends(settings):
    """Answer how far the state log goes: it grows with every transaction."""
    async with reading(settings, "state") as consumer:
        ends = await consumer.end_offsets(
            [TopicPartition(settings.prefix + "state", number) for number in range(PARTITIONS)]
        )
    return sum(ends.values())


async def all_applied(settings):
    """Answer whether the group has committed the end of every input: it never commits what is not durable."""
    offsets = await group_offsets(settings)
    async with reading(settings, "state") as consumer:
        ends = await consumer.end_offsets(
            [TopicPartition(settings.prefix + topic, number) for topic in INPUTS for number in range(PARTITIONS)]
        )
    return all(offsets.get(place, 0) == end for place, end in ends.items())


async def finished(settings, folder):
    """Let a worker judge what is left, and end it in order."""
    with Worker(settings, folder, CORE="engine") as worker:
        await until(lambda: all_applied(settings), "the end of all inputs")
        assert await worker.stop() == 0


async def killed_at_work(settings, worker, stretch, draw):
    """Kill a worker that has just begun on new records, at a moment that the seed chose."""
    before = await state_ends(settings)
    await append(settings, stretch[: len(stretch) // 2])

    async def began():
        return await state_ends(settings) > before

    await until(began, "the first transaction of a stretch")
    await append(settings, stretch[len(stretch) // 2 :])
    await asyncio.sleep(draw.random() * 0.1)
    worker.kill()


async def open_alerts(settings, number):
    """Count the alerts of an open transaction: an uncommitted reader sees them beyond the end of a committed one."""
    place = TopicPartition(settings.prefix + "alerts", number)
    async with reading(settings, "alerts") as committed:
        end = (await committed.end_offsets([place]))[place]
    records = await read(settings, "alerts", "read_uncommitted")
    return len([record for record in records if record.partition == number and record.offset >= end])


async def killed_inside(settings, worker, stretch, hold):
    """Kill a worker inside an open transaction that holds alerts; answer how many of them no subscriber ever sees."""
    await asyncio.to_thread(hold.touch)
    await append(settings, stretch)
    held = hold.with_suffix(".held")
    await until(lambda: asyncio.to_thread(held.exists), "a transaction that holds alerts")
    hidden = await open_alerts(settings, int(await asyncio.to_thread(held.read_text)))
    worker.kill()
    await asyncio.to_thread(held.unlink)
    return hidden


async def disturbed(settings, folder, parts):
    """Feed worker after worker and kill each; answer the alerts after the first kill and those hidden inside three."""
    draw = random.Random(SEED)
    hold, hidden, first = folder / "hold", [], 0
    for kill, part in enumerate(parts[:KILLS]):
        with Worker(settings, folder, CORE="engine", HOLD_FILE=str(hold)) as worker:
            if kill in INSIDE:
                hidden.append(await killed_inside(settings, worker, part, hold))
            else:
                await killed_at_work(settings, worker, part, draw)
        if not kill:
            first = len(await alerts(settings))
    await append(settings, parts[KILLS])
    await finished(settings, folder)
    return first, hidden


async def undisturbed(settings, folder, parts):
    """Let one worker judge the same records."""
    for part in parts:
        await append(settings, part)
    await finished(settings, folder)
    return await alerts(settings)


async def test_ten_kills_lose_nothing_and_repeat_nothing(kafka, prefix, tmp_path):
    """After ten seeded kills, three inside open transactions, alerts are those of an undisturbed run, each once."""
    parts = stretches()
    calm, rough = await asyncio.gather(prepare(kafka, prefix + "calm."), prepare(kafka, prefix + "rough."))
    expected, (first, hidden) = await asyncio.gather(
        undisturbed(calm, tmp_path, parts), disturbed(rough, tmp_path, parts)
    )
    seen, rows = await alerts(rough), await audit.audit(rough)

    assert len(INSIDE) == len([count for count in hidden if count > 0])
    assert len(seen) - first >= REVISIONS
    assert len(seen) == len({ce_id for ce_id, _, _ in seen})
    assert at_rest(expected) == at_rest(seen)
    assert [] == [row for row in rows if not row.ok]
    assert facts(parts) == sum(row.counted.delivered for row in rows if row.topic != "control")


def facts(parts):
    """Count the records of a province that are no entries of control: of those the registry wrote some."""
    return sum(record.topic != "control" for part in parts for record in part)


def at_rest(seen):
    """Answer the hash over the last revision of every alert; withdrawn ones do not count."""
    return alerts_sha256({alert_id: value for _, alert_id, value in seen})
