"""`fairtrade simulate`: a province with its truth, into files or straight into the topics."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from monitor.feed import truth
from monitor.feed.files import PartitionFiles
from monitor.feed.province import PLATFORMS, SCALES, Province, Scale
from monitor.feed.resume import read_back
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter, gathered
from monitor.feed.truth import Truth
from monitor.settings import Settings

SLICES_A_SECOND = 20

Progress = Callable[[int], None]
"""told the records written so far"""


class Simulated(NamedTuple):
    """What was made: records, the truth about them, how many must be refused, by reason, and are lost, by platform."""

    records: int
    truths: list[Truth]
    refused: dict[str, int]
    lost: dict[str, int]


def scale_of(name: str, days: int | None) -> Scale:
    """Answer a scale by name, over another number of days if given."""
    if name not in SCALES:
        raise ValueError(f"scale {name!r} is none of {', '.join(SCALES)}")
    return replace(SCALES[name], days=days) if days else SCALES[name]


def platforms_of(scale: str) -> tuple[str, ...]:
    """Answer who trades in a province of this scale unless the caller says so."""
    return PLATFORMS[:3] if scale == "small" else PLATFORMS


def simulate_to_files(
    out: Path,
    seed: int = 1,
    scale: str = "demo",
    days: int | None = None,
    partitions: int = 8,
    platforms: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Write `partition-<p>.ndjson` and truth.json into `out`; equal arguments write equal bytes."""
    platforms = platforms or platforms_of(scale)
    province = Province(seed, scale_of(scale, days), platforms)
    gateway = Gateway(partitions)
    with PartitionFiles(out, partitions) as files:
        for deliveries in province.deliveries():
            files.write(gateway.stamp(deliveries))
            if progress:
                progress(files.written)
        written = files.written
    about = {"seed": seed, "partitions": partitions, "platforms": list(platforms), "lost": dict(province.lost)}
    truth.write(out, province.truths, province.refused, **about)
    return Simulated(written, province.truths, province.refused, dict(province.lost))


async def simulate_to_topics(
    settings: Settings,
    seed: int = 1,
    scale: str = "demo",
    days: int | None = None,
    platforms: Sequence[str] | None = None,
    rate: float | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Write a province into the topics, `rate` records a second or as fast as the broker takes them.

    The registry of platforms is not written: `fairtrade topics apply` seeds it. Numbering goes on where the log ends.
    """
    province = Province(seed, scale_of(scale, days), platforms or platforms_of(scale), register=False)
    gateway = Gateway(settings.partitions, await read_back(settings))
    async with TopicWriter(settings) as writer:
        pace = Pace(rate)
        for part in gathered(gateway.stamp(deliveries) for deliveries in province.deliveries()):
            for records in pace.slices(part):
                await pace.wait(writer.written)
                await writer.write(records)
            if progress:
                progress(writer.written)
    return Simulated(writer.written, province.truths, province.refused, dict(province.lost))


class Pace:
    """Hold a writer to `rate` records a second from now on, in slices of a twentieth of a second; None holds nobody."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._began = time.monotonic()

    def slices(self, records: list[Stamped]) -> Iterator[list[Stamped]]:
        """Cut records into what goes out at once."""
        size = max(1, int(self._rate / SLICES_A_SECOND)) if self._rate else len(records) or 1
        for first in range(0, len(records), size):
            yield records[first : first + size]

    async def wait(self, written: int) -> None:
        """Wait until `written` records are due."""
        if self._rate:
            await asyncio.sleep(self._began + written / self._rate - time.monotonic())
