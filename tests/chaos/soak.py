"""`make soak`: whether a worker's memory stays flat under a steady feed whose days come and go while its keys stay."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench.cores import rss_bytes
from monitor.settings import Settings
from tests.chaos import report
from tests.chaos.feed import Feed, mix_of
from tests.chaos.stage import Stage, staged

MINUTES, RATE = 30.0, 20_000
DAY_S = 12.0
"""How long an event day lasts: the 35 days of a bucket are over within the first third of half an hour."""
OFFERS = 2_000
EVERY_S = 1.0
WARM = 1 / 3
"""The part of a run in which memory may still grow: until the first days have expired."""
EDGE = 0.15
"""The part of what is judged whose median stands for its beginning, and for its end."""
MOST_BP = 500
MIB = 1 << 20


class Sample(NamedTuple):
    """What the worker held at a moment, in seconds since the feed began."""

    at: float
    rss: int


def growth_bp(samples: Sequence[Sample], whole_s: float) -> int:
    """Answer by how many basis points memory grew once it was warm: medians of both edges, for it goes up and down."""
    judged = [one for one in samples if one.at >= whole_s * WARM]
    edge = max(1, round(len(judged) * EDGE))
    first, last = median(one.rss for one in judged[:edge]), median(one.rss for one in judged[-edge:])
    return round((last - first) * 10_000 / first)


async def watched(stage: Stage, seconds: float) -> list[Sample]:
    """Look at the worker's memory until the time is over; raises RuntimeError when it ends by itself."""
    worker, began, samples = next(iter(stage.fleet)), time.monotonic(), list[Sample]()
    while (at := time.monotonic() - began) < seconds:
        if stage.fleet.exits:
            raise RuntimeError(f"the worker ended: {stage.fleet.exits[0]}")
        samples.append(Sample(at, rss_bytes("VmRSS", worker.pid)))
        await asyncio.sleep(EVERY_S)
    return samples


async def soaked(minutes: float, rate: int) -> dict[str, Any]:
    """Let one worker judge a feed for so long, and answer what it held."""
    seconds = minutes * 60
    told = Settings(kafka="127.0.0.1:1", prefix="x.", group="soak")
    events = round(seconds * rate)
    mix = mix_of(1, events, 0, days=max(3, round(seconds / DAY_S)), offers=OFFERS)
    with tempfile.TemporaryDirectory(prefix="fairtrade-soak-") as folder:
        async with staged(Path(folder), told, 1, own_disk=False) as stage:
            feed = Feed(stage.settings, mix, rate)
            await feed.register()
            stage.fleet.begin(1)
            feeding = asyncio.create_task(feed.run())
            samples = await watched(stage, seconds)
            written, transactions = feed.written, sum(map(len, stage.tail.moments.values()))
            feeding.cancel()
            await asyncio.wait([feeding])
            await stage.fleet.end()
    return {
        "minutes": minutes,
        "rate_asked": rate,
        "rate_fed": round(written / seconds),
        "event_days": round(mix.days * min(1.0, written / events), 1),
        "offers": OFFERS,
        "transactions": transactions,
        "warm_mib": round(samples[int(len(samples) * WARM)].rss / MIB),
        "end_mib": round(samples[-1].rss / MIB),
        "peak_mib": round(max(one.rss for one in samples) / MIB),
        "growth_bp": growth_bp(samples, seconds),
        "most_bp": MOST_BP,
    }


def main(told: Sequence[str]) -> int:
    """Measure, tell, record, and answer 1 if memory grew by more than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long; a third of it is for warming up")
    parser.add_argument("--rate", type=int, default=RATE, help="events a second")
    parser.add_argument("--record", metavar="NAME", default="soak", help="its name in bench/results/chaos.json")
    options = parser.parse_args(told)
    found = asyncio.run(soaked(options.minutes, options.rate))
    report.record(options.record, found)
    report.console().print(found)
    return int(found["growth_bp"] >= MOST_BP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
