"""The seeded producer: simulated traffic at a steady rate, with records that come twice and records that are broken.

It is a gateway that knows nothing of the faults: when the broker does not take what it sends, it sends it again.
"""

import asyncio
import random
from collections.abc import Iterator

from aiokafka.errors import KafkaError

from monitor.events import Topic
from monitor.feed.simulate import Pace
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter, gathered
from monitor.feed.traffic import Mix, Traffic
from monitor.settings import Settings

PLATFORMS = 6
DAYS = 3
GATHERED = 500
SETTLE_EVERY = 10
LEVER_EVERY = 250
"""How many events go to a lever that is an alert at once."""
BROKEN = (
    b'{"event_id": "broken-off',
    b"",
    b"[" * 2_000 + b"]" * 2_000,
    b'{"type":"\xff"}',
    b'{"type":"clock_advanced","clock":NaN}',
)
BROKEN_EVERY, TWICE_EVERY = 400, 200
"""How many records go to one that is broken, and to one that comes twice."""


def mix_of(seed: int, events: int, levers: int, *, days: int = DAYS, offers: int = 0) -> Mix:
    """Choose traffic of so many events, with offers enough to keep state growing unless their number is given."""
    return Mix(
        events=events,
        offers=offers or max(60, events // 12),
        platforms=PLATFORMS,
        days=days,
        copies=max(1, min(20, events // 20_000)),
        levers=levers,
        seed=seed,
    )


class Feed:
    """Plays traffic to its end; `written` counts what was handed over, resent records too."""

    def __init__(self, settings: Settings, mix: Mix, rate: int) -> None:
        self._settings = settings
        self._rate = rate
        gateway = Gateway(settings.partitions)
        self._parts = (gateway.stamp(hour) for hour in Traffic(mix).deliveries())
        self._begun: list[Stamped] = []
        self._dice = random.Random(f"feed {mix.seed}")
        self._unsettled: list[Stamped] = []
        self._recent: list[Stamped] = []
        self._broken = 0
        self.written = 0
        self.resent = 0

    async def register(self) -> None:
        """Write the entries of control that stand before all traffic, as an installation has them before it begins."""
        entries, self._begun = self._begun, []
        for part in self._parts:
            entries += [record for record in part if record.topic == Topic.control]
            self._begun += [record for record in part if record.topic != Topic.control]
            if self._begun:
                break
        async with TopicWriter(self._settings) as writer:
            await writer.write(entries)

    async def run(self) -> None:
        """Write everything; a writer that fails is replaced, and what it may not have written is sent again."""
        pace, played = Pace(self._rate), 0
        slices = self._slices(pace)
        while True:
            try:
                async with TopicWriter(self._settings) as writer:
                    await writer.write(self._unsettled)
                    await writer.settle()
                    self.resent += len(self._unsettled)
                    self._unsettled = []
                    for number, records in enumerate(slices):
                        await pace.wait(played)
                        played += len(records)
                        await self._write(writer, self._spoiled(records), settle=number % SETTLE_EVERY == 0)
                    await writer.settle()
            except (KafkaError, OSError):
                await asyncio.sleep(0.5)
                pace, played = Pace(self._rate), 0
            else:
                return

    async def _write(self, writer: TopicWriter, records: list[Stamped], *, settle: bool) -> None:
        self._unsettled += records
        await writer.write(records)
        self.written += len(records)
        if settle:
            await writer.settle()
            self._unsettled = []

    def _slices(self, pace: Pace) -> Iterator[list[Stamped]]:
        yield from pace.slices(self._begun)
        for part in gathered(self._parts, GATHERED):
            yield from pace.slices(part)

    def _spoiled(self, records: list[Stamped]) -> list[Stamped]:
        """Add broken records and repeats of earlier ones, each behind the records of its slice."""
        facts = [record for record in records if record.topic != Topic.control]
        self._recent = (self._recent + facts[:3])[-60:]
        wanted = self._dice.random() * 2 * len(records)
        broken = [self._break(facts) for _ in range(int(wanted / BROKEN_EVERY + self._dice.random()))] if facts else []
        twice = self._dice.choices(self._recent, k=int(wanted / TWICE_EVERY + self._dice.random())) if facts else []
        return records + twice + broken

    def _break(self, facts: list[Stamped]) -> Stamped:
        """Make a broken record in the name of a platform's own writer that is not its feed."""
        self._broken += 1
        like = self._dice.choice(facts)
        value = self._dice.choice(BROKEN)
        return like._replace(value=value, source=f"{like.platform}-broken-{like.partition}#1", sequence=self._broken)
