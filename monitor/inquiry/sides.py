"""Where the alerts of a side come from: its topic, or a file that `alerts export` or `backtest` wrote."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from monitor.engine.partition import META, Meta
from monitor.engine.values import PREFIX_SIZE, read_prefix
from monitor.errors import WeAreWrong
from monitor.events import Topic
from monitor.settings import Settings
from monitor.wire.logs import opened
from monitor.wire.subscriber import alerts

Last = dict[str, bytes]
"""The value of the last revision by alert id."""

_meta = msgspec.msgpack.Decoder(Meta).decode


class _Line(Struct):
    key: str
    value: Raw


_line = msgspec.json.Decoder(_Line)


def beside(settings: Settings, output_prefix: str) -> Settings:
    """Answer settings that read what a group with another output prefix wrote about the same inputs."""
    return replace(settings, output_prefix=output_prefix)


async def on_topic(settings: Settings) -> Last:
    """Read the last revision of every alert on the topic as it is now."""
    return {one.key: one.value async for one in alerts(settings)}


def in_file(path: Path) -> Last:
    """Read the last revision of every alert in a file, a line a revision in the order in which they were published.

    Raises WeAreWrong with the line that is none.
    """
    last: Last = {}
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                line = _line.decode(text)
            except msgspec.MsgspecError as error:
                expected = "a line of `fairtrade alerts export` or `fairtrade backtest`"
                raise WeAreWrong(f"{path}, line {number}: {error}; expected {expected}") from error
            last[line.key] = bytes(line.value)
    return last


async def unapplied(settings: Settings, partition: int | None = None) -> list[str]:
    """Say which inputs hold records that the group of these outputs has not applied; nothing where it is at rest.

    Of one partition, or of all.
    """
    numbers = range(settings.partitions) if partition is None else range(partition, partition + 1)
    async with opened(settings, Topic, numbers) as inputs:
        ends = {(place.topic, place.partition): end for place, end in inputs.ends.items()}
    applied = await applied_offsets(settings, numbers)
    behind = {
        (topic, number): ends[settings.address(topic), number] - 1 - applied.get(number, {}).get(topic, -1)
        for topic in Topic
        for number in numbers
    }
    return [f"{topic}[{number}]: {count} offsets" for (topic, number), count in behind.items() if count > 0]


async def applied_offsets(settings: Settings, partitions: Iterable[int]) -> dict[int, dict[str, int]]:
    """Read from the state how far each partition's inputs are applied; a partition without a meta record is absent."""
    found: dict[int, dict[str, int]] = {}
    async with opened(settings, ("state",), partitions) as logs:
        async for record in logs.records():
            if record.key == META.encode() and record.value is not None:
                read_prefix(record.value)
                found[record.partition] = _meta(record.value[PREFIX_SIZE:]).applied
    return found
