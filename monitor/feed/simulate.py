"""`fairtrade simulate`: a province with its truth, into files or straight into the topics."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from monitor.feed import truth
from monitor.feed.files import PartitionFiles
from monitor.feed.province import PLATFORMS, SCALES, Province, Scale
from monitor.feed.stamp import Gateway
from monitor.feed.truth import Truth

Progress = Callable[[int, int], None]
"""told (hours done, hours of the history) as it goes on"""


class Simulated(NamedTuple):
    """What was made: records, the truth about them, how many must be refused by reason, and where truth.json is."""

    records: int
    truths: list[Truth]
    refused: dict[str, int]
    truth_file: Path


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
        for done, deliveries in enumerate(province.deliveries()):
            files.write(gateway.stamp(deliveries))
            if progress:
                progress(min(done, len(province.hours)), len(province.hours))
        written = files.written
    path = truth.write(
        out, province.truths, province.refused, seed=seed, partitions=partitions, platforms=list(platforms)
    )
    return Simulated(written, province.truths, province.refused, path)
