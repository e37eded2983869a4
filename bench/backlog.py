"""A backlog drained by one worker: how fast, in what memory, and whether the order of topics makes anything too late.

`python -m bench.backlog EVENTS` fills the topics of a broker of its own with the mix and lets a worker read them three
times: as they are fetched, and in the two worst orders, topic after topic; then a worker rests at the end of the logs.
Exit code 1 where alerts or refusals differ from the pure engine's, or a processor second of the worker drains less than
three seconds of `--live` bring.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct, to_builtins
from rich.console import Console

from bench import cores
from bench.backlog_worker import AS_FETCHED, REST
from bench.filling import Filled, fill_with_mix, make_topics
from bench.ladder import last_values
from bench.live_mix import ZIPF
from bench.logs import partition_logs, slices
from bench.measures import Measure, at_least, equal
from bench.meter import Report, Task
from bench.results import FILE
from bench.stages import Stages
from bench.systems import measured
from monitor.agents.engine_core import EngineCore
from monitor.app import engine_core
from monitor.feed.traffic import Mix
from monitor.findings import alerts_sha256
from monitor.local.kafka import LocalKafka
from monitor.settings import Settings

EVENTS = 5_000_000
PARTITIONS = 8
# Events a second at which one worker on one core still tells within half a second (docs/decisions/0010).
LIVE = 5_000
TIMES_LIVE = 3
SLICE = 500
MIB = 1 << 20
RESULTS = FILE.with_name("backlog.json")
VARIANTS = {
    "fetched": AS_FETCHED,
    "orders-last": "control,costs,shops,offers,orders",
    "orders-first": "control,costs,orders,offers,shops",
}


class Drained(Struct):
    """One reading of the backlog by one worker; memory in MiB, `at_end` once everything is judged."""

    order: str
    events: int
    events_per_second: int
    events_per_cpu_second: int
    peak_mib: int
    at_end_mib: int
    keys: int
    too_late: int
    alerts_sha256: str


class Expected(Struct):
    """What the pure engine makes of the logs, read in the order of their arrival."""

    alerts_sha256: str
    alerts: int
    too_late: int


def expected(settings: Settings) -> Expected:
    """Judge the logs by the pure engine, partition by partition."""
    last: dict[str, bytes] = {}
    too_late, make = 0, engine_core(settings)
    for number in range(settings.partitions):
        core = make(number)
        if not isinstance(core, EngineCore):
            raise TypeError("the product's judge is not the engine's any more; teach the bench its ledger")
        revisions = Stages(core).run(slices(asyncio.run(partition_logs(settings, number)), SLICE))
        last |= {alert_id: revision.value for alert_id, revision in revisions.items()}
        too_late += sum(ledger.too_late for ledger in core.partition.ledger.values())
    return Expected(alerts_sha256(last), len(last), too_late)


def drained(filled: Filled, name: str) -> Drained:
    """Let one worker read everything in an order, into outputs of its own."""
    report, settings = judged(filled, name, VARIANTS[name])
    found = report.details
    return Drained(
        order=name,
        events=report.events,
        events_per_second=round(report.events / report.wall_s),
        events_per_cpu_second=round(report.events / report.cpu_s),
        peak_mib=report.rss_bytes // MIB,
        at_end_mib=found["rss_at_end_bytes"] // MIB,
        keys=found["keys"],
        too_late=found["terms"].get("too_late", 0),
        alerts_sha256=alerts_sha256(asyncio.run(last_values(settings))),
    )


def judged(filled: Filled, name: str, variant: str) -> tuple[Report, Settings]:
    """Run the worker on a variant; outputs of a name are made once and kept."""
    settings = replace(filled.settings, output_prefix=f"{name}.", group=f"backlog-{name}")
    asyncio.run(make_topics(settings))
    with tempfile.TemporaryDirectory() as folder:
        task = Task(
            settings=settings,
            report=str(Path(folder, "report.json")),
            variant=variant,
            events=filled.records,
            ends=filled.ends,
            pinned=cores.system_core(cores.allowed()),
        )
        return measured("backlog_worker", task), settings


def measures(runs: list[Drained], whole: Expected, live: int) -> Iterator[Measure]:
    """Hold every order against the pure engine, and what the fetcher makes of it against the live rate."""
    for run in runs:
        yield equal(f"{run.order}: hash of {whole.alerts} alerts", run.alerts_sha256, whole.alerts_sha256)
        yield equal(f"{run.order}: records too late", run.too_late, whole.too_late)
        times = run.events_per_cpu_second / live
        yield at_least(f"{run.order}: times {live:,} events a second, on a core of its own", times, TIMES_LIVE)


def filled_with(console: Console, kafka: str, events: int) -> tuple[Filled, float]:
    """Fill the topics; answers with how many records a second they were written."""
    settings, began = Settings(kafka=kafka, prefix="deep.", group="backlog", partitions=PARTITIONS), time.perf_counter()
    mix = Mix(events=events, offers=min(Mix.offers, events // 10), exponent=ZIPF)
    with console.status("filling") as status:
        filled = asyncio.run(fill_with_mix(settings, mix, lambda n: status.update(f"filling: {n:,}")))
    return filled, filled.records / (time.perf_counter() - began)


def main() -> int:
    """Answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog", description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=EVENTS, help="events of the mix, default %(default)s")
    parser.add_argument("--live", type=int, default=LIVE, help="the live rate, events a second, default %(default)s")
    told, console, allowed = parser.parse_args(), Console(), cores.allowed()
    cores.pin(cores.driver_cores(allowed))
    with LocalKafka() as kafka:
        cores.pin(allowed)
        filled, poured = filled_with(console, kafka.bootstrap, told.events)
        console.print(
            f"{filled.records:,} records of {filled.bytes_per_event:.0f} bytes, written at {poured:,.0f} a second"
        )
        runs = []
        for name in VARIANTS:
            runs.append(drained(filled, name))
            console.print(to_builtins(runs[-1]), highlight=False)
        rest, _ = judged(filled, "fetched", REST)
        whole = expected(filled.settings)
    held = list(measures(runs, whole, told.live))
    record = {
        "machine": cores.machine(allowed),
        "written_per_second": round(poured),
        "live": told.live,
        "runs": to_builtins(runs),
        "expected": to_builtins(whole),
        "at_rest_mib": rest.details["rss_at_end_bytes"] // MIB,
        "measures": [one._asdict() for one in held],
    }
    tell(console, record, held)
    return 0 if all(one.holds for one in held) else 1


def tell(console: Console, record: dict[str, Any], held: list[Measure]) -> None:
    """Show what was asked and found, and store everything."""
    for one in held:
        console.print(f"{'holds ' if one.holds else 'MISSED'} {one.name}: {one.found}, {one.asked}", highlight=False)
    console.print(f"a worker at rest at the end of these logs holds {record['at_rest_mib']} MiB", highlight=False)
    RESULTS.write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    console.print(f"stored in {RESULTS}")


if __name__ == "__main__":
    sys.exit(main())
