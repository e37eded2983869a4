"""What a store's life shows of it: noted in its event loop, read by the thread that judges its health.

Every field is one value or a dictionary that is replaced or copied whole, so no lock is needed. Times are those of
`time.monotonic`, in seconds.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from monitor.store.outage import Party
from monitor.store.positions import Place


class Absence(NamedTuple):
    """Since when a party is known to be away, and what its absence was last told by."""

    since: float
    reason: str


@dataclass
class Standing:
    """How many offsets of a place are not in the database yet, and when it last moved or had none."""

    lag: int
    moved: float


class Vitals:
    """What health is judged by; `surveyed` is when the logs were last held against the positions, or stood by for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.began = self.surveyed = clock()
        self.has_started = False
        self.held: tuple[int, ...] = ()
        self.places: dict[Place, Standing] = {}
        self.answered: dict[Party, float] = {}
        self.away: dict[Party, Absence] = {}
        self._asked: dict[Party, float] = {}

    @contextmanager
    def asking(self, party: Party) -> Iterator[None]:
        """Note how long a party takes to answer; what it raises is no answer."""
        self._asked[party] = self._clock()
        try:
            yield
            self.answered[party] = self._clock()
            self.away.pop(party, None)
        finally:
            self._asked.pop(party, None)

    def waits_for(self, party: Party) -> float | None:
        """Answer since when a question to a party is open; None when none is."""
        return self._asked.get(party)

    def lost(self, party: Party, reason: str) -> None:
        """Note that a party does not answer; nothing is held meanwhile."""
        before = self.away.get(party)
        self.away[party] = Absence(before.since if before else self._clock(), reason)
        self.holds(())

    def holds(self, partitions: Iterable[int]) -> None:
        """Note what is written here; places of what is given up are forgotten."""
        self.held = tuple(sorted(partitions))
        self.places = {place: one for place, one in self.places.items() if place[1] in self.held}

    def wrote(self, places: Iterable[Place]) -> None:
        """Note places of which records are committed."""
        for place in places:
            if (standing := self.places.get(place)) is not None:
                standing.moved = self._clock()

    def surveys(self, lag: Mapping[Place, int]) -> None:
        """Note how far each place lies behind; one that is at its end, or nearer to it, does not stand still."""
        now, before = self._clock(), self.places
        self.places = {
            place: Standing(
                offsets, before[place].moved if place in before and offsets >= before[place].lag > 0 else now
            )
            for place, offsets in lag.items()
        }
        self.surveyed = now
        self.has_started = True
