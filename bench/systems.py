"""Starting a system in a process of its own, and waiting for what it reports."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.meter import Report, Task
from monitor.errors import WorldIsWrong
from monitor.local.process import TERMINATE, Leashed

LOOK_S = 0.05
PATIENCE_S = 900.0
LAST_LINES = 20


def measured(module: str, task: Task) -> Report:
    """Run `bench.<module>` on a task until it reports; raises WorldIsWrong with its last words if it does not."""
    with running(module, task) as (process, log):
        return _await_report(process, Path(task.report), log)


@contextmanager
def running(module: str, task: Task) -> Iterator[tuple[Leashed, Path]]:
    """Keep `bench.<module>` running on a task; it ends in order with the context."""
    with tempfile.TemporaryDirectory(prefix="fairtrade-bench-") as folder:
        told, log = Path(folder, "task.json"), Path(folder, "log")
        told.write_bytes(msgspec.json.encode(task))
        process = Leashed([sys.executable, "-m", f"bench.{module}", str(told)], log)
        try:
            yield process, log
        finally:
            process.end(TERMINATE)


def _await_report(process: Leashed, path: Path, log: Path) -> Report:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists():
        if process.exit_code is not None or time.monotonic() > deadline:
            ended = f"exit code {process.exit_code}" if process.exit_code is not None else f"nothing in {PATIENCE_S} s"
            raise WorldIsWrong(f"no report: {ended}; it said:\n{last_words(log)}")
        time.sleep(LOOK_S)
    return msgspec.json.decode(path.read_bytes(), type=Report)


def last_words(log: Path) -> str:
    """Answer the last lines of a log."""
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-LAST_LINES:])
