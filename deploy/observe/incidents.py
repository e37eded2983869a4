"""Four things that go wrong in every installation, and the alert that must call somebody for each."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from deploy.observe.feed import Feed
from deploy.observe.questions import active_alerts
from deploy.observe.system import System

SILENT, POISONED = "jdmart", "pinduo"
BROKER_AWAY_S = 30.0
FIRES_WITHIN_S = 120.0
TOLD_WITHIN_S = 45.0
RESOLVES_WITHIN_S = 180.0
LOOK_S = 0.5

Act = Callable[[System, Feed], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Incident:
    """What goes wrong, how it is mended, and which alert, with which labels, must fire and resolve."""

    name: str
    alert: str
    labels: dict[str, str]
    begin: Act
    end: Act


@dataclass
class Seen:
    """What came of an incident, in seconds after it began and, for `resolved_s`, after it was mended; None is never."""

    incident: Incident
    fired_s: float | None = None
    resolved_s: float | None = None
    told: bool = False

    @property
    def holds(self) -> bool:
        """Whether the right alert fired, was told to the pager, and resolved."""
        return self.fired_s is not None and self.resolved_s is not None and self.told


async def _kill_a_worker(system: System, _: Feed) -> None:
    system.workers[0].kill()


async def _start_it_again(system: System, _: Feed) -> None:
    system.workers[0].bring_back()


async def _silence(_: System, feed: Feed) -> None:
    feed.silence(SILENT)


async def _let_speak(_: System, feed: Feed) -> None:
    feed.silence(None)


async def _poison(_: System, feed: Feed) -> None:
    feed.poison_feed(POISONED)


async def _clean(_: System, feed: Feed) -> None:
    feed.poison_feed(None)


async def _stop_broker(system: System, feed: Feed) -> None:
    feed.pause()
    await asyncio.to_thread(system.kafka.kill)
    await asyncio.sleep(BROKER_AWAY_S)


async def _start_broker(system: System, feed: Feed) -> None:
    await asyncio.to_thread(system.kafka.restart)
    feed.go_on()


INCIDENTS = (
    Incident("a worker is killed", "WorkerDown", {}, _kill_a_worker, _start_it_again),
    Incident(f"{SILENT} falls silent", "PlatformFeedSilent", {"platform": SILENT}, _silence, _let_speak),
    Incident(f"{POISONED} sends broken records", "PlatformQuarantined", {"platform": POISONED}, _poison, _clean),
    Incident(f"the broker is away for {BROKER_AWAY_S:g} s", "InputStopped", {}, _stop_broker, _start_broker),
)


async def play(incident: Incident, system: System, feed: Feed, tell: Callable[[str], None]) -> Seen:
    """Let one thing go wrong, wait for its alert, mend it, and wait until the alert is gone."""
    seen = Seen(incident)
    tell(f"{incident.name}: waiting for {incident.alert}")
    began = time.monotonic()
    beginning = asyncio.create_task(incident.begin(system, feed))
    seen.fired_s = await _waited(began, FIRES_WITHIN_S, lambda: _is_active(system, incident))
    told_s = await _waited(time.monotonic(), TOLD_WITHIN_S, lambda: _is_told(system, incident))
    seen.told = told_s is not None
    await beginning
    await incident.end(system, feed)
    mended = time.monotonic()
    if seen.fired_s is None:
        return seen
    tell(f"{incident.alert} fired after {seen.fired_s:.0f} s; mended, waiting until it resolves")
    seen.resolved_s = await _waited(mended, RESOLVES_WITHIN_S, lambda: _is_gone(system, incident))
    return seen


async def _waited(since: float, at_most_s: float, is_so: Callable[[], Awaitable[bool]]) -> float | None:
    while time.monotonic() - since < at_most_s:
        if await is_so():
            return time.monotonic() - since
        await asyncio.sleep(LOOK_S)
    return None


def _fits(incident: Incident, labels: dict[str, str]) -> bool:
    wanted = {"alertname": incident.alert} | incident.labels
    return all(labels.get(name) == value for name, value in wanted.items())


async def _is_active(system: System, incident: Incident) -> bool:
    return any(_fits(incident, dict(labels)) for labels in await active_alerts(system.alertmanager))


async def _is_told(system: System, incident: Incident) -> bool:
    return any(_fits(incident, labels) for _, labels in system.pager.fired[incident.alert])


async def _is_gone(system: System, incident: Incident) -> bool:
    return not await _is_active(system, incident)
