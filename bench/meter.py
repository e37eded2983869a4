"""What the processes of the bench tell each other: a task in, a report out, both as JSON files."""

import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bench import cores
from monitor.settings import Settings


class Task(Struct, kw_only=True):
    """What a process is told.

    `ends` are the next offsets after the last record of each topic without prefix, by partition; `events` is how many
    records lie in all inputs; `pinned` are its processors. `watched` is the process whose processor time and memory
    are reported by the one that is told, 0 for its own.
    """

    settings: Settings
    report: str
    variant: str
    events: int
    ends: dict[str, list[int]]
    pinned: list[int]
    watched: int = 0


class Report(Struct, kw_only=True):
    """What a process measured between its first and its last batch.

    `cpu_s` is user and system time of the whole process, threads included; `startup_cpu_s` is what it had spent before
    and is in no other figure. `rss_bytes` is the most memory it ever held. `details` are figures of its own.
    """

    events: int
    cpu_s: float
    wall_s: float
    startup_cpu_s: float
    rss_bytes: int
    details: dict[str, Any] = {}


class Meter:
    """Processor and wall time of this process from `begin` to `end`."""

    def __init__(self) -> None:
        self._cpu_s = self._wall_s = 0.0
        self.rss_at_begin = 0

    @property
    def runs(self) -> bool:
        """Whether `begin` was called."""
        return self._wall_s > 0

    def begin(self) -> None:
        """Start to count; what was spent until now is start-up."""
        self.rss_at_begin = cores.rss_bytes()
        self._cpu_s, self._wall_s = time.process_time(), time.perf_counter()

    def end(self, events: int) -> Report:
        """Stop and report."""
        cpu_s, wall_s = time.process_time() - self._cpu_s, time.perf_counter() - self._wall_s
        return Report(
            events=events,
            cpu_s=cpu_s,
            wall_s=wall_s,
            startup_cpu_s=self._cpu_s,
            rss_bytes=cores.rss_bytes("VmHWM"),
        )


def told() -> Task:
    """Read the task that the command line names, and pin this process as it says."""
    task = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Task)
    cores.pin(task.pinned)
    return task


def answer(task: Task, report: Report) -> None:
    """Write the report; it appears whole or not at all."""
    path = Path(task.report)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(msgspec.json.encode(report))
    unfinished.replace(path)
