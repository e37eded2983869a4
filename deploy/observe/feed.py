"""The live feed: a simulated province at a steady rate; a platform can fall silent, another be poisoned."""

import asyncio
import time
from collections.abc import Iterator

from monitor.events import Topic
from monitor.feed.province import PLATFORMS, SCALES, Province
from monitor.feed.simulate import Pace
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter, gathered
from monitor.feed.truth import Truth
from monitor.settings import Settings

BROKEN = b'{"event_id": "broken-off'
POISON_A_SLICE = 40
GATHERED = 500


class Feed:
    """Plays a province until it is stopped or over; what is held back is written later, in its order."""

    def __init__(self, settings: Settings, seed: int, rate: int) -> None:
        self._settings = settings
        self._rate = rate
        self._province = Province(seed, SCALES["demo"], PLATFORMS, register=False)
        self._gateway = Gateway(settings.partitions)
        self._held: list[Stamped] = []
        self._silent: str | None = None
        self._poisoned: str | None = None
        self._poison_number = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._stopped = False
        self.written = 0
        self.poison = 0
        self.over = False

    @property
    def truths(self) -> list[Truth]:
        """What the province planted."""
        return self._province.truths

    async def run(self) -> None:
        """Write until stopped; what was held back and poison go out beside the pace."""
        async with TopicWriter(self._settings) as writer:
            pace, played = Pace(self._rate), 0
            for records in self._slices(pace):
                if not self._flows.is_set():
                    await writer.settle()
                    await self._flows.wait()
                    pace, played = Pace(self._rate), 0
                if self._stopped:
                    return
                await pace.wait(played)
                await writer.write(self._sent(records))
                played += len(records)
                self.written = writer.written
        self.over = True

    def _slices(self, pace: Pace) -> Iterator[list[Stamped]]:
        parts = (self._gateway.stamp(deliveries) for deliveries in self._province.deliveries())
        for part in gathered(parts, GATHERED):
            yield from pace.slices(part)

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
        source, now = f"{platform}-broken-{partition}#1", time.time_ns() // 1_000_000
        return Stamped(Topic.orders, partition, platform.encode(), BROKEN, platform, source, number, now)

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
        self._stopped = True
        self._flows.set()
