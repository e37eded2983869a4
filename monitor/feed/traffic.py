"""Traffic for measurements: many platforms, many offers, three event days, and enough offences to count alerts.

Every offer is sold at least once, the rest of the lines go by size: so many keys of state are really touched.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from monitor.eventtime import china
from monitor.feed import control
from monitor.feed.clocks import clocks, hours, resting
from monitor.feed.coercion import exited_at_once
from monitor.feed.delivery import Delivery
from monitor.feed.market import Market, Offer
from monitor.feed.plants import Stages, staged
from monitor.feed.post import Post
from monitor.feed.province import FIRST_DAY
from monitor.feed.resume import read_back
from monitor.feed.routine import Routine
from monitor.feed.scene import Scene
from monitor.feed.stamp import Gateway
from monitor.feed.topics import TopicWriter, gathered
from monitor.feed.trade import Trade
from monitor.feed.truth import Truth
from monitor.settings import Settings

OFFERS_A_SHOP = 6


@dataclass(frozen=True)
class Mix:
    """What the traffic is made of.

    `events` counts lines, returns and all that is no clock record, to within a few hundredths; `offers` are
    (subject, SKU) pairs; `copies` are instances of every case that fits into `days`; `levers` are further merchants
    demoted right after an opening, evenly over time, each an immediate notice; `exponent` is Zipf's, of offers by size.
    """

    events: int = 2_000_000
    offers: int = 200_000
    platforms: int = 310
    days: int = 3
    copies: int = 40
    levers: int = 0
    exponent: float = 0.7
    seed: int = 1


class Traffic:
    """One mix as deliveries; deterministic. `truths` tells the cases' verdicts; nothing of it is malformed."""

    def __init__(self, mix: Mix = Mix()) -> None:
        self.mix = mix
        self.platforms = tuple(f"platform-{number:03d}" for number in range(mix.platforms))
        self.first_day = china.day_named(FIRST_DAY)
        self.start = china.day_start(self.first_day)
        end = china.day_start(self.first_day + mix.days)
        self._post = Post()
        self._market = _market_of(mix, self.platforms)
        self._trade = Trade(mix.seed, self._market, self._post, end)
        self._routine = Routine(mix.seed, self._market, self._post, end)
        plants = staged(mix.seed, Stages(self.first_day, mix.days, self.platforms), mix.copies)
        self.truths: list[Truth] = plants.truths
        self._planted = len(plants.deliveries)
        for delivery in (*plants.deliveries, *self._levers(), *self._registry()):
            self._post.take(delivery)

    def deliveries(self) -> Iterator[list[Delivery]]:
        """Answer everything that arrives, an hour of arrival at a time, to the end of the quiet days."""
        self._routine.open_books(self.start)
        yield from self._post.leave(self.start)
        for number, hour in enumerate(hours(self.first_day, self.mix.days)):
            self._play(number, hour)
            yield from self._post.leave(hour + china.HOUR)
        for clock in resting(self.first_day + self.mix.days):
            self._take(clocks(self.platforms, clock))
        yield from self._post.leave(self.start + 1_000 * china.DAY)

    def _play(self, number: int, hour: int) -> None:
        """One hour: a share of all offers once each, the rest of its lines by size, routine, clocks."""
        if number % 24 == 0:
            self._routine.day(hour, self.mix.events // 100 // self.mix.days)
        each = self._share(number)
        self._trade.sell_each(hour, each)
        lines = self._trade.lines_in(hour, self._lines_a_day())
        self._trade.sell(hour, max(0, lines - len(each)))
        self._take(clocks(self.platforms, hour + china.HOUR))

    def _share(self, number: int) -> list[Offer]:
        return self._market.offers[number :: 24 * self.mix.days]

    def _lines_a_day(self) -> int:
        """Answer the honest lines an average day needs: what other records leave, less what follows from lines."""
        others = self._planted + len(self._market.offers) // 2 + len(self._market.shops)
        return max(0, self.mix.events - others) * 94 // 100 // self.mix.days

    def _take(self, deliveries: Iterator[Delivery]) -> None:
        for delivery in deliveries:
            self._post.take(delivery)

    def _registry(self) -> list[Delivery]:
        return control.registrations(self.platforms, self.start - 3 * china.DAY)

    def _levers(self) -> Iterator[Delivery]:
        """Stage the further merchants, each from an instant of its own."""
        rng = Random(f"levers/{self.mix.seed}")  # noqa: S311 - a simulation repeats itself by its seed
        room = (self.mix.days - 2) * china.DAY
        for number in range(self.mix.levers):
            platform, rival = rng.sample(self.platforms, 2)
            origin = self.start + room * number // self.mix.levers
            scene = Scene("lever", number, self.mix.seed, platform, rival, origin)
            self.truths.append(exited_at_once(scene))
            yield from scene.deliveries


def _market_of(mix: Mix, platforms: tuple[str, ...]) -> Market:
    market = Market(mix.seed, platforms, mix.offers // OFFERS_A_SHOP, OFFERS_A_SHOP, mix.exponent)
    del market.offers[mix.offers :], market.weights[mix.offers :]
    Random(mix.seed).shuffle(market.offers)  # noqa: S311 - a simulation repeats itself by its seed
    return market


class Poured(NamedTuple):
    """What `pour` wrote: records and bytes of their values, clock records included, and the cases' verdicts."""

    records: int
    value_bytes: int
    truths: list[Truth]


async def pour(settings: Settings, mix: Mix, progress: Callable[[int], None] | None = None) -> Poured:
    """Fill the topics with traffic as fast as the broker takes it; its platforms' registry is written too."""
    traffic = Traffic(mix)
    gateway = Gateway(settings.partitions, await read_back(settings))
    value_bytes = 0
    async with TopicWriter(settings) as writer:
        for records in gathered(gateway.stamp(deliveries) for deliveries in traffic.deliveries()):
            value_bytes += sum(len(record.value) for record in records)
            await writer.write(records)
            if progress:
                progress(writer.written)
    return Poured(writer.written, value_bytes, traffic.truths)
