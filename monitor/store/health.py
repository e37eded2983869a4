"""Whether a store has started, is ready and lives, and why not (docs/decisions/0014-the-alert-store.md).

A broker or a database that is away makes a store not ready and never not live: it waits, and no restart brings them
back. Alive is what moves, has nothing to do, or waits for somebody.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any

from monitor.observe.guard import Guard
from monitor.observe.health import NAMED, Health, Pulse
from monitor.observe.probes import serve_health
from monitor.settings import Settings
from monitor.store.ending import end
from monitor.store.outage import Party
from monitor.store.run import LOOK_AGAIN_S
from monitor.store.vitals import Vitals


class StoreWatch:
    """Judges one store's vitals; `look` is called regularly, for it notes since when nobody is away."""

    def __init__(
        self,
        settings: Settings,
        vitals: Vitals,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vitals = vitals
        self._clock = clock
        self._away_s = settings.broker_away_ms / 1000
        self._stuck_s = settings.stuck_ms / 1000
        # The logs are looked at so often: what is known of them may be as old.
        self._still_s = self._stuck_s + LOOK_AGAIN_S
        self._pulse = Pulse(loop, clock)
        self._lock = Lock()
        self._there_since: float | None = None

    def look(self) -> Health:
        """Answer how the store is now; may be called from any thread."""
        with self._lock:
            now = self._clock()
            self._pulse.ask()
            away = list(self._absences(now))
            self._there_since = None if away else self._there_since or now
            stuck = tuple(self._standing_still(now))
            startup = () if self._vitals.has_started else ("the store has not yet seen its tables and its logs",)
            return Health(startup, (*startup, *away, *stuck), stuck, self._signs(now))

    def _absences(self, now: float) -> Iterator[str]:
        for party in Party:
            since = self._vitals.waits_for(party)
            if (absence := self._vitals.away.get(party)) is not None:
                yield f"the {party} is away for {now - absence.since:.0f} s: {absence.reason}"
            elif since is not None and now - since >= self._away_s:
                yield f"the {party} has not answered for {now - since:.0f} s"

    def _standing_still(self, now: float) -> Iterator[str]:
        if now - self._pulse.felt >= self._stuck_s:
            yield f"the event loop has not run for {now - self._pulse.felt:.0f} s"
        since = self._there_since
        if since is None:
            return
        unseen = now - max(self._vitals.surveyed, since)
        if unseen >= self._still_s:
            yield f"the logs were not looked at for {unseen:.0f} s"
        yield from self._standing_places(now, since)

    def _standing_places(self, now: float, since: float) -> Iterator[str]:
        still = {
            place: one
            for place, one in sorted(self._vitals.places.copy().items())
            if one.lag and now - max(one.moved, since) >= self._still_s
        }
        for (topic, number), one in list(still.items())[:NAMED]:
            yield (
                f"{topic}[{number}] lies {one.lag} offsets behind and has not moved "
                f"for {now - max(one.moved, since):.0f} s"
            )
        if len(still) > NAMED:
            yield f"{len(still) - NAMED} more logs stand still"

    def _signs(self, now: float) -> dict[str, Any]:
        lag: dict[str, int] = {}
        for (topic, _), one in self._vitals.places.copy().items():
            lag[topic] = lag.get(topic, 0) + one.lag
        answered = self._vitals.answered.copy()
        return {
            "partitions": self._vitals.held,
            "lag": lag,
            "answered_ms": {party: round((now - at) * 1000) for party, at in answered.items()},
        }


def watch_health(settings: Settings, vitals: Vitals) -> None:
    """Judge a store's vitals from now on, in threads: answer probes, and end the process where that is wanted.

    Called in the store's event loop, before it runs. Raises SettingIsWrong for a port that cannot be had.
    """
    watch = StoreWatch(settings, vitals, asyncio.get_running_loop())
    serve_health(watch, settings.listen, settings.health_port)
    Guard(watch, _end_stuck if settings.exit_when_stuck else None, "store").start()


def _end_stuck(reasons: Sequence[str]) -> None:
    end(f"it is stuck and a restart is wanted (exit_when_stuck): {'; '.join(reasons)}")
