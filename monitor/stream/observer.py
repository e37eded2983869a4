"""What can be watched of the stream layer; called once a batch or commit, never once a record."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.findings import Revision
from monitor.stream.core import Changes, Raw


@dataclass(frozen=True)
class Commit:
    """One transaction that the broker confirmed.

    `records` were folded since the one before. `encode_s` is spent under the partition's lock, `network_s` from begin
    to the end of commit, `produce_s` of it until all records were acknowledged. `appended_ms` is the append time of the
    last record of the slice that raised the first of the revisions, 0 without revisions; `acked_ms` is the wall clock
    at the end of commit.
    """

    partition: int
    records: int
    changes: Changes
    encode_s: float
    produce_s: float
    network_s: float
    appended_ms: int
    acked_ms: int

    @property
    def revisions(self) -> Sequence[Revision]:
        """The revisions that subscribers see from now on."""
        return self.changes.revisions


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
        """When, by `time.monotonic`, the broker last answered that has not answered for longest; 0.0 if one never did.

        Looked at are the leaders of what is assigned, or the group's coordinator where nothing is.
        """


class Observer(Protocol):
    """Hears of everything that a metric or a log line could be made of."""

    def linked(self, link: Link) -> None:
        """The consumer is made; what it knows can be asked from now on."""

    def fetched(self, topic: str, records: Sequence[Raw]) -> None:
        """A batch is handed to the judge; nothing is decoded yet."""

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """A batch is folded; `seconds` of work on it."""

    def committed(self, commit: Commit) -> None:
        """A transaction is durable."""

    def assigned(self, partitions: Collection[int]) -> None:
        """A rebalance gave this worker these partitions."""

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """A rebalance took these, after `seconds` of committing and closing."""

    def restoring(self, partition: int, remaining: int) -> None:
        """So many offsets of the state log are still to be read; said after each poll of a restore."""

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """A partition is fenced, restored from so many records, and reads; `seconds` since its assignment."""

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """So many offsets of an input are not applied yet; said about once a second."""

    def quarantined(self, platform: str, partition: int) -> None:
        """More than half of a platform's last records are refused; somebody must be paged."""

    def readiness(self, *, ready: bool) -> None:
        """Whether the worker is fit; false when more than half of the last minute's records were refused."""


class Unobserved:
    """The observer that hears nothing; also what an observer of few things begins with."""

    def linked(self, link: Link) -> None:
        """Ignore the consumer."""

    def fetched(self, topic: str, records: Sequence[Raw]) -> None:
        """Ignore what was fetched."""

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """Ignore a batch."""

    def committed(self, commit: Commit) -> None:
        """Ignore a transaction."""

    def assigned(self, partitions: Collection[int]) -> None:
        """Ignore what a rebalance gave."""

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """Ignore what a rebalance took."""

    def restoring(self, partition: int, remaining: int) -> None:
        """Ignore a restore under way."""

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """Ignore a restored partition."""

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """Ignore lag."""

    def quarantined(self, platform: str, partition: int) -> None:
        """Ignore a mark."""

    def readiness(self, *, ready: bool) -> None:
        """Ignore fitness."""
