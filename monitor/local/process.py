"""A child process on a leash: it cannot outlive us unless told to; see leash.py for how."""

import subprocess
import sys
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.local import leash

STOP_AFTER_S = 15.0
TERMINATE, KILL, LEAVE = b"t", b"k", b"l"


class Startable(ABC):
    """A server of our own: started where a `with` block is entered, stopped where it is left."""

    @abstractmethod
    def start(self) -> Self:
        """Come back when it answers; once is enough."""

    @abstractmethod
    def stop(self) -> None:
        """End it and delete what is temporary; harmless when repeated."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Leashed:
    """One running command; what it prints is added to `log_file`.

    Args:
        command: program and arguments.
        log_file: where its output goes.
        delete: a folder that the leash deletes when nobody else is left to do it.
    """

    def __init__(self, command: list[str], log_file: Path, delete: Path | None = None) -> None:
        with log_file.open("ab") as log:
            self._leash = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-I", leash.__file__, str(STOP_AFTER_S), str(delete or ""), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal reaches us first, and we stop the child in order
            )
        self.pid = self._announced()
        """The process id of the command itself; 0 if it could not be run, then the log says why."""

    def _announced(self) -> int:
        line = self._leash.stdout.readline() if self._leash.stdout else b""
        return int(line or 0)

    @property
    def exit_code(self) -> int | None:
        """None while it runs; 128 + signal if a signal ended it."""
        return self._leash.poll()

    def wait(self, seconds: float) -> int | None:
        """The exit code when it ends by itself; None if it still runs after so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._leash.wait(seconds)
        return self._leash.returncode

    def order(self, letter: bytes) -> None:
        """Give one of the orders TERMINATE, KILL, LEAVE; nothing happens if the process has ended."""
        if self._leash.stdin is not None:
            with suppress(BrokenPipeError):
                self._leash.stdin.write(letter)
                self._leash.stdin.flush()

    def end(self, letter: bytes) -> None:
        """Terminate or kill, and come back when the process is gone."""
        self.order(letter)
        # Its input is closed only after that: the end of input would make the leash delete the folder.
        self._leash.wait()
        self._leash.communicate()

    def leave(self) -> None:
        """Let it live on without us; its leash stays with it."""
        self.order(LEAVE)
        # Popen would warn that its child still runs: that is what was asked for.
        self._leash.returncode = 0
