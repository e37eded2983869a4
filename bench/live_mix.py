"""The full mix as it is played live: the past that a judge needs, then an event day, with levers at a steady pace."""

from collections.abc import Iterator
from random import Random

from msgspec import Struct

from monitor.eventtime.china import HOUR
from monitor.feed.conduct import opened_on_rival, pull
from monitor.feed.delivery import Delivery
from monitor.feed.scene import ALGORITHM, Scene
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.traffic import Mix, Traffic

RATE = 20_000
DAYS = 3
SECONDS_A_DAY = 60
RECORDS_A_LEVER = 450
SEED = 5
# Offers by size as in the job that everyone runs; each is sold once all the same.
ZIPF = 1.05
# Opened on the rival so long before the day begins: every lever of that day answers it within its span.
OPENED_BEFORE = 2 * HOUR
LEVER = "TRAFFIC_LIMIT"


class Load(Struct):
    """What the driver plays: the past, the records of the timed part, and where in them each lever's event stands."""

    rate: int
    past: list[Stamped]
    records: list[Stamped]
    levers: dict[str, int]


class LiveMix:
    """So many records of event days at twenty thousand a second, which is a day a minute.

    Merchants who have just opened on a rival are demoted one after the other, one every `RECORDS_A_LEVER` records: each
    is an immediate notice.
    """

    def __init__(self, partitions: int, records: int) -> None:
        self._wanted = records
        self._traffic = Traffic(Mix(events=RATE * SECONDS_A_DAY * DAYS, days=DAYS, exponent=ZIPF, seed=SEED))
        self._gateway = Gateway(partitions)
        self._merchants = list(self._opened(records // RECORDS_A_LEVER))

    def _opened(self, count: int) -> Iterator[Scene]:
        rng, start = Random(SEED), self._traffic.start  # noqa: S311 - a load repeats itself by its seed
        for number in range(count):
            platform, rival = rng.sample(self._traffic.platforms, 2)
            scene = Scene("latency", number, SEED, platform, rival, start)
            opened_on_rival(scene, start - OPENED_BEFORE)
            yield scene

    def load(self) -> Load:
        """Make the load; the traffic is made only as far as it is played."""
        load = Load(RATE, [], [], {})
        told = (delivery for hour in self._traffic.deliveries() for delivery in hour)
        first = self._play_past(load, told)
        merchants = iter(self._merchants)
        load.records += self._gateway.stamp([first])
        while len(load.records) < self._wanted:
            delivery = next(told)
            if len(load.records) // RECORDS_A_LEVER > len(load.levers):
                self._demote(load, next(merchants), delivery.arrival)
            load.records += self._gateway.stamp([delivery])
        del load.records[self._wanted :]
        return load

    def _play_past(self, load: Load, told: Iterator[Delivery]) -> Delivery:
        """Stamp all that arrives before the day, the merchants' openings last; answer the day's first delivery."""
        for delivery in told:
            if delivery.arrival >= self._traffic.start:
                for scene in self._merchants:
                    load.past += self._gateway.stamp(scene.deliveries)
                return delivery
            load.past += self._gateway.stamp([delivery])
        raise ValueError("the traffic ends before its first day; give it events")

    def _demote(self, load: Load, merchant: Scene, now: int) -> None:
        pull(merchant, now, LEVER, ALGORITHM, held=None)
        lever = merchant.deliveries[-1]
        load.levers[event_id(lever.head)] = len(load.records)
        load.records += self._gateway.stamp([lever])


def event_id(value: bytes) -> str:
    """Answer the id of an event from its text."""
    return value.partition(b'"event_id":"')[2].partition(b'"')[0].decode()
