"""What an observer of the stream layer hears, as far as anything here looks at it; each minds what it overrides."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from monitor.observe.commits import Commit


class Fetched(Protocol):
    """A record as it was fetched."""

    @property
    def value(self) -> bytes | None:
        """Its bytes; None is a tombstone."""


class Link(Protocol):
    """What a worker's consumer knows of group and broker, readable at any time and from any thread."""

    @property
    def loops(self) -> Mapping[str, asyncio.AbstractEventLoop]:
        """The event loops without which nothing moves, by what runs in them."""

    @property
    def is_member(self) -> bool:
        """Whether the group counts this worker among its members, as far as the worker was told."""

    @property
    def answered(self) -> float:
        """When, by `time.monotonic`, the broker last answered that has not answered for longest; 0.0 if one never."""


class Hearer:
    """Hears everything and minds nothing; called in the event loop, once a batch or commit, never once a record."""

    def linked(self, link: Link) -> None:
        """The consumer is made."""

    def fetched(self, topic: str, records: Sequence[Fetched]) -> None:
        """A batch is handed to the judge."""

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """A batch is folded."""

    def committed(self, commit: Commit) -> None:
        """A transaction is durable."""

    def assigned(self, partitions: Collection[int]) -> None:
        """A rebalance gave partitions."""

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """A rebalance took partitions."""

    def restoring(self, partition: int, remaining: int) -> None:
        """A partition has so many offsets of its state log still to read."""

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """A partition is judged again."""

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """An input lies so many offsets behind."""

    def quarantined(self, platform: str, partition: int) -> None:
        """A platform got its mark."""

    def readiness(self, *, ready: bool) -> None:
        """The inputs were looked at; false when more than half of the last minute's records were refused."""
