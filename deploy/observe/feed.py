"""The live feed: a simulated province that ends today; a platform can fall silent, another be poisoned."""

import asyncio
import time
from collections.abc import Callable, Iterator

from monitor.events import Topic
from monitor.eventtime.china import DAY, day_of
from monitor.feed.province import PLATFORMS, SCALES, Province
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter, gathered
from monitor.settings import Settings

BROKEN = b'{"event_id": "broken-off'
POISON_A_SLICE = 40
GATHERED = 500
SLICES_A_SECOND = 20
CAUGHT_UP_AT_A_TIME = 8
"""how many times the rate at which the days before the live ones are written"""
LIVE_DAYS = 14
"""days that are played at the rate, until event time comes close to now; with fewer of them so much is caught up before
that workers of a busy machine are behind when the incidents begin"""
BEHIND_S = 2.0
"""how far the feed may fall behind its pace and still catch up"""
CLOSING_S = 45.0
"""near its end the feed takes this long for what is left between its event time and now, so it never runs dry"""


def wall_ms() -> int:
    """Answer the time now in ms."""
    return time.time_ns() // 1_000_000


class Feed:
    """Plays a province until it is stopped; what is held back is written later, in its order.

    Days of some weeks pass in minutes, and the last of them is today: what boards and rules make of event time is true.
    """

    def __init__(self, settings: Settings, seed: int, rate: int, now_ms: Callable[[], int] = wall_ms) -> None:
        self._settings = settings
        self._rate = rate
        self._now_ms = now_ms
        scale = SCALES["demo"]
        first_day = day_of(now_ms()) - scale.days + 1
        self._province = Province(seed, scale, PLATFORMS, register=False, first_day=first_day)
        self._live_from = now_ms() - LIVE_DAYS * DAY
        self._gateway = Gateway(settings.partitions)
        self._held: list[Stamped] = []
        self._silent: str | None = None
        self._poisoned: str | None = None
        self._poison_number = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._stopped = asyncio.Event()
        self._due = time.monotonic()
        self.written = 0
        self.poison = 0

    async def run(self) -> None:
        """Write until stopped; what was held back and poison go out beside the pace."""
        async with TopicWriter(self._settings) as writer:
            before = self._province.start
            for records in self._slices():
                if not self._flows.is_set():
                    await writer.settle()
                    await self._flows.wait()
                arrival = records[-1].append_time
                await self._wait(len(records), before, arrival)
                if self._stopped.is_set():
                    return
                await writer.write(self._sent(records))
                before, self.written = arrival, writer.written

    def _slices(self) -> Iterator[list[Stamped]]:
        size = max(1, self._rate // SLICES_A_SECOND)
        parts = (self._gateway.stamp(deliveries) for deliveries in self._province.deliveries())
        for part in gathered(parts, GATHERED):
            for first in range(0, len(part), size):
                yield part[first : first + size]

    async def _wait(self, records: int, before: int, arrival: int) -> None:
        """Wait before records are due; for what lies in the future, until it does not."""
        rate = self._rate if arrival >= self._live_from else CAUGHT_UP_AT_A_TIME * self._rate
        wait_s = due_s(records / rate, arrival - before, self._now_ms() - before)
        # What writing took is not waited again; what it took beyond a moment is not made up for.
        now = time.monotonic()
        self._due = max(self._due, now - BEHIND_S) + wait_s
        try:
            await asyncio.wait_for(self._stopped.wait(), max(0.0, self._due - now))
        except TimeoutError:
            return

    def _sent(self, records: list[Stamped]) -> list[Stamped]:
        """Answer what really goes out: without the silent platform, with what it held back, with poison."""
        if self._silent is not None:
            self._held += [record for record in records if record.platform == self._silent]
            records = [record for record in records if record.platform != self._silent]
        elif self._held:
            records, self._held = self._held + records, []
        if self._poisoned is not None:
            records = records + [self._broken() for _ in range(POISON_A_SLICE)]
        return records

    def _broken(self) -> Stamped:
        """Answer a record that is cut off in the middle, as the poisoned platform's feed sends it."""
        self._poison_number += 1
        self.poison += 1
        platform, number = str(self._poisoned), self._poison_number
        partition = number % self._settings.partitions
        source = f"{platform}-broken-{partition}#1"
        return Stamped(Topic.orders, partition, platform.encode(), BROKEN, platform, source, number, self._now_ms())

    def silence(self, platform: str | None) -> None:
        """Hold one platform's records back from now on; None lets them go."""
        self._silent = platform

    def poison_feed(self, platform: str | None) -> None:
        """Send broken records in the name of one platform from now on; None ends it."""
        self._poisoned = platform

    def pause(self) -> None:
        """Write nothing until `go_on`: a gateway without a broker keeps what it has."""
        self._flows.clear()

    def go_on(self) -> None:
        """Write again."""
        self._flows.set()

    def stop(self) -> None:
        """Write no more."""
        self._stopped.set()
        self._flows.set()


def due_s(at_rate_s: float, advance_ms: int, behind_ms: int) -> float:
    """Answer how long to wait before event time advances: by the rate, or slower where little is left until now.

    `behind_ms` lies between the event time before and now; what is in the future waits until it is now.
    """
    if advance_ms >= behind_ms:
        return max(at_rate_s, (advance_ms - max(0, behind_ms)) / 1000)
    return max(at_rate_s, CLOSING_S * max(0, advance_ms) / behind_ms)
