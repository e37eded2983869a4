"""A process that is started again when it ends, as a container engine would do it."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from monitor.local.process import KILL, TERMINATE, Leashed
from monitor.settings import environment_name

LOOK_S = 0.2
RESTART_S = 1.0


class Supervised:
    """One command kept running; `told` are settings of ours, given by the environment; `pid` is of the current run."""

    def __init__(self, name: str, command: list[str], folder: Path, told: Mapping[str, object] | None = None) -> None:
        self.name = name
        self.log_file = folder / f"{name}.log"
        self.restarts = 0
        self.last_exit: int | None = None
        self._command = [*environment(told or {}), *command]
        self._down = False
        self._process = Leashed(self._command, self.log_file)
        self._watching = asyncio.get_running_loop().create_task(self._watch(), name=f"supervise-{name}")

    @property
    def pid(self) -> int:
        """The process id of the current run."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it runs now."""
        return self._process.exit_code is None

    def kill(self) -> None:
        """End it by signal 9; it stays down until `bring_back`."""
        self._down = True
        self._process.order(KILL)

    def bring_back(self) -> None:
        """Let it start again."""
        self._down = False

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if self.runs or self._down:
                continue
            self.last_exit = self._process.exit_code
            await asyncio.to_thread(self._process.end, KILL)
            await asyncio.sleep(RESTART_S)
            self.restarts += 1
            self._process = Leashed(self._command, self.log_file)

    async def stop(self) -> None:
        """End it in order and start it no more."""
        self._watching.cancel()
        await asyncio.wait([self._watching])
        await asyncio.to_thread(self._process.end, TERMINATE)

    def leave(self) -> int:
        """Let it outlive this program, unsupervised; answer its process id."""
        self._watching.cancel()
        self._process.leave()
        return self.pid


def environment(told: Mapping[str, object]) -> list[str]:
    """Write what stands before a command to give it settings of ours."""
    return ["env", *(f"{environment_name(key)}={value}" for key, value in told.items())]


def ours(*arguments: str) -> list[str]:
    """Write the command line of one of our commands."""
    return [sys.executable, "-m", "monitor", *arguments]
