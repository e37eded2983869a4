"""The runs, one after the other on one broker: the mix and its yardsticks, the job that everyone runs, the latency."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from rich.console import Console

from bench import cores, measures
from bench.filling import Filled, fill_with_mix, fill_with_orders, make_topics
from bench.live_mix import RATE, ZIPF
from bench.measures import Measure
from bench.meter import Report, Task
from bench.orders_file import NAMED, orders_file
from bench.orders_job import crc_sum, names_sha256
from bench.results import Run, per_event, run_of
from bench.systems import measured, running
from monitor.feed.traffic import Mix
from monitor.findings import alerts_sha256
from monitor.settings import Settings
from monitor.wire.subscriber import alerts

GROUP = "bench"


class Size(NamedTuple):
    """How much is measured: the mix, how much of it stock Faust reads, seconds of latency, whether orders are run."""

    mix: Mix
    stock_events: int
    latency_s: int
    orders: bool


# Stock Faust takes a minute and a half a million: its figure is as steady on the first part.
WHOLE = Size(Mix(events=2_000_000, exponent=ZIPF), 400_000, 60, orders=True)
QUICK = Size(Mix(events=60_000, offers=10_000, copies=4, exponent=ZIPF), 60_000, 10, orders=False)


class Ladder:
    """All runs against one broker; `runs` and `measures` grow as they end."""

    def __init__(self, console: Console, kafka: str, size: Size) -> None:
        self._console = console
        self._kafka = kafka
        self._size = size
        self._cores = cores.allowed()
        self.runs: list[Run] = []
        self.measures: list[Measure] = []

    def climb(self) -> None:
        """Run everything."""
        self.mix()
        if self._size.orders:
            self.orders()
        self.latency()

    def mix(self) -> None:
        """Measure the worker on the mix against the pure engine's alerts, and what others cost on the same topics."""
        filled = self._fill("mix.", 4, lambda settings, tell: fill_with_mix(settings, self._size.mix, tell))
        reference = self._measured("reference", "mix", filled)
        worker = self._measured("fairtrade_worker", "mix", filled)
        stock = self._measured("faust_stock", "mix", filled, min(filled.records, self._size.stock_events))
        loop = self._measured("aiokafka_loop", "mix", filled)
        last = asyncio.run(last_values(filled.settings))
        found, each = alerts_sha256(last), per_event(worker)
        worker.details |= each | {"stages_us": self._stages(worker, reference), "mix": reference.details["mix"]}
        size = filled.bytes_per_event
        self.runs += [
            run_of("fairtrade", "mix", size, worker, alerts_sha256=found),
            run_of("faust-stock", "mix", size, stock),
            run_of("aiokafka-loop", "mix", size, loop),
        ]
        self.measures += measures.of_speed(worker.events / worker.cpu_s, stock.events / stock.cpu_s)
        self.measures += measures.of_mix(reference.details["mix"], each["state_records_per_event"])
        bodies = [orjson.loads(value) for value in last.values()]
        self.measures += measures.of_alerts(found, reference.details["alerts_sha256"], bodies)

    @staticmethod
    def _stages(worker: Report, reference: Report) -> dict[str, float]:
        """Tell the engine's stages, and as the rest what fetching, Faust, appending and committing take."""
        stages: dict[str, float] = reference.details["stages_us"]
        whole = 1e6 * worker.cpu_s / worker.events
        return stages | {"fetch, Faust, append, commit": whole - sum(stages.values())}

    def orders(self) -> None:
        """Measure the job that every peer runs, or say why not."""
        path = orders_file()
        if path is None:
            self._console.print(f"variant orders-1m is not run: {NAMED} names no file and there is no generator")
            return
        filled = self._fill("orders.", 8, lambda settings, tell: fill_with_orders(settings, path, tell))
        worker = self._measured("fairtrade_worker", "orders-1m", filled)
        names = list(asyncio.run(last_values(filled.settings)))
        worker.details |= per_event(worker)
        found = run_of("fairtrade", "orders-1m", filled.bytes_per_event, worker, alerts_sha256=names_sha256(names))
        self.runs.append(found)
        self.measures += measures.of_orders(worker.events / worker.cpu_s, len(names), crc_sum(names))

    def latency(self) -> None:
        """Play the mix live and measure event to alert."""
        settings = self._settings("live.", 4)
        asyncio.run(make_topics(settings))
        records = RATE * self._size.latency_s
        self._console.print(f"latency: {records:,} records at {RATE:,} a second, after the past they need")
        with tempfile.TemporaryDirectory() as folder:
            worker = self._task(settings, "mix", records, {}, folder, cores.system_core(self._cores))
            driver = self._task(settings, "mix", records, {}, folder, cores.driver_cores(self._cores))
            with running("fairtrade_worker", worker) as (process, _):
                driver.watched = process.pid
                cores.pin(self._cores)
                report = measured("latency_driver", driver)
        cores.pin(cores.driver_cores(self._cores))
        found = report.details
        waits = {name: found[name] for name in ("p50", "p99", "p999")}
        self._console.print(f"latency: {orjson.dumps(found).decode()}")
        self.runs.append(run_of("fairtrade", f"live-{RATE}", found["bytes_per_event"], report, latency_ms=waits))
        self.measures += measures.of_latency(found)

    def _settings(self, prefix: str, partitions: int) -> Settings:
        return Settings(kafka=self._kafka, prefix=prefix, partitions=partitions, group=GROUP)

    def _fill(self, prefix: str, partitions: int, fill: Callable[[Settings, Callable[[int], None]], Any]) -> Filled:
        """Fill with all processors; nothing is measured meanwhile."""
        cores.pin(self._cores)
        with self._console.status(f"filling {prefix}*") as status:
            done: Filled = asyncio.run(
                fill(self._settings(prefix, partitions), lambda n: status.update(f"filling {prefix}*: {n:,}"))
            )
        cores.pin(cores.driver_cores(self._cores))
        self._console.print(f"{prefix}* holds {done.records:,} records of {done.bytes_per_event:,.0f} bytes")
        return done

    def _measured(self, module: str, variant: str, filled: Filled, events: int | None = None) -> Report:
        with tempfile.TemporaryDirectory() as folder, self._console.status(f"{module} reads {variant}"):
            pinned = cores.system_core(self._cores)
            task = self._task(filled.settings, variant, events or filled.records, filled.ends, folder, pinned)
            report = measured(module, task)
        rate = report.events / report.cpu_s
        self._console.print(f"{module}, {variant}: {rate:,.0f} events per CPU second, {report.wall_s:.1f} s")
        return report

    @staticmethod
    def _task(
        settings: Settings, variant: str, events: int, ends: Mapping[str, list[int]], folder: str, pinned: list[int]
    ) -> Task:
        report = str(Path(folder, "report.json"))
        return Task(settings=settings, report=report, variant=variant, events=events, ends=dict(ends), pinned=pinned)


async def last_values(settings: Settings) -> dict[str, bytes]:
    """Read the last value of every alert, as a subscriber does."""
    return {one.key: one.value async for one in alerts(settings)}
