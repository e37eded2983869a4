"""A seeded province: an honest market, planted offences and look-alikes, clocks, and what feeds do wrong."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.eventtime import china
from monitor.feed import control
from monitor.feed.clocks import clocks, hours, resting
from monitor.feed.delivery import Delivery, Kind
from monitor.feed.flaws import Carelessness
from monitor.feed.market import Market
from monitor.feed.plants import Stages, staged
from monitor.feed.post import Post
from monitor.feed.routine import Routine
from monitor.feed.trade import Trade
from monitor.feed.truth import Truth

FIRST_DAY = "2025-10-20"
PLATFORMS = ("taomall", "jdmart", "pinduo", "vipshop9", "meifood")
HOLED_DAYS = 12
"""days at the end in which the careless platform loses nothing but what a case loses"""
CAREFUL_PLATFORMS = 2
"""plants need an accused platform and a rival whose feeds have no holes"""


@dataclass(frozen=True)
class Scale:
    """How large a province is: days with events, honest lines and routine acts a day, merchants, instances a case."""

    days: int
    lines_a_day: int
    acts_a_day: int
    merchants: int
    copies: int


SCALES = {
    "small": Scale(days=12, lines_a_day=250, acts_a_day=40, merchants=40, copies=1),
    "demo": Scale(days=33, lines_a_day=3_000, acts_a_day=150, merchants=500, copies=2),
}


class Province:
    """One simulated history; deterministic: equal arguments give equal deliveries in equal order.

    The last of three or more `platforms` is careless (flaws.py); with two, nobody is. `first_day` is a China Standard
    day, `FIRST_DAY` unless told. `lost` counts the numbers that were given out so far and never arrive, by platform.
    """

    def __init__(
        self,
        seed: int,
        scale: Scale,
        platforms: Sequence[str] = PLATFORMS,
        *,
        register: bool = True,
        first_day: int | None = None,
    ) -> None:
        if len(platforms) < CAREFUL_PLATFORMS:
            raise ValueError(f"a province needs at least {CAREFUL_PLATFORMS} platforms, got {len(platforms)}")
        self.scale = scale
        self.platforms = tuple(platforms)
        self.first_day = china.day_named(FIRST_DAY) if first_day is None else first_day
        self.start = china.day_start(self.first_day)
        self.end = china.day_start(self.first_day + scale.days)
        self.hours = hours(self.first_day, scale.days)
        stages = self._stages()
        careless = None if self.platforms[-1] in stages.platforms else self.platforms[-1]
        mended = self.end - (HOLED_DAYS + 1) * china.DAY if stages.careless else self.end
        self._careless = Carelessness(careless, mended)
        self.lost: Counter[str] = Counter()
        self._post = Post()
        market = Market(seed, self.platforms, scale.merchants)
        self._trade = Trade(seed, market, self._post, self.end)
        self._routine = Routine(seed, market, self._post, self.end)
        plants = staged(seed, stages, scale.copies)
        self.truths: list[Truth] = plants.truths
        self._write_control(register=register)
        for delivery in plants.deliveries:
            self._post.take(delivery)

    @property
    def refused(self) -> dict[str, int]:
        """How many records so far must be refused, by reason; `too_late` are the plants that say so."""
        late = sum(truth.explained == "too_late" for truth in self.truths)
        return dict(sorted(self._careless.refused.items())) | ({"too_late": late} if late else {})

    def deliveries(self) -> Iterator[list[Delivery]]:
        """Answer everything that arrives, an hour of arrival at a time, to the end of the quiet days."""
        self._routine.open_books(self.start)
        yield from self._leave(self.start)
        for hour in self.hours:
            self._play(hour)
            yield from self._leave(hour + china.HOUR)
        for clock in resting(self.first_day + self.scale.days):
            for delivery in clocks(self.platforms, clock):
                self._post.take(delivery)
        yield from self._leave(self.end + 1_000 * china.DAY)

    def _stages(self) -> Stages:
        """Answer where cases play: holed ones on the careless platform, after its own holes."""
        days, platforms = self.scale.days, self.platforms
        if len(platforms) == CAREFUL_PLATFORMS:
            return Stages(self.first_day, days, platforms)
        room = days > 2 * HOLED_DAYS
        careless = (platforms[-1], self.first_day + days - HOLED_DAYS) if room else None
        return Stages(self.first_day, days, platforms[:-1], careless)

    def _play(self, hour: int) -> None:
        if (hour - self.start) % china.DAY == 0:
            self._routine.day(hour, self.scale.acts_a_day)
        self._trade.sell(hour, self._trade.lines_in(hour, self.scale.lines_a_day))
        for delivery in clocks(self.platforms, hour + china.HOUR):
            self._post.take(delivery)

    def _leave(self, until: int) -> Iterator[list[Delivery]]:
        for deliveries in self._post.leave(until):
            left = list(self._careless.spoil(deliveries))
            self.lost.update(one.platform for one in left if one.kind is Kind.lost)
            yield left

    def _write_control(self, *, register: bool) -> None:
        early = self.start - 3 * china.DAY
        entries = control.registrations(self.platforms, early) if register else []
        for delivery in entries + control.campaigns(self.start, self.end):
            self._post.take(delivery)
