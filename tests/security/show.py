"""`make security`: a broker with closed doors, and a table of what each role is let do and what it is refused.

Exit code 1 where anybody was let do what the table written by hand does not allow, or was refused what it does.
"""

import sys
import tempfile
from pathlib import Path

from attempts import MAY
from closed import closed
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from monitor.wire.declared import Role

WIDE = 100
LET, REFUSED, WRONG = "[green]yes[/]", "[dim]·[/]", "[red bold]WRONG[/]"


def table(tried: dict[Role, dict[str, bool]]) -> tuple[Table, int]:
    """Lay out what was tried, a row an attempt; count what went otherwise than it must."""
    shown = Table(title="What each role was let do on a broker with SASL_SSL and its authorizer", box=SIMPLE_HEAD)
    shown.padding, shown.pad_edge = (0, 1, 0, 0), False
    for heading in ("tried", *Role):
        shown.add_column(heading, no_wrap=True)
    wrong = 0
    for what in next(iter(tried.values())):
        cells = [_cell(let=tried[role][what], may=what in MAY[role]) for role in Role]
        wrong += sum(WRONG in cell for cell in cells)
        shown.add_row(what, *cells)
    return shown, wrong


def _cell(*, let: bool, may: bool) -> str:
    said = LET if let else REFUSED
    return said if let == may else f"{said} {WRONG}"


def main() -> int:
    """Run the node, try everything, print it."""
    console = Console()
    console.width = max(console.width, WIDE)
    with tempfile.TemporaryDirectory() as folder, closed(Path(folder) / "keys") as node:
        node.open_for_roles()
        shown, wrong = table(node.matrix())
    console.print(shown)
    attempts = shown.row_count * len(Role)
    console.print(f"· is refused; {attempts} attempts, {wrong} otherwise than they must")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
