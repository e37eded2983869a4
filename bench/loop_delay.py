"""How late the worker's event loop runs at 20,000 events a second, while its metrics are scraped and while not.

`python -m bench.loop_delay` plays the live mix against the product's worker on a broker of its own and scrapes it every
5 s in every other stretch of 10 s. Beside the worker's own measurement its loop is asked a hundred times a second. Exit
code 1 where the delay's p99 in scraped stretches is above the bound, or where the driver could not keep the rate.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

import msgspec
from rich.console import Console

from bench import cores
from bench.latency_driver import SETTLE_S
from bench.live_mix import RATE
from bench.meter import Report, Task, told
from bench.quantiles import quantile
from bench.systems import measured, running
from monitor.app import create_app, engine_core, run
from monitor.local.kafka import LocalKafka
from monitor.local.node import free_ports
from monitor.observe.loop import watch_loop
from monitor.observe.metrics import Metrics
from monitor.observe.sensor import RebalanceSensor
from monitor.observe.server import serve
from monitor.settings import Settings
from monitor.wire import admin, contracts

P99_S = 0.05
ASKED_S = 0.01
STRETCH_S, SCRAPE_S = 10, 5
WRITE_S = 1.0
PARTITIONS = 4
MISSED_SHARE = 0.01
ACCEPT = {"Accept": "application/openmetrics-text; version=1.0.0"}


class Delay(NamedTuple):
    """When the loop came back, wall clock in seconds, how much later than asked, and how much of that was our own work.

    `own` is the process's time on the processor since the loop was asked, all threads together, if that is less: the
    rest is time in which others had the processor.
    """

    at: float
    seconds: float
    own: float


class Scrape(NamedTuple):
    """When metrics were asked for, how long the answer took, its size in bytes."""

    at: float
    seconds: float
    size: int


async def ask_loop(note: Callable[[Delay], None]) -> None:
    """Ask the loop to come back every `ASKED_S` and note how late it did, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due, spent = loop.time() + ASKED_S, time.process_time()
        await asyncio.sleep(ASKED_S)
        late = max(0.0, loop.time() - due)
        note(Delay(time.time(), late, min(late, time.process_time() - spent)))


def work(task: Task) -> None:
    """Be the product's worker with metrics, and write the delays of its loop beside the task's report."""
    delays: list[Delay] = []
    metrics = Metrics()
    app = create_app(task.settings, engine_core(task.settings, metrics.watch), metrics)
    app.sensors.add(RebalanceSensor(metrics))
    app.task(partial(watch_loop, metrics))
    app.task(partial(ask_loop, delays.append))
    serve(metrics.registry, task.settings.metrics_port)
    Thread(target=_write, args=(delays, Path(task.report)), daemon=True).start()
    run(app)


def _write(delays: list[Delay], path: Path) -> None:
    with path.open("ab") as file:
        while True:
            time.sleep(WRITE_S)
            count = len(delays)
            file.writelines(msgspec.json.encode(delay) + b"\n" for delay in delays[:count])
            file.flush()
            del delays[:count]


def is_scraped(at: float) -> bool:
    """Answer whether a moment lies in a stretch in which metrics are scraped."""
    return int(at) // STRETCH_S % 2 == 0


def scrape(port: int, scrapes: list[Scrape]) -> None:
    """Scrape for ever, as Prometheus does, in every other stretch; nobody answers before the worker is there."""
    while True:
        time.sleep(SCRAPE_S - time.time() % SCRAPE_S)
        at = time.time()
        if is_scraped(at):
            with suppress(URLError):
                scrapes.append(Scrape(at, *_asked(port)))


def _asked(port: int) -> tuple[float, int]:
    began = time.perf_counter()
    with urlopen(Request(f"http://127.0.0.1:{port}/metrics", headers=ACCEPT), timeout=SCRAPE_S) as answer:
        size = len(answer.read())
    return time.perf_counter() - began, size


def play(kafka: str, events: int) -> tuple[Report, list[Delay], list[Scrape]]:
    """Play so many events at `RATE` and answer what the driver reports, and delays and scrapes while it did."""
    settings = Settings(kafka=kafka, prefix="loop.", group="loop", partitions=PARTITIONS, metrics_port=free_ports(1)[0])
    asyncio.run(admin.apply(settings, contracts.load()))
    scrapes: list[Scrape] = []
    allowed = cores.allowed()
    with tempfile.TemporaryDirectory() as folder:
        tasks = [
            Task(settings=settings, report=f"{folder}/{name}", variant="mix", events=events, ends={}, pinned=pinned)
            for name, pinned in (("delays", cores.system_core(allowed)), ("report", cores.driver_cores(allowed)))
        ]
        with running("loop_delay", tasks[0]):
            Thread(target=scrape, args=(settings.metrics_port, scrapes), daemon=True).start()
            report = measured("latency_driver", tasks[1])
            end = time.time() - SETTLE_S
            lines = Path(tasks[0].report).read_bytes().splitlines()
    begin = end - report.wall_s
    delays = [delay for delay in map(partial(msgspec.json.decode, type=Delay), lines) if begin <= delay.at <= end]
    return report, delays, [one for one in scrapes if begin <= one.at <= end]


def told_of(name: str, seconds: Sequence[float]) -> str:
    """Write quantiles in milliseconds."""
    figures = sorted(one * 1e3 for one in seconds) or [0.0]
    shown = (
        f"{label} {quantile(figures, share):.1f}" for label, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999))
    )
    return f"{name}: {', '.join(shown)}, max {figures[-1]:.1f} ms of {len(seconds):,}"


def lines(report: Report, delays: Sequence[Delay], scrapes: Sequence[Scrape]) -> Iterator[str]:
    """Write what was found."""
    found = report.details
    yield f"{report.events:,} events at {RATE:,} a second, {found['missed_slots']} of {found['slots']} slots late"
    yield told_of("loop delay while scraped", [one.seconds for one in delays if is_scraped(one.at)])
    yield told_of("loop delay while not", [one.seconds for one in delays if not is_scraped(one.at)])
    yield told_of("by own work while scraped", [one.own for one in delays if is_scraped(one.at)])
    yield told_of("by own work while not", [one.own for one in delays if not is_scraped(one.at)])
    yield told_of("scrape", [one.seconds for one in scrapes])
    yield f"the largest answer has {max((one.size for one in scrapes), default=0):,} bytes"


def main() -> int:
    """Answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.loop_delay", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long the rate is kept")
    seconds = parser.parse_args().seconds
    console, allowed = Console(), cores.allowed()
    cores.pin(cores.driver_cores(allowed))
    with LocalKafka() as kafka:
        cores.pin(allowed)
        report, delays, scrapes = play(kafka.bootstrap, RATE * seconds)
    for line in lines(report, delays, scrapes):
        console.print(line, highlight=False)
    p99 = quantile(sorted(one.seconds for one in delays if is_scraped(one.at)), 0.99)
    is_kept = report.details["missed_slots"] <= MISSED_SHARE * report.details["slots"]
    console.print(f"p99 while scraped {p99 * 1e3:.1f} ms, asked for at most {P99_S * 1e3:.0f}; rate kept: {is_kept}")
    return 0 if p99 <= P99_S and is_kept else 1


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        work(told())
    else:
        sys.exit(main())
