"""Whether a worker has started, is ready and lives, and why not (docs/decisions/0012-health.md).

Alive is what moves or has nothing to do, never what merely runs. A broker that is away makes nobody dead: no restart
brings it back.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from monitor.observe.vitals import Standing, Vitals
from monitor.settings import Settings

NAMED = 3


@dataclass(frozen=True)
class Health:
    """The three answers, each as the reasons against it: none is a yes. `signs` is what they were judged by."""

    startup: tuple[str, ...]
    ready: tuple[str, ...]
    live: tuple[str, ...]
    signs: Mapping[str, Any]


class Looking(Protocol):
    """Whoever judges a process."""

    def look(self) -> Health:
        """Answer how it is now; may be called from any thread."""


class Pulse:
    """How long ago an event loop last ran what it was asked to."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        self._loop = loop
        self._clock = clock
        self._asked = False
        self.felt = clock()

    def ask(self) -> None:
        """Ask it to answer, once at a time; a loop that is closed never will."""
        if not self._asked and not self._loop.is_closed():
            self._asked = True
            self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        self.felt = self._clock()
        self._asked = False


class Watch:
    """Judges one worker's vitals; `look` is called regularly, for it notes since when the broker is there.

    No stretch of standing still begins before the broker was there, so that after an outage everything has its time.
    """

    def __init__(self, settings: Settings, vitals: Vitals, clock: Callable[[], float] = time.monotonic) -> None:
        self._vitals = vitals
        self._clock = clock
        self._stuck_s = settings.stuck_ms / 1000
        self._restore_stuck_s = settings.restore_stuck_ms / 1000
        self._away_s = settings.broker_away_ms / 1000
        self._lock = Lock()
        self._pulses: dict[str, Pulse] = {}
        self._answered = self._belonged = vitals.began
        self._is_member = False
        self._there_since: float | None = None

    def look(self) -> Health:
        """Answer how the worker is now; may be called from any thread."""
        with self._lock:
            now = self._clock()
            self._feel(now)
            stuck = (*self._standing_loops(now), *self._standing_still(now))
            return Health(tuple(self._not_started()), (*self._not_ready(now), *stuck), stuck, self._signs(now))

    def _feel(self, now: float) -> None:
        link = self._vitals.link
        if link is None:
            return
        for name, loop in link.loops.items():
            self._pulses.setdefault(name, Pulse(loop, self._clock)).ask()
        # Between two connections nothing says when the last answer was, so the newest one known is kept.
        self._answered = max(self._answered, link.answered)
        is_there = now - self._answered <= self._away_s
        self._there_since = (self._there_since or now) if is_there else None
        self._is_member = link.is_member and self._vitals.is_assigned
        if self._is_member:
            self._belonged = now

    def _not_started(self) -> Iterator[str]:
        if not self._vitals.has_started:
            yield "the worker has not yet been given partitions and restored them"

    def _not_ready(self, now: float) -> Iterator[str]:
        vitals = self._vitals
        if self._there_since is None:
            yield f"the broker has not answered for {now - self._answered:.0f} s"
        if not self._is_member:
            yield "the worker is no member of its group"
        remaining = vitals.remaining.copy()
        for number, offsets in sorted(remaining.items()):
            left = "" if offsets is None else f", {offsets} offsets of its state log are left"
            yield f"partition {number} is not restored{left}"
        looked_at = {number for (_, number), input_ in vitals.places.copy().items() if input_.lag is not None}
        for number in sorted(set(vitals.held) - remaining.keys() - looked_at):
            yield f"partition {number} is restored, its inputs were not looked at yet"
        if not vitals.is_fit:
            yield "more than half of the last minute's records were refused: our own contract may be broken"

    def _standing_loops(self, now: float) -> Iterator[str]:
        for name, pulse in self._pulses.items():
            if now - pulse.felt >= self._stuck_s:
                yield f"the {name} has not run for {now - pulse.felt:.0f} s"

    def _standing_still(self, now: float) -> Iterator[str]:
        vitals, since = self._vitals, self._there_since
        if vitals.awaits_broker:
            return
        if vitals.link is None and now - vitals.began >= self._stuck_s:
            yield f"the worker has made no consumer in {now - vitals.began:.0f} s"
        if since is None:
            return
        apart = now - max(self._belonged, since)
        if apart >= self._stuck_s:
            yield f"the worker has been no member of its group for {apart:.0f} s"
        elif vitals.remaining:
            yield from self._standing_restore(now - max(vitals.moved, since))
        elif vitals.held:
            yield from self._standing_inputs(now, since)

    def _standing_restore(self, still: float) -> Iterator[str]:
        if still >= self._restore_stuck_s:
            yield f"no partition was restored any further for {still:.0f} s"

    def _standing_inputs(self, now: float, since: float) -> Iterator[str]:
        vitals = self._vitals
        unseen = now - max(vitals.surveyed, vitals.moved, since)
        if unseen >= self._stuck_s:
            yield f"the inputs were not looked at for {unseen:.0f} s"
        standing = {
            place: input_
            for place, input_ in sorted(vitals.places.copy().items())
            if input_.lag != 0 and self._stands(input_, now, since)
        }
        for (topic, number), input_ in list(standing.items())[:NAMED]:
            behind = "was never read" if input_.lag is None else f"lies {input_.lag} offsets behind"
            still = now - max(input_.moved, since)
            yield f"{topic}[{number}] {behind} and has not moved for {still:.0f} s"
        if len(standing) > NAMED:
            yield f"{len(standing) - NAMED} more inputs stand still"

    def _stands(self, standing: Standing, now: float, since: float) -> bool:
        """Answer whether an input stands still: with all others, or while they go on and it is passed over."""
        is_passed_over = self._vitals.flow - standing.flow >= self._stuck_s
        moved = standing.moved if is_passed_over else max(standing.moved, self._vitals.moved)
        return now - max(moved, since) >= self._stuck_s

    def _signs(self, now: float) -> dict[str, Any]:
        vitals, lag = self._vitals, dict[str, int | None]()
        for (topic, _), standing in vitals.places.copy().items():
            known = lag.get(topic, 0)
            lag[topic] = None if known is None or standing.lag is None else known + standing.lag
        remaining = vitals.remaining.copy()
        return {
            "member": self._is_member,
            "partitions": vitals.held,
            "restored": [number for number in vitals.held if number not in remaining],
            "lag": lag,
            "progress_ms": _ms(now - vitals.moved),
            "broker_ms": _ms(now - self._answered),
            "loops_ms": {name: _ms(now - pulse.felt) for name, pulse in self._pulses.items()},
        }


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
