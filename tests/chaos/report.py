"""What a run is told as: a table for people, and an entry of bench/results/chaos.json."""

import os
import platform
from pathlib import Path
from typing import Any

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from tests.chaos.run import Plan, Result

FILE = Path(__file__).resolve().parents[2] / "bench" / "results" / "chaos.json"


def shown(plan: Plan, result: Result) -> Group:
    """Lay a run out."""
    faults = _table("fault", "times", "not possible", "alone", "median pause s", "longest pause s")
    of = {one.kind: one for one in result.pauses}
    for kind in sorted(result.happened | result.void):
        pause = of.get(kind)
        cells = (pause.faults, pause.median_s, pause.longest_s) if pause else ("·", "·", "·")
        faults.add_row(kind, *map(str, (result.happened[kind], result.void[kind], *cells)))
    came = _table(
        "events", "revisions", "dead", "keys", "resent", "lost", "wrong", "twice", "unlike state", "ledger", "counts"
    )
    said = result.verdict
    numbers = (result.events, result.revisions, result.dead, result.keys, result.resent)
    differences = (said.lost, [*said.wrong, *said.chain], said.twice, said.state, said.ledger, said.counts)
    came.add_row(*map(str, numbers), *(str(len(one)) for one in differences))
    codes = ", ".join(f"{code}: {count}" for code, count in sorted(result.exits.items()))
    tail = (
        f"{sum(result.happened.values())} faults, seed {plan.seed}, {plan.rate} events/s; workers ended by code {codes}"
    )
    wrong = [Text(f"WRONG {one}", style="red") for one in result.wrong]
    return Group(faults, came, Text(tail), *wrong)


def _table(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def entry(plan: Plan, result: Result) -> dict[str, Any]:
    """Write a run as JSON."""
    return {
        "seed": plan.seed,
        "rate": plan.rate,
        "seconds": round(plan.seconds),
        "took_s": round(result.seconds),
        "workers": [plan.workers, plan.most],
        "session_timeout_ms": plan.session_ms,
        "machine": {"cores": os.cpu_count(), "system": platform.system()},
        "faults": dict(sorted(result.happened.items())),
        "not_possible": dict(sorted(result.void.items())),
        "events": result.events,
        "revisions": result.revisions,
        "alerts_at_rest": result.expected,
        "dead_letters": result.dead,
        "state_keys": result.keys,
        "resent": result.resent,
        "exit_codes": {str(code): count for code, count in sorted(result.exits.items())},
        "health_samples": result.samples,
        "counts": {name: len(said) for name, said in result.verdict._asdict().items()},
        "pauses": [one._asdict() for one in result.pauses],
        "wrong": result.wrong,
    }


def record(name: str, value: dict[str, Any]) -> None:
    """Put an entry into the file of results in the place of the one of that name."""
    held = orjson.loads(FILE.read_bytes()) if FILE.exists() else {}
    told = orjson.dumps(held | {name: value}, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    FILE.write_bytes(told + b"\n")


def console() -> Console:
    """Where a run is told."""
    return Console(width=120, highlight=False)
