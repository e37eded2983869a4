"""What the stream layer asks of the judge of one partition; the product's is `monitor.agents.engine_core.EngineCore`.

A core is pure state: no await, no I/O. The shell calls it from one task at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from monitor.events import Record
from monitor.findings import Revision


class Raw(Protocol):
    """One record as the fetcher delivers it, undecoded."""

    @property
    def value(self) -> bytes | None:
        """What a topic carries; None is a tombstone, which no input knows."""

    @property
    def key(self) -> bytes | None:
        """What the writer partitioned by."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """Schema version, platform, source, sequence; read only where the value does not decode."""

    @property
    def timestamp(self) -> int:
        """The append time in milliseconds."""

    @property
    def offset(self) -> int:
        """The record's place in its log."""


class Changes(Protocol):
    """What one transaction writes besides dead letters' own bytes."""

    @property
    def transaction(self) -> int:
        """Its number, counted from 1."""

    @property
    def state(self) -> Sequence[tuple[bytes, bytes | None]]:
        """The dirty keys with their values and the meta record; None is a tombstone."""

    @property
    def revisions(self) -> Sequence[Revision]:
        """What goes onto `alerts`."""

    @property
    def refused(self) -> Sequence[Record]:
        """The records refused, whose events are Refusals."""


class Entry(Protocol):
    """One entry that a judge writes to its own partition of `control`."""

    @property
    def key(self) -> bytes:
        """The entry's id."""

    @property
    def value(self) -> bytes:
        """The entry as JSON."""


class Core(Protocol):
    """The judge of one partition: restored key by key, fed in slices, emptied by `take`."""

    @property
    def applied(self) -> Mapping[str, int]:
        """The offset of the last record applied of each topic, by its name without prefix."""

    @property
    def transaction(self) -> int:
        """The number of the last transaction taken; 0 when there never was one."""

    @property
    def moved(self) -> bool:
        """Whether there is anything to commit."""

    @property
    def waiting(self) -> int:
        """How many revisions wait for the next transaction; one is enough to begin it at once."""

    @property
    def refusals(self) -> int:
        """How many refused records wait for the next transaction."""

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take one record of the state log, in log order."""

    def open(self) -> None:
        """Make the restored records work, once, after the last one; raises WeAreWrong where they do not fit."""

    def decode(self, topic: str, raws: Sequence[Raw]) -> list[Any]:
        """Read a slice of one topic, as many records as it has; a bad one becomes a refusal."""

    def fold(self, records: list[Any]) -> int:
        """Fold records of one topic in log order; how many were taken from the front, 0 while keys are due."""

    def advance(self, limit: int) -> int:
        """Take at most `limit` due keys; 0 when none is due."""

    def skip(self, topic: str, offset: int, *, markers: int = 0, lost: int = 0) -> None:
        """Move to an offset without a record and count what lay between; the same offset again only counts."""

    def read_up(self, unread: frozenset[str]) -> None:
        """Say which inputs hold records beyond those applied; called before each batch."""

    def entries(self, read_to: int) -> Sequence[Entry]:
        """Say what is to be written to `control`, every input being read to this append time."""

    def judged(self, platform: str) -> int:
        """Count a platform's judged records since `open`."""

    def encode(self, limit: int) -> int:
        """Encode at most `limit` of what the next `take` hands over; how much is left. Nothing is folded between."""

    def take(self) -> Changes:
        """Hand over everything that waits, encoded, for one transaction."""


CoreFactory = Callable[[int], Core]
