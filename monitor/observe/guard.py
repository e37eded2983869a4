"""Looks at a process's health all the time, says when it no longer lives, and ends it if that is wanted."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

from monitor.observe.health import Looking
from monitor.observe.logs import event

LOOK_S = 0.5
# A process that was stopped and goes on finds all its clocks old; so many looks later they are new again.
CONFIRMED = 3


class Guard:
    """A thread that looks every `LOOK_S`; `end` hears the reasons once `CONFIRMED` looks in a row found them.

    `name` begins the names of its events: what the process is.
    """

    def __init__(self, watch: Looking, end: Callable[[Sequence[str]], None] | None, name: str = "worker") -> None:
        self._watch = watch
        self._end = end
        self._name = name
        self._found = 0
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="guard", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_S):
            self.look()

    def look(self) -> None:
        """Look once; log a change, and tell `end` of a process that does not live."""
        reasons = self._watch.look().live
        if not reasons and self._found >= CONFIRMED:
            event(f"{self._name}.lives")
        self._found = self._found + 1 if reasons else 0
        if self._found == CONFIRMED:
            event(f"{self._name}.stuck", level=logging.ERROR, why="; ".join(reasons))
            if self._end is not None:
                self._end(reasons)
