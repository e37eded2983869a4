"""`python -m bench.store`: how fast the alert store is and what kills do to it; results in results/store.json.

`--fill N` instead fills the database of FAIRTRADE_STORE, made ready by `fairtrade store migrate`, with N revisions over
28 days: what the panels of the dashboards are timed on.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import orjson
from aiokafka import AIOKafkaProducer
from rich.console import Console

from bench import cores
from bench.measures import Measure, at_least, at_most
from bench.quantiles import quantile
from bench.results import FILE
from bench.store_alerts import PARTITIONS, SEED, Said, spread
from bench.store_process import StoreProcess
from monitor.local.kafka import LocalKafka
from monitor.local.postgres import LocalPostgres
from monitor.settings import Settings
from monitor.store.check import report
from monitor.store.database import Connection, connect
from monitor.store.migrate import migrate
from monitor.store.positions import Place
from monitor.store.writing import Writer
from monitor.wire import admin, contracts
from monitor.wire.clients import producer_options
from monitor.wire.headers import cloudevent_headers

REVISIONS_PER_SECOND, P99_MS, RATE = 3_000, 1_000, 200
BACKLOG, LATENCY_S, STORE_KILLS, POSTGRES_KILLS = 60_000, 30, 20, 5
BATCH = 2_000
PATIENCE_S = 120
_LATENCIES = """
SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin) - published_at) * 1000)::double precision
FROM alert_revisions WHERE published_at >= to_timestamp(%s) ORDER BY 1
"""


class Kept(NamedTuple):
    """A record as aiokafka gives it, as far as the store looks."""

    partition: int
    offset: int
    timestamp: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class Bench:
    """One topic, one database and one store for all measures: a backlog, a steady flow, then kills."""

    def __init__(self, console: Console, settings: Settings, postgres: LocalPostgres, share: int) -> None:
        self._console = console
        self._settings = settings
        self._postgres = postgres
        self._backlog, self._flow_s = BACKLOG // share, LATENCY_S // share
        self._kills = ["store"] * (STORE_KILLS // share) + ["postgres"] * (POSTGRES_KILLS // share or 1)
        self._said = spread(self._backlog * 3, time.time_ns() // 1_000_000)
        self._producer = AIOKafkaProducer(**producer_options(settings, settings.prefix + "bench"))

    async def run(self) -> list[Measure]:
        """Take every measure."""
        await self._producer.start()
        try:
            self._console.print(f"writing {self._backlog} revisions to the topic")
            for _ in range(self._backlog // BATCH):
                await self._write(list(islice(self._said, BATCH)))
            with StoreProcess(self._settings) as store:
                return [await self._throughput(), *await self._latency(), *await self._deaths(store)]
        finally:
            await self._producer.stop()

    async def _throughput(self) -> Measure:
        """From the first to the last commit of the backlog, as the database dates them."""
        self._console.print("copying the backlog")
        with connect(self._settings) as connection:
            rows = await self._copied(connection)
            asked = "SELECT extract(epoch FROM max(t) - min(t))::double precision FROM ("
            asked += "SELECT pg_xact_commit_timestamp(xmin) AS t FROM alert_revisions)"
            (span_s,) = connection.execute(asked.encode()).fetchone() or (0,)
        # The first transaction began before its commit: it is left out on both sides.
        return at_least("revisions a second, sustained", (rows - BATCH) / span_s, REVISIONS_PER_SECOND)

    async def _copied(self, connection: Connection) -> int:
        """Wait until the backlog is in the database, and ask for that so seldom that nobody notices."""
        until = time.monotonic() + PATIENCE_S
        while True:
            await asyncio.sleep(1)
            (rows,) = connection.execute("SELECT count(*) FROM alert_revisions").fetchone() or (0,)
            if rows >= self._backlog or time.monotonic() > until:
                return int(rows)

    async def _latency(self) -> list[Measure]:
        self._console.print(f"following {RATE} revisions a second for {self._flow_s} s")
        began = time.time()
        await self._flow(self._flow_s)
        await report(self._settings, PATIENCE_S)
        with connect(self._settings) as connection:
            waits = [wait for (wait,) in connection.execute(_LATENCIES, (began,))]
        name = f"ms from the topic to the committed row at {RATE} a second"
        return [
            at_most(f"p50 {name}", quantile(waits, 0.5), P99_MS),
            at_most(f"p99 {name}", quantile(waits, 0.99), P99_MS),
        ]

    async def _deaths(self, store: StoreProcess) -> list[Measure]:
        """Kill one or the other at a random moment of the flow."""
        chance = random.Random(SEED)  # noqa: S311 - deaths repeat themselves by their seed
        chance.shuffle(self._kills)
        flow = asyncio.create_task(self._flow(3 * len(self._kills)))
        for number, victim in enumerate(self._kills, 1):
            await asyncio.sleep(chance.uniform(0.5, 3))
            self._console.print(f"kill {number} of {len(self._kills)}: {victim}")
            if victim == "store":
                store.kill()
                store.start()
            else:
                await asyncio.to_thread(self._postgres.kill)
                await asyncio.to_thread(self._postgres.restart)
        await flow
        told = await report(self._settings, PATIENCE_S)
        records, rows = (sum(getattr(one, side) for one in told.tallies) for side in ("records", "rows"))
        differing = sum(len(one.differing) for one in told.tallies)
        counts = self._kills.count("store"), self._kills.count("postgres")
        name = f"after {counts[0]} kills of the store and {counts[1]} of PostgreSQL"
        return [
            at_most(f"revisions missing or other {name} ({records} on the topic)", differing + records - rows, 0),
            at_most(f"breaks of chains {name}", told.breaks, 0),
        ]

    async def _flow(self, seconds: float) -> None:
        """Write at the rate, ten transactions a second, by the clock and not by what the last one took."""
        began = time.monotonic()
        for tick in range(int(seconds * 10)):
            await asyncio.sleep(max(0.0, began + tick / 10 - time.monotonic()))
            await self._write(list(islice(self._said, RATE // 10)))

    async def _write(self, said: list[Said]) -> None:
        settings = self._settings
        async with self._producer.transaction():
            for one in said:
                await self._producer.send(
                    settings.prefix + "alerts",
                    one.revision.value,
                    key=one.revision.alert_id.encode(),
                    partition=one.partition,
                    headers=cloudevent_headers(one.revision, settings.prefix, settings.group),
                )


def fill(console: Console, settings: Settings, revisions: int) -> None:
    """Write revisions straight into the tables, as many batches as it takes; the database must be empty."""
    began = time.monotonic()
    with connect(settings) as connection:
        writer = Writer(connection, settings.prefix, {})
        for number, records in enumerate(_batches(settings, spread(revisions, time.time_ns() // 1_000_000)), 1):
            writer.write(records)
            if number % 50 == 0:
                console.print(f"{number * BATCH:,} revisions in {time.monotonic() - began:,.0f} s")
        connection.execute("ANALYZE")


def _batches(settings: Settings, said: Iterator[Said]) -> Iterator[dict[Place, list[Any]]]:
    offsets: defaultdict[int, int] = defaultdict(int)
    while taken := list(islice(said, BATCH)):
        records: defaultdict[Place, list[Any]] = defaultdict(list)
        for partition, published_ms, revision in taken:
            headers = tuple(cloudevent_headers(revision, settings.prefix, settings.group))
            kept = Kept(partition, offsets[partition], published_ms, revision.value, headers)
            records[settings.prefix + "alerts", partition].append(kept)
            offsets[partition] += 1
        yield records


def run(console: Console, share: int) -> list[Measure]:
    """Start both servers and measure."""
    with LocalKafka() as kafka, LocalPostgres(settings={"track_commit_timestamp": "on"}) as postgres:
        settings = Settings(
            kafka=kafka.bootstrap,
            partitions=PARTITIONS,
            store=postgres.address(),
            store_password_file=str(postgres.password_file),
        )
        with connect(settings) as connection:
            migrate(connection)
        return asyncio.run(_measured(console, settings, postgres, share))


async def _measured(console: Console, settings: Settings, postgres: LocalPostgres, share: int) -> list[Measure]:
    await admin.apply(settings, contracts.load())
    return await Bench(console, settings, postgres, share).run()


def main() -> int:
    """Answer the exit code: 0 if every measure holds, 1 if one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--fill", type=int, metavar="N", help="fill the database of FAIRTRADE_STORE with N revisions")
    parser.add_argument("--quick", action="store_true", help="a fifth of everything; leaves the results file alone")
    told = parser.parse_args()
    console = Console()
    if told.fill:
        fill(console, Settings.from_env(), told.fill)
        return 0
    measures = run(console, 5 if told.quick else 1)
    _keep(measures, quick=told.quick)
    for one in measures:
        console.print(f"{'holds ' if one.holds else 'MISSED'} {one.name}: {one.found}, asked {one.asked}", markup=False)
    return 0 if all(one.holds for one in measures) else 1


def _keep(measures: Iterable[Measure], *, quick: bool) -> None:
    if quick:
        return
    machine = cores.machine(cores.allowed()) | {"pinned": False}
    content = {"machine": machine, "measures": [one._asdict() for one in measures]}
    FILE.with_name("store.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    sys.exit(main())
