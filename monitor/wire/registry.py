"""The registry of platforms, from topics/platforms.yaml into the control log: what a worker knows is in its log."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced

from monitor.errors import WorldIsWrong
from monitor.events import ControlEvent, PlatformRegistered
from monitor.settings import Settings
from monitor.wire.clients import producer_options
from monitor.wire.contracts import Catalogue
from monitor.wire.declared import Platform
from monitor.wire.headers import input_headers
from monitor.wire.logs import opened

SOURCE = "registry#1"
AUTHOR = "topics/platforms.yaml"

_entry = msgspec.json.Decoder(ControlEvent)


async def seed(settings: Settings, catalogue: Catalogue) -> list[str]:
    """Register what control lacks of the declared platforms, in every partition, in one transaction; answer their ids.

    A platform that is registered stays as it is: to change it is an entry of its own. The producer starts before the
    log is read, so a second seeding that runs beside this one is fenced and not doubled.
    """
    topic = catalogue.control.address(settings.prefix)
    producer = AIOKafkaProducer(**producer_options(settings, f"{settings.prefix}registry"))
    await producer.start()
    try:
        written = await _written(settings)
        lacking = {
            partition: entries(catalogue.platforms, written[partition], _now())
            for partition in range(settings.partitions)
        }
        if any(lacking.values()):
            await _write(producer, topic, lacking)
    finally:
        await producer.stop()
    return sorted({entry.platform for new in lacking.values() for entry in new})


def entries(
    platforms: Iterable[Platform], written: Sequence[PlatformRegistered], sent_time: int
) -> list[PlatformRegistered]:
    """Make the entries that one partition lacks; their numbers go on from those `written` there by this source."""
    known = {entry.platform for entry in written}
    last = max((entry.sequence for entry in written), default=0)
    new = [platform for platform in platforms if platform.id not in known]
    return [_registered(platform, last + at, sent_time) for at, platform in enumerate(new, start=1)]


def _registered(platform: Platform, sequence: int, sent_time: int) -> PlatformRegistered:
    return PlatformRegistered(
        event_id=f"registry-{platform.id}",
        source=SOURCE,
        sequence=sequence,
        sent_time=sent_time,
        effective_from=0,
        author=AUTHOR,
        reason="seed of the registry",
        platform=platform.id,
        name=platform.name,
        topics=platform.topics,
        disorder_ms=platform.disorder_ms,
        sends_clock=platform.sends_clock,
    )


async def _write(producer: AIOKafkaProducer, topic: str, lacking: Mapping[int, list[PlatformRegistered]]) -> None:
    try:
        async with producer.transaction():
            sent = [
                await _send(producer, topic, partition, entry) for partition, new in lacking.items() for entry in new
            ]
            await asyncio.gather(*sent)
    except ProducerFenced as error:
        raise WorldIsWrong(f"another process registers platforms on {topic}; wait for it, then apply again") from error


async def _send(
    producer: AIOKafkaProducer, topic: str, partition: int, entry: PlatformRegistered
) -> asyncio.Future[Any]:
    """Hand one entry over; what is returned is done once the broker has it."""
    handed: asyncio.Future[Any] = await producer.send(
        topic,
        msgspec.json.encode(entry),
        key=entry.event_id.encode(),
        partition=partition,
        headers=input_headers(entry.platform, entry.source, entry.sequence),
    )
    return handed


async def _written(settings: Settings) -> defaultdict[int, list[PlatformRegistered]]:
    """Read what this source wrote into each partition of control, up to the end as it is now."""
    written: defaultdict[int, list[PlatformRegistered]] = defaultdict(list)
    async with opened(settings, ("control",), range(settings.partitions)) as logs:
        async for record in logs.records():
            written[record.partition] += _ours([record.value])
    return written


def _ours(values: Iterable[bytes]) -> list[PlatformRegistered]:
    ours = []
    for value in values:
        try:
            entry = _entry.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if isinstance(entry, PlatformRegistered) and entry.source == SOURCE:
            ours.append(entry)
    return ours


def _now() -> int:
    return time.time_ns() // 1_000_000
