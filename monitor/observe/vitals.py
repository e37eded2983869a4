"""What a worker's life shows of it: noted in its event loop, read by the thread that judges its health.

Every field is one value or a dictionary that is replaced or copied whole, so that no lock is needed; a reader sees what
was true a moment ago. Times are those of `time.monotonic`, in seconds.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from monitor.events import Topic
from monitor.observe.commits import Commit
from monitor.observe.hearer import Hearer, Link

# What one batch counts for at most: while a single one takes long, its neighbours do not stand still.
BATCH_S = 1.0

Place = tuple[str, int]


@dataclass
class Standing:
    """How far an input lies behind, None while nothing is known, and when it last moved or was at its end.

    `flow` is that moment by the time in which batches were finished, see `Vitals.flow`.
    """

    lag: int | None
    moved: float
    flow: float


class Vitals(Hearer):
    """An observer that remembers what health is judged by.

    `awaits_broker`: none has answered since the process began, so that nothing can be made yet.

    `moved` is the last progress of any kind; `flow` adds up the time between two finished batches, each counted as at
    most `BATCH_S`: an input that does not move while it grows is passed over.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.began = clock()
        self.link: Link | None = None
        self.awaits_broker = False
        self.is_assigned = False
        self.has_started = False
        self.is_fit = True
        self.held: tuple[int, ...] = ()
        self.remaining: dict[int, int | None] = {}
        self.places: dict[Place, Standing] = {}
        self.moved = self.surveyed = self._applied = self.began
        self.flow = 0.0

    def arrived(self) -> None:
        """Note that a broker answers: from now on a worker has to begin."""
        self.began, self.awaits_broker = self._clock(), False

    def linked(self, link: Link) -> None:
        """Keep what the consumer knows."""
        self.link = link

    def assigned(self, partitions: Collection[int]) -> None:
        """Begin anew with these partitions, none of which is restored; a member may hold none."""
        self.held = tuple(sorted(partitions))
        self.remaining = dict.fromkeys(self.held)
        self.places = {}
        self.moved = self._clock()
        self.is_assigned = True
        self.has_started = self.has_started or not self.held

    def revoked(self, partitions: Collection[int], seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Hold nothing: a rebalance gives back what stays."""
        self.held, self.remaining, self.places = (), {}, {}
        self.is_assigned = False

    def restoring(self, partition: int, remaining: int) -> None:
        """Note that a restore goes on."""
        if partition in self.remaining:
            self.remaining[partition] = remaining
            self.moved = self._clock()

    def restored(self, partition: int, records: int, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Expect every input of a partition to be read from now on."""
        self.moved = self.surveyed = self._clock()
        self.places = self.places | {(topic.value, partition): self._standing(None) for topic in Topic}
        self.remaining.pop(partition, None)
        self.has_started = self.has_started or not self.remaining

    def _standing(self, lag: int | None) -> Standing:
        return Standing(lag, self._clock(), self.flow)

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Note that an input moved; one of its partition that was never read waits for it, and does not stand still."""
        now = self._clock()
        self.flow += min(now - self._applied, BATCH_S)
        self._applied = self.moved = now
        for name in Topic:
            standing = self.places.get((name.value, partition))
            if standing is not None and (name == topic or standing.lag is None):
                standing.moved, standing.flow = now, self.flow

    def committed(self, commit: Commit) -> None:  # noqa: ARG002 - the protocol's
        """Note progress: a day that closes takes many transactions within one batch."""
        self.moved = self._clock()

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """Note how far an input lies behind; at its end it does not stand still."""
        standing = self.places.get((topic, partition))
        if standing is None or not records:
            self.places = self.places | {(topic, partition): self._standing(records)}
        else:
            standing.lag = records

    def readiness(self, *, ready: bool) -> None:
        """Note that the inputs were looked at, and whether more than half of the last minute was refused."""
        self.is_fit = ready
        self.surveyed = self._clock()
