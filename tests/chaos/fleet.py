"""The workers of a run: processes that are started again when they end, as a container engine would do it."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

from monitor.local.leash import die_with_parent
from monitor.local.node import free_ports
from monitor.settings import Settings, environment_name
from monitor.stream import exits

LOOK_S = 0.1
RESTART_S = 0.3
PATIENCE_S = 60.0
PROBE_S = 0.5
PROBE_TIMEOUT_S = 1.0
TOLD = (
    *("kafka", "prefix", "group", "partitions", "session_timeout_ms", "heartbeat_ms", "transaction_timeout_ms"),
    *("poll_records", "slice_records"),
)
EXPECTED = frozenset({0, -signal.SIGKILL, -signal.SIGTERM, exits.TRANSACTION_UNKNOWN})
"""How workers may end under faults: by SIGTERM only before they know what to do with it."""
LIBFAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


class Sample(NamedTuple):
    """What one worker said of its health when asked at a moment; None for a question that was not answered."""

    at: float
    worker: str
    live: bool | None
    ready: bool | None
    signs: Mapping[str, Any]
    why: tuple[str, ...]


class Exit(NamedTuple):
    """How a worker ended, and what it said of it."""

    at: float
    worker: str
    code: int
    reason: str


class Worker:
    """One member of the group: its name, its place for orders, and the process that runs now, if any."""

    def __init__(
        self, name: str, folder: Path, settings: Settings, instance: str | None, broken: str | None = None
    ) -> None:
        self.name = name
        self.folder = folder / name
        self.folder.mkdir(exist_ok=True)
        self.log = folder / f"{name}.log"
        self.kafka = settings.kafka
        self.instance = instance
        self.began = 0.0
        self.is_wanted = True
        self.is_touched = False
        self.clock: str | None = None
        self.port = free_ports(1)[0]
        self._settings = settings
        self._broken = broken
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the current run, 0 while there is none."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> None:
        """Run it; orders that an earlier run left are forgotten."""
        self.forget()
        command = [
            sys.executable,
            "-m",
            "tests.chaos.worker",
            str(self.folder),
            *([self._broken] if self._broken else []),
        ]
        self.began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=os.environ | self._told(),
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - nothing of ours holds a lock meanwhile
            )

    def _told(self) -> dict[str, str]:
        told = {environment_name(name): str(getattr(self._settings, name)) for name in TOLD}
        told |= {"FAIRTRADE_KAFKA": self.kafka, "FAIRTRADE_HEALTH_PORT": str(self.port)}
        told |= {"FAIRTRADE_STUCK_MS": str(self._settings.stuck_ms), "PYTHONPATH": str(Path.cwd())}
        told |= {"FAIRTRADE_INSTANCE_ID": self.instance} if self.instance else {}
        if self.clock is not None:
            told |= {
                "LD_PRELOAD": LIBFAKETIME,
                "FAKETIME_TIMESTAMP_FILE": self.clock,
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_CACHE_DURATION": "1",
            }
        return told

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def bury(self) -> None:
        """Let nothing of it be left."""
        if self._process is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self._process.wait()

    def code(self) -> int | None:
        """Answer how it ended, None while it runs or was never started."""
        return None if self._process is None else self._process.poll()

    def gone(self) -> None:
        """Forget a process that has ended."""
        self._process = None

    def order(self, what: str, text: str = "") -> None:
        """Tell it to be caught at something."""
        (self.folder / "order").write_text(text)
        (self.folder / "order").rename(self.folder / what)

    def forget(self) -> None:
        """Take every order back, and let go what is held."""
        for path in self.folder.iterdir():
            path.unlink(missing_ok=True)

    @property
    def held(self) -> Path:
        """The file that is there while it is held in the act."""
        return self.folder / "held"

    def reason(self) -> str:
        """Answer what it last said of its end."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next(
            (line for line in reversed(lines[-40:]) if "ends with exit code" in line), lines[-1] if lines else ""
        )

    def probe(self) -> Sample:
        """Ask it how it is; called in a thread."""
        asked = time.monotonic()
        live, _, why = self._ask("live")
        ready, signs, more = (None, {}, ()) if live is None else self._ask("ready")
        return Sample(asked, self.name, live, ready, signs, (*why, *more))

    def _ask(self, question: str) -> tuple[bool | None, Mapping[str, Any], tuple[str, ...]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PROBE_TIMEOUT_S)
        try:
            connection.request("GET", f"/{question}")
            said = json.loads(connection.getresponse().read())
        except (OSError, ValueError, HTTPException):
            return None, {}, ()
        finally:
            connection.close()
        return said["ok"], said, tuple(said["why"])


