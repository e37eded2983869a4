"""How long records of quiet partitions wait while one partition is far behind: one merchant, half of all events.

`python -m bench.fairness` writes all of the busiest partition at once, then the others at a steady rate, and notes when
the product's worker has applied what; then once more with Faust's own polls. Exit code 1 where one of a hundred quiet
records waits longer than `P99_S`, or where the backlog was gone before the end.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import accumulate, chain
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import msgspec
import orjson
from rich.console import Console

from bench import cores
from bench.filling import make_topics
from bench.logs import partition_logs
from bench.meter import Task, told
from bench.quantiles import quantile
from bench.results import FILE
from bench.systems import running
from monitor.app import create_app, run
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter
from monitor.feed.traffic import Mix, Traffic
from monitor.local.kafka import LocalKafka
from monitor.settings import Settings
from monitor.stream.observer import Unobserved
from monitor.stream.order import FIRST
from monitor.stream.thread import ConsumerThread

PARTITIONS = 4
# Offers by such a power: the largest is sold in about every second line.
MIX = Mix(events=200_000, offers=10_000, platforms=12, copies=4, exponent=1.7)
QUIET_RATE, SLICE_S, SECONDS = 500, 0.1, 20
WARM_S = 2.0
P99_S = 1.0
FAIR, STOCK = "fair", "stock"
RESULTS = FILE.with_name("fairness.json")


class Applied(NamedTuple):
    """A batch: when it was applied, wall clock in seconds, and what it held."""

    at: float
    topic: str
    partition: int
    records: int


class Noting(Unobserved):
    """Writes down every batch."""

    def __init__(self) -> None:
        self.batches: list[Applied] = []

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """Note a batch with records."""
        del seconds
        if records:
            self.batches.append(Applied(time.time(), topic, partition, records))


def work(task: Task) -> None:
    """Be the product's worker and write what it applied beside the report, once a second."""
    noting = Noting()
    if task.variant == STOCK:
        del ConsumerThread._fetch_records  # noqa: SLF001 - what is compared
    Thread(target=_write, args=(noting, Path(task.report)), daemon=True).start()
    run(create_app(task.settings, observer=noting))


def _write(noting: Noting, path: Path) -> None:
    with path.open("ab") as file:
        while True:
            time.sleep(0.5)
            count = len(noting.batches)
            file.writelines(msgspec.json.encode(batch) + b"\n" for batch in noting.batches[:count])
            file.flush()
            del noting.batches[:count]


class Load(NamedTuple):
    """What is written: the busy partition and all that stands before, then what comes live to the others."""

    busy: int
    share: float
    before: list[Stamped]
    live: list[Stamped]


def load_of(mix: Mix) -> Load:
    """Stamp the mix and divide it."""
    gateway = Gateway(PARTITIONS)
    records = list(chain.from_iterable(gateway.stamp(hour) for hour in Traffic(mix).deliveries()))
    counts = Counter(record.partition for record in records if record.topic == "orders")
    busy, largest = counts.most_common(1)[0]
    before = [record for record in records if record.partition == busy or record.topic in FIRST]
    live = [record for record in records if record.partition != busy and record.topic not in FIRST]
    return Load(busy, largest / counts.total(), before, live[: QUIET_RATE * SECONDS])


async def play(settings: Settings, load: Load) -> None:
    """Write the live records at their rate, in slices that are due every `SLICE_S`."""
    size, began = int(QUIET_RATE * SLICE_S), time.monotonic()
    async with TopicWriter(settings) as writer:
        for number, first in enumerate(range(0, len(load.live), size)):
            await asyncio.sleep(max(0.0, began + number * SLICE_S - time.monotonic()))
            await writer.write(load.live[first : first + size])
            await writer.settle()


async def prepared(settings: Settings, load: Load) -> None:
    """Make the topics and write what stands there before the worker begins."""
    await make_topics(settings)
    async with TopicWriter(settings) as writer:
        await writer.write(load.before)


def waits(batches: list[Applied], appended: Mapping[tuple[str, int], list[int]]) -> Iterator[float]:
    """Answer how long each record waited from its append to its batch's end, in seconds."""
    of_place: defaultdict[tuple[str, int], list[Applied]] = defaultdict(list)
    for batch in batches:
        of_place[batch.topic, batch.partition].append(batch)
    for place, timestamps in appended.items():
        ends = list(accumulate(batch.records for batch in of_place[place]))
        begins = [0, *ends[:-1]]
        for batch, begin, end in zip(of_place[place], begins, ends, strict=True):
            yield from (batch.at - timestamp / 1e3 for timestamp in timestamps[begin:end])


async def appended(settings: Settings, busy: int) -> dict[tuple[str, int], list[int]]:
    """Read the append times of the quiet partitions back."""
    found = {}
    for number in range(PARTITIONS):
        if number != busy:
            logs = await partition_logs(settings, number)
            found |= {(topic, number): [one.timestamp for one in logs[topic]] for topic in logs if topic not in FIRST}
    return found


def measured(kafka: str, variant: str, load: Load) -> dict[str, float]:
    """Play once and answer what came of it."""
    settings = Settings(kafka=kafka, prefix=f"{variant}.", group=variant, partitions=PARTITIONS)
    asyncio.run(prepared(settings, load))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "applied")
        path.touch()
        pinned = cores.system_core(cores.allowed())
        task = Task(settings=settings, report=str(path), variant=variant, events=0, ends={}, pinned=pinned)
        with running("fairness", task):
            while b'"orders"' not in path.read_bytes():
                time.sleep(0.1)
            asyncio.run(play(settings, load))
            time.sleep(WARM_S)
            batches = list(map(partial(msgspec.json.decode, type=Applied), path.read_bytes().splitlines()))
    found = sorted(waits(batches, asyncio.run(appended(settings, load.busy))))
    done = sum(batch.records for batch in batches if batch.partition == load.busy)
    return {
        "quiet_records": len(found),
        "p50_s": round(quantile(found, 0.5), 3),
        "p99_s": round(quantile(found, 0.99), 3),
        "max_s": round(found[-1], 3),
        "busy_records_applied": done,
        "busy_records_left": sum(record.partition == load.busy for record in load.before) - done,
    }


def main() -> int:
    """Answer the exit code."""
    argparse.ArgumentParser(prog="python -m bench.fairness", description=__doc__).parse_args()
    console, allowed, load = Console(), cores.allowed(), load_of(MIX)
    cores.pin(cores.driver_cores(allowed))
    with LocalKafka() as kafka:
        cores.pin(allowed)
        found = {variant: measured(kafka.bootstrap, variant, load) for variant in (FAIR, STOCK)}
    record = {"machine": cores.machine(allowed), "busy_share_of_orders": round(load.share, 2), "runs": found}
    RESULTS.write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    console.print(record, highlight=False)
    fair = found[FAIR]
    holds = fair["p99_s"] <= P99_S and fair["busy_records_left"] > 0
    console.print(
        f"p99 {fair['p99_s']} s, asked for at most {P99_S}; left of the backlog: {fair['busy_records_left']:,}"
    )
    return 0 if holds else 1


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        work(told())
    else:
        sys.exit(main())
