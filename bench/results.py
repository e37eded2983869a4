"""The results: one JSON file in a fixed form, and a table for people."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct, to_builtins
from rich.console import Console
from rich.table import Table

from bench.measures import Measure
from bench.meter import Report

FILE = Path(__file__).resolve().parent / "results" / "latest.json"


class Run(Struct, kw_only=True):
    """One row; `details` are figures that only this system has."""

    system: str
    variant: str
    events: int
    bytes_per_event: float
    events_per_cpu_second: float
    events_per_second: float
    rss_bytes: int
    alerts_sha256: str | None = None
    latency_ms: dict[str, float] | None = None
    details: dict[str, Any] = {}


def run_of(system: str, variant: str, bytes_per_event: float, report: Report, **more: Any) -> Run:
    """Make a row of what a process reported."""
    return Run(
        system=system,
        variant=variant,
        events=report.events,
        bytes_per_event=round(bytes_per_event, 1),
        events_per_cpu_second=round(report.events / report.cpu_s) if report.cpu_s else 0,
        events_per_second=round(report.events / report.wall_s),
        rss_bytes=report.rss_bytes,
        details=report.details | {"cpu_s": report.cpu_s, "startup_cpu_s": report.startup_cpu_s},
        **more,
    )


def per_event(report: Report) -> dict[str, float]:
    """Answer what a worker's report says an event costs, and what a key of its state takes."""
    found, events = report.details, report.events
    return {
        "us_per_event": 1e6 * report.cpu_s / events,
        "encode_us_per_event": 1e6 * found["encode_s"] / events,
        "state_records_per_event": found["state_records"] / events,
        "state_bytes_per_event": found["state_bytes"] / events,
        "state_bytes_per_key": found["held_bytes"] / max(1, found["keys"]),
        "rss_bytes_per_key": found["rss_grown_bytes"] / max(1, found["keys"]),
    }


def write(machine: dict[str, Any], runs: Iterable[Run], measures: Iterable[Measure], *, quick: bool) -> Path:
    """Write the results file and answer where; a quick run leaves the last whole one alone."""
    content = {
        "machine": machine,
        "quick": quick,
        "runs": [to_builtins(run) for run in runs],
        "measures": [measure._asdict() for measure in measures],
    }
    file = FILE.with_name("quick.json") if quick else FILE
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    return file


def show(console: Console, runs: Iterable[Run], measures: Iterable[Measure]) -> None:
    """Print the rows, then the measures."""
    table = Table(title="side by side, one broker, one core each")
    for column in ("system", "variant", "events", "bytes", "per CPU s", "per s", "peak MB", "p50", "p99", "p99.9"):
        table.add_column(column, justify="left" if column in {"system", "variant"} else "right")
    for run in runs:
        waits = run.latency_ms or {}
        table.add_row(
            run.system,
            run.variant,
            f"{run.events:,}",
            f"{run.bytes_per_event:,.0f}",
            f"{run.events_per_cpu_second:,.0f}",
            f"{run.events_per_second:,.0f}",
            f"{run.rss_bytes / 1e6:,.0f}",
            *(f"{waits[name]:g}" if name in waits else "" for name in ("p50", "p99", "p999")),
        )
    console.print(table)
    console.print(_measures_table(measures))


def _measures_table(measures: Iterable[Measure]) -> Table:
    table = Table(title="measures")
    for column in ("what", "asked", "found", ""):
        table.add_column(column)
    for measure in measures:
        table.add_row(measure.name, measure.asked, measure.found, "holds" if measure.holds else "[red]MISSED[/]")
    return table
