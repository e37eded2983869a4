"""Dead letters written anew, each at most once for ever: the record and its letter's mark stand in one transaction."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, ProducerFenced

from monitor.errors import WorldIsWrong
from monitor.feed.stamp import Stamped
from monitor.repair.choosing import named
from monitor.repair.repaired import Repaired
from monitor.repair.stamping import Restamping
from monitor.settings import Settings
from monitor.wire.clients import producer_options
from monitor.wire.dead_letters import Coordinates, Letter, content, mark_of
from monitor.wire.headers import input_headers

AT_ONCE = 500
"""letters of one transaction: it is over long before the broker would give it up"""
REPLAYS = "replays"


class Outcome(StrEnum):
    """What becomes of one line."""

    ready = "ready"
    already = "already replayed"
    refused = "still refused"
    unknown = "no such dead letter"
    twice = "stands twice"


class Planned(NamedTuple):
    """One line with what becomes of it; `record` is what is written, None where nothing is."""

    line: str
    where: Coordinates
    outcome: Outcome
    detail: str = ""
    letter: Letter | None = None
    record: Stamped | None = None


async def replay(
    settings: Settings, lines: Sequence[Repaired], *, send: bool, progress: Callable[[int], None] = lambda _: None
) -> list[Planned]:
    """Plan what becomes of each line and, with `send`, write those that are ready; `progress` is told how many are.

    Before the letters are read every other replay on these topics is fenced, so of two that run at once one is refused.
    What is interrupted is begun again: what was written is already replayed then. Raises WorldIsWrong when fenced.
    """
    if not send:
        return await _planned(settings, lines)
    async with writer(settings) as producer:
        planned = await _planned(settings, lines)
        ready = [one for one in planned if one.record is not None]
        for first in range(0, len(ready), AT_ONCE):
            part = ready[first : first + AT_ONCE]
            await write(settings, producer, part)
            progress(first + len(part))
    return planned


async def _planned(settings: Settings, lines: Sequence[Repaired]) -> list[Planned]:
    return plan(lines, await named(settings, (line.where for line in lines)), settings.partitions, _now())


def plan(lines: Iterable[Repaired], known: Mapping[Coordinates, Letter], partitions: int, now: int) -> list[Planned]:
    """Say what becomes of each line; `now` in ms is the time of this replay, which no other one has."""
    stamping = Restamping(partitions, now)
    seen: set[Coordinates] = set()
    planned = []
    for line in lines:
        planned.append(_of_line(line, known.get(line.where), stamping, seen, now))
        seen.add(line.where)
    return planned


def _of_line(line: Repaired, letter: Letter | None, stamping: Restamping, seen: set[Coordinates], now: int) -> Planned:
    if line.where in seen:
        return Planned(line.line, line.where, Outcome.twice, "only its first line counts")
    if letter is None:
        return Planned(line.line, line.where, Outcome.unknown, "never refused, or forgotten since; see the list")
    if letter.replayed is not None:
        return Planned(line.line, line.where, Outcome.already, f"as {letter.replayed}", letter)
    said = content(letter.value if line.value is None else line.value)
    if not said:
        return Planned(line.line, line.where, Outcome.refused, "its value is no JSON object", letter)
    record, refusal = stamping.restamp(letter, said, now)
    if refusal is not None:
        detail = f"{refusal.reason.value} at {refusal.path}: {refusal.detail}"
        return Planned(line.line, line.where, Outcome.refused, detail, letter)
    told = f"as {record.source}/{record.sequence} on {record.topic}[{record.partition}]"
    return Planned(line.line, line.where, Outcome.ready, told, letter, record)


@asynccontextmanager
async def writer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    """Open the one producer of replays on these inputs; whoever opened it before can write no more."""
    producer = AIOKafkaProducer(**producer_options(settings, f"{settings.prefix}dead-letters"))
    await producer.start()
    try:
        yield producer
    except (ProducerFenced, IllegalOperation) as error:
        raise WorldIsWrong("another replay of these dead letters began; let it end, then look again") from error
    finally:
        await producer.stop()


async def write(settings: Settings, producer: AIOKafkaProducer, part: Sequence[Planned]) -> None:
    """Write the lines that are ready, each with its letter's mark, in one transaction."""
    under_way: list[asyncio.Future[Any]] = []
    try:
        async with producer.transaction():
            for one in part:
                await _hand_over(settings, producer, one, under_way)
            await asyncio.gather(*under_way)
    finally:
        await asyncio.gather(*under_way, return_exceptions=True)


async def _hand_over(
    settings: Settings, producer: AIOKafkaProducer, one: Planned, under_way: list[asyncio.Future[Any]]
) -> None:
    record, letter = one.record, one.letter
    if record is None or letter is None:
        return
    headers = [
        *input_headers(record.platform or None, record.source, record.sequence),
        (REPLAYS, "/".join(map(str, letter.where)).encode()),
    ]
    anew = settings.address(record.topic), record.value, record.key, record.partition, headers
    # The client refuses a record that has neither key nor value; a letter may have come without a key.
    mark = mark_of(letter, record.source, record.sequence)
    marked = settings.address("dead-letters"), b"", letter.key, letter.where.partition, mark
    for topic, value, key, partition, of_record in (anew, marked):
        under_way.append(await producer.send(topic, value, key=key, partition=partition, headers=of_record))


def _now() -> int:
    return time.time_ns() // 1_000_000
