"""What can be watched of the stream layer; called once a batch or commit, never once a record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.findings import Revision
from monitor.stream.core import Changes


@dataclass(frozen=True)
class Commit:
    """One transaction that the broker confirmed.

    `records` were folded since the one before. `encode_s` is spent under the partition's lock, `network_s` from begin
    to the end of commit. `appended_ms` is the
    append time of the last record of the slice that raised the first of the revisions, 0 without revisions;
    `acked_ms` is the wall clock at the end of commit.
    """

    partition: int
    records: int
    changes: Changes
    encode_s: float
    network_s: float
    appended_ms: int
    acked_ms: int

    @property
    def revisions(self) -> Sequence[Revision]:
        """The revisions that subscribers see from now on."""
        return self.changes.revisions


class Observer(Protocol):
    """Hears of everything that a metric or a log line could be made of."""

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """A batch is folded; `seconds` of work on it."""

    def committed(self, commit: Commit) -> None:
        """A transaction is durable."""

    def assigned(self, partitions: Collection[int]) -> None:
        """A rebalance gave this worker these partitions."""

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """A rebalance took these, after `seconds` of committing and closing."""

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

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """Ignore a batch."""

    def committed(self, commit: Commit) -> None:
        """Ignore a transaction."""

    def assigned(self, partitions: Collection[int]) -> None:
        """Ignore what a rebalance gave."""

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """Ignore what a rebalance took."""

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """Ignore a restored partition."""

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """Ignore lag."""

    def quarantined(self, platform: str, partition: int) -> None:
        """Ignore a mark."""

    def readiness(self, *, ready: bool) -> None:
        """Ignore fitness."""
