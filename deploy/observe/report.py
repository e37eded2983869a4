"""One table of what came of a rehearsal, and the same as JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from deploy.observe.boards import Board
from deploy.observe.incidents import Seen


def show(console: Console, rows: Sequence[tuple[str, str, bool]]) -> None:
    """Print what was looked at, what was seen, and whether it is as it must be."""
    table = Table("looked at", "seen", "", title="make observe")
    for name, seen, holds in rows:
        table.add_row(name, seen, "[green]holds[/]" if holds else "[red]fails[/]")
    console.print(table)


def incident_row(seen: Seen) -> tuple[str, str, bool]:
    """Tell an incident."""
    fired = "never fired" if seen.fired_s is None else f"fired after {seen.fired_s:.0f} s"
    told = "the pager was told" if seen.told else "the pager was not told"
    resolved = "never resolved" if seen.resolved_s is None else f"resolved {seen.resolved_s:.0f} s after mending"
    return seen.incident.name, f"{seen.incident.alert} {fired}, {told}, {resolved}", seen.holds


def board_row(board: Board) -> tuple[str, str, bool]:
    """Tell a board."""
    wrong = "; ".join([*(f"failed: {one}" for one in board.failed), *(f"empty: {one}" for one in board.empty)])
    return (
        f"board {board.name}",
        f"{board.queries} queries, slowest {board.slowest_ms:.0f} ms{'; ' + wrong if wrong else ''}",
        board.holds,
    )


def write(path: Path, facts: dict[str, Any]) -> None:
    """Store a rehearsal's figures."""
    path.write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2) + b"\n")
