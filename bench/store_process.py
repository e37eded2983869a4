"""`fairtrade store run` as a process that a bench kills and starts again."""

import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Self

from monitor.settings import Settings, environment_name

TOLD = ("kafka", "prefix", "group", "partitions", "store", "store_password_file")


class StoreProcess:
    """A running store, a context; what it logs is thrown away unless `log` keeps it."""

    def __init__(self, settings: Settings) -> None:
        told = {environment_name(name): str(getattr(settings, name)) for name in TOLD}
        self._environ = {**os.environ, **told}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(signal.SIGTERM)

    def start(self) -> None:
        """Start it, the first time or again."""
        command = [sys.executable, "-m", "monitor", "store", "run"]
        self._process = subprocess.Popen(command, env=self._environ, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """End it by signal 9."""
        self._end(signal.SIGKILL)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(with_signal)
            self._process.wait()
            self._process = None
