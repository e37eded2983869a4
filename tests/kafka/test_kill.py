"""Kill -9 again and again: nothing lost, nothing twice, whatever the worker was in the middle of (issue measure)."""

import asyncio
import json
import random
from collections import Counter

import pytest
from ground import Worker, prepare, produce, read, until
from toy import EVERY, ToyCore

from monitor.stream import audit

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SEED = 20210401
KEYS = 40
CHUNK = 400
KILLS = 10
INSIDE = {2, 5, 8}
BROKEN = b'{"half'


def chunks(seed):
    """Make what each stretch between two kills appends, by partition; one record in a hundred is broken."""
    draw = random.Random(seed)  # noqa: S311 - a seed is the point
    return [{number: [_value(draw) for _ in range(CHUNK)] for number in range(2)} for _ in range(KILLS + 1)]


def _value(draw):
    return BROKEN if draw.random() < 0.01 else json.dumps(f"key-{draw.randrange(KEYS)}").encode()


def expected(stretches):
    """Count what the toy raises on a partition's values, by hand."""
    raised = set()
    for number in range(2):
        counts = Counter()
        for value in (value for stretch in stretches for value in stretch[number]):
            if value == BROKEN:
                continue
            key = json.loads(value)
            counts[key] += 1
            if counts[key] % EVERY == 0:
                raised.add((f"{number}-{key}", counts[key]))
    return raised


async def alerts(settings, isolation="read_committed"):
    """List (alert id, count, CloudEvents id) of every alert that a reader sees."""
    return [
        (record.key.decode(), json.loads(record.value)["count"], dict(record.headers)["ce_id"].decode())
        for record in await read(settings, "alerts", isolation)
    ]


async def undisturbed(settings, folder, stretches):
    """Run one worker over everything and answer what it raised."""
    for stretch in stretches:
        await produce(settings, stretch)
    count = len(expected(stretches))
    with Worker(settings, folder) as worker:
        await until(lambda: _at_least(settings, count), "all alerts")
        assert await worker.stop() == 0
    return await alerts(settings)


async def _at_least(settings, count):
    return len(await alerts(settings)) >= count


async def killed_at_work(settings, worker, stretch, draw):
    """Kill a worker that has just begun on new records, at a moment that the seed chose."""
    before = len(await alerts(settings))
    await produce(settings, {number: values[: CHUNK // 2] for number, values in stretch.items()})
    await until(lambda: _at_least(settings, before + 1), "the first alert of a stretch")
    await produce(settings, {number: values[CHUNK // 2 :] for number, values in stretch.items()})
    await asyncio.sleep(draw.random() * 0.03)
    worker.kill()


async def killed_inside(settings, worker, stretch, hold):
    """Kill a worker inside an open transaction that holds alerts; answer how many of them no subscriber ever sees."""
    await asyncio.to_thread(hold.touch)
    await produce(settings, stretch)
    held = hold.with_suffix(".held")
    await until(lambda: asyncio.to_thread(held.exists), "a transaction that holds alerts")
    hidden = len(await alerts(settings, "read_uncommitted")) - len(await alerts(settings))
    worker.kill()
    await asyncio.to_thread(held.unlink)
    return hidden


async def test_ten_kills_lose_nothing_and_repeat_nothing(kafka, prefix, tmp_path):
    """After ten seeded kills, three inside open transactions, alerts are those of an undisturbed run, each once."""
    draw, stretches = random.Random(SEED), chunks(SEED)  # noqa: S311 - likewise
    calm = await prepare(kafka, prefix + "calm.")
    rough = await prepare(kafka, prefix + "rough.")
    hold, hidden = tmp_path / "hold", []
    for kill, stretch in enumerate(stretches[:KILLS]):
        with Worker(rough, tmp_path, HOLD_FILE=str(hold)) as worker:
            if kill in INSIDE:
                hidden.append(await killed_inside(rough, worker, stretch, hold))
            else:
                await killed_at_work(rough, worker, stretch, draw)
    await produce(rough, stretches[KILLS])
    with Worker(rough, tmp_path) as worker:
        await until(lambda: _at_least(rough, len(expected(stretches))), "all alerts")
        assert await worker.stop() == 0
    seen = await alerts(rough)
    rows = await audit.audit(rough, ToyCore)

    assert len(INSIDE) == len([count for count in hidden if count > 0])
    assert expected(stretches) == {(alert, count) for alert, count, _ in seen}
    assert len(seen) == len({ce_id for _, _, ce_id in seen}) >= 200
    assert sorted(seen) == sorted(await undisturbed(calm, tmp_path, stretches))
    assert [] == [row for row in rows if not row.ok]
    assert 2 * CHUNK * (KILLS + 1) == sum(
        row.terms["judged"] + row.terms["rejected"] for row in rows if row.topic == "orders"
    )