class Fleet:
    """All workers of a run, watched: who ends is started again unless a fault keeps it down."""

    def __init__(self, settings: Settings, folder: Path, most: int) -> None:
        self.settings = settings
        self.folder = folder
        self.samples: list[Sample] = []
        self.exits: list[Exit] = []
        self.restarts: Counter[str] = Counter()
        self._workers = [
            Worker(f"w{number}", folder, settings, f"w{number}" if number < 2 else None) for number in range(most)
        ]
        for worker in self._workers:
            worker.is_wanted = False
        self._tasks: list[asyncio.Task[None]] = []

    def __iter__(self) -> Iterator[Worker]:
        return iter(self._workers)

    @property
    def wanted(self) -> list[Worker]:
        """The workers that should run now."""
        return [worker for worker in self._workers if worker.is_wanted]

    def free(self, *, spare: bool = False) -> list[Worker]:
        """Answer the workers that no fault touches now: those that run, or with `spare` those that could be added."""
        return [
            worker
            for worker in self._workers
            if not worker.is_touched and worker.is_wanted is not spare and (spare or worker.pid)
        ]

    def begin(self, count: int) -> None:
        """Start so many workers and watch them."""
        for worker in self._workers[:count]:
            worker.is_wanted = True
            worker.start()
        self._tasks = [asyncio.create_task(self._supervise()), asyncio.create_task(self._sample())]

    async def _supervise(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for worker in self._workers:
                self._look(worker)

    def _look(self, worker: Worker) -> None:
        code = worker.code()
        if code is not None:
            self.exits.append(Exit(time.monotonic(), worker.name, code, worker.reason() if code > 0 else ""))
            worker.gone()
        elif worker.is_wanted and not worker.pid:
            self.restarts[worker.name] += 1
            worker.start()

    async def _sample(self) -> None:
        while True:
            asked = [worker for worker in self._workers if worker.pid]
            self.samples += await asyncio.gather(*(asyncio.to_thread(worker.probe) for worker in asked))
            await asyncio.sleep(PROBE_S)

    async def stopped(self, worker: Worker) -> None:
        """End a worker in order, for good or until it is wanted again."""
        worker.is_wanted = False
        worker.signal(signal.SIGTERM)
        await self.ended(worker)

    async def ended(self, worker: Worker) -> None:
        """Wait until a worker's process is gone."""
        deadline = time.monotonic() + PATIENCE_S
        while worker.pid and time.monotonic() < deadline:  # noqa: ASYNC110 - a process has no event
            await asyncio.sleep(LOOK_S)
        worker.signal(signal.SIGKILL)

    async def end(self) -> None:
        """End all workers in order and stop watching; frozen ones go on first."""
        for worker in self._workers:
            worker.forget()
            worker.signal(signal.SIGCONT)
        await asyncio.gather(*(self.stopped(worker) for worker in self._workers))
        await asyncio.sleep(2 * LOOK_S)
        self.kill()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def kill(self) -> None:
        """Let no process of ours be left."""
        for worker in self._workers:
            worker.bury()

    def left(self) -> list[int]:
        """Answer the process ids that are still there."""
        return [worker.pid for worker in self._workers if worker.pid]


def has_faketime() -> bool:
    """Answer whether the clock of a single process can be moved here."""
    return shutil.which("faketime") is not None and Path(LIBFAKETIME).exists()
