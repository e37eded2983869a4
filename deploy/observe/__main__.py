"""`make observe`: run everything, let four things go wrong, look at every board, count, say in one table what holds.

Exit codes: 0 all of it holds, 1 something does not, 3 something is missing on this machine.
"""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.observe import report
from deploy.observe.boards import Board, Boards, all_boards
from deploy.observe.feed import Feed
from deploy.observe.incidents import INCIDENTS, Seen, play
from deploy.observe.system import System, missing
from deploy.prometheus.build import ALERTS
from monitor.errors import FairTradeError
from monitor.wire.subscriber import alerts

RATE = 500
WARM_UP_S = 25.0
CALM_S = 20.0
SETTLED_WITHIN_S = 60
ALLOWED_S = 480.0
SEED = 7
BROKEN = 3
OUT = Path("build/observe")

Tell = Callable[[str], None]


class Rehearsal:
    """One run: what was seen of incidents, boards and store."""

    def __init__(self, system: System, feed: Feed, tell: Tell) -> None:
        self._system = system
        self._feed = feed
        self._tell = tell
        self._began = time.time()
        self.incidents: list[Seen] = []
        self.boards: list[Board] = []
        self.counted: dict[str, int] = {}

    async def run(self) -> None:
        """Play everything, one after the other."""
        feeding = asyncio.create_task(self._feed.run())
        await asyncio.sleep(WARM_UP_S)
        for incident in INCIDENTS:
            self.incidents.append(await play(incident, self._system, self._feed, self._tell))
        await asyncio.sleep(CALM_S)
        await self._look()
        self._feed.stop()
        await feeding
        await self._count()

    async def _look(self) -> None:
        boards = Boards(self._system, self._began)
        try:
            for name, board in all_boards().items():
                self.boards.append(await boards.run(name, board, OUT))
                self._tell(f"board {self.boards[-1].name}: {self.boards[-1].queries} queries")
        finally:
            boards.close()

    async def _count(self) -> None:
        """Wait until the last records are judged and stored, then compare topic and store byte by byte."""
        settings, before = self._system.settings, -1
        for _ in range(SETTLED_WITHIN_S):
            records = [one async for one in alerts(settings)]
            rows = await asyncio.to_thread(self._system.stored)
            if rows == len(records) == before:
                break
            before = len(records)
            await asyncio.sleep(1)
        exit_code = await asyncio.to_thread(self._system.check_store)
        self.counted = {"records": len(records), "rows": rows, "check": exit_code}

    def rows(self, wall_s: float) -> list[tuple[str, str, bool]]:
        """Tell everything in the rows of the table."""
        counted = self.counted
        live = [rule.name for rule in ALERTS if self._system.pager.fired.get(rule.name)]
        others = len(ALERTS) - len(live)
        return [
            *map(report.incident_row, self.incidents),
            *map(report.board_row, self.boards),
            (
                "alerts on the topic = revisions in the store",
                f"{counted['records']} records, {counted['rows']} rows; `store check` exits {counted['check']}",
                counted["records"] == counted["rows"] > 0 and not counted["check"],
            ),
            ("alert rules", f"{len(live)} fired here: {', '.join(live)}; {others} others in tests/deploy_rules", True),
            ("feed", f"{self._feed.written} records, {self._feed.poison} of them broken", self._feed.poison > 0),
            ("time", f"{wall_s:.0f} s of at most {ALLOWED_S:.0f}", wall_s <= ALLOWED_S),
        ]

    def facts(self, wall_s: float) -> dict[str, Any]:
        """Tell everything as figures."""
        return {
            "wall_s": round(wall_s, 1),
            "incidents": [
                {"name": seen.incident.name, "alert": seen.incident.alert, "fired_s": seen.fired_s, "told": seen.told}
                | {"resolved_s": seen.resolved_s}
                for seen in self.incidents
            ],
            "boards": [asdict(board) | {"picture": str(board.picture)} for board in self.boards],
            "store": self.counted,
        }


async def observe(console: Console, folder: Path, seed: int, rate: int, *, keep: bool) -> int:
    """Run a rehearsal; answers the exit code."""
    began, left = time.monotonic(), False
    system = System(folder)
    try:
        await system.start()
        console.print(
            f"everything answers after {time.monotonic() - began:.0f} s; at most {rate} records a second begin"
        )
        rehearsal = Rehearsal(system, Feed(system.settings, seed, rate), console.print)
        await rehearsal.run()
        wall_s = time.monotonic() - began
        rows = rehearsal.rows(wall_s)
        report.show(console, rows)
        report.write(OUT / "observe.json", rehearsal.facts(wall_s))
        console.print(f"pictures of the boards and all figures lie in {OUT}")
        if keep:
            left = True
            _leave(console, system)
    finally:
        if not left:
            await system.stop()
    return 0 if all(holds for *_, holds in rows) else 1


def _leave(console: Console, system: System) -> None:
    console.print(f"Prometheus {system.prometheus}, Alertmanager {system.alertmanager}", highlight=False)
    console.print(f"end it all with\n  kill {' '.join(map(str, system.leave()))}", highlight=False)


def main() -> int:
    """Read the options, look what the machine lacks, run."""
    parser = argparse.ArgumentParser(prog="python -m deploy.observe", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave everything up and say how to end it")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rate", type=int, default=RATE, help="records a second at most")
    given = parser.parse_args()
    console = Console()
    if lacking := missing():
        console.print(f"missing on this machine: {', '.join(lacking)}; apt-get install {' '.join(lacking)}")
        return BROKEN
    # While the broker is away every client says so many times a second.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="fairtrade-observe-"))
    # PostgreSQL gives up root and must still find its way to its data.
    folder.chmod(0o711)
    console.print(f"logs and data lie in {folder}")
    try:
        code = asyncio.run(observe(console, folder, given.seed, given.rate, keep=given.keep))
    except FairTradeError as error:
        console.print(f"[red]{error}[/]")
        return BROKEN
    if not given.keep and code == 0:
        shutil.rmtree(folder)
    return code


if __name__ == "__main__":
    sys.exit(main())
