"""A transaction that the broker confirmed, as the stream layer reports it and as far as an observer looks at it."""

from collections.abc import Sequence
from typing import Protocol

from monitor.events import Record
from monitor.findings import Revision


class Written(Protocol):
    """What a transaction wrote besides revisions."""

    @property
    def state(self) -> Sequence[tuple[bytes, bytes | None]]:
        """The changed keys of the state with their values; None is a tombstone."""

    @property
    def refused(self) -> Sequence[Record]:
        """The refused records, each with its refusal for an event, in the order of refusal."""


class Commit(Protocol):
    """One transaction of one partition."""

    @property
    def partition(self) -> int:
        """The number of the partition."""

    @property
    def changes(self) -> Written:
        """What was written."""

    @property
    def revisions(self) -> Sequence[Revision]:
        """The revisions that subscribers see from now on."""

    @property
    def encode_s(self) -> float:
        """Seconds spent on making records of it."""

    @property
    def produce_s(self) -> float:
        """Seconds from its begin until all of its records were acknowledged."""

    @property
    def network_s(self) -> float:
        """Seconds from its begin to the broker's confirmation."""

    @property
    def appended_ms(self) -> int:
        """Append time of the record that completed the first of the revisions, 0 where none is known."""

    @property
    def acked_ms(self) -> int:
        """Wall clock at the confirmation."""
