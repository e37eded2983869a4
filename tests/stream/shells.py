# ruff: noqa: D102 - the methods are those of monitor.stream.core.Core
"""What the tests of the stream layer are made of: records as fetched, batches, and a core that does as told."""

from typing import NamedTuple

from monitor.events import Reason, Record, Refusal
from monitor.stream.batches import Batch, Place


class EndedError(BaseException):
    """The process would have ended here, with this code and reason."""


class Raw(NamedTuple):
    """A record as the fetcher delivers it."""

    offset: int
    value: bytes = b"good"
    key: bytes | None = b"key"
    headers: tuple = ()
    timestamp: int = 1_000


def batch(first, last, *, topic="orders", partition=0, skip=(), generation=1, **fields):
    """Make a batch of the offsets first to last, without those of `skip`."""
    records = [Raw(offset) for offset in range(first, last + 1) if offset not in skip]
    return Batch(
        Place(topic, partition), records, **({"start": first, "last": last, "generation": generation} | fields)
    )


def refused(offset, *, platform="taomall", topic="orders", append_time=0, reason=Reason.not_json):
    """Make a refused record."""
    refusal = Refusal(reason=reason, detail="no JSON", platform=platform, source="feed#1", sequence=7)
    return Record(refusal, b"{", topic, offset, append_time)


class FakeCore:
    """Counts what it folds; `due_after` are offsets whose records make `due_keys` keys due."""

    def __init__(self, *, applied=None, due_after=(), due_keys=1, raises_at=()):
        self.applied = dict(applied or {})
        self.transaction = 0
        self.moved = False
        self.waiting = 0
        self.refusals = 0
        self.folded = []
        self.skipped = []
        self.slices = []
        self.steps = []
        self.unencoded = 0
        self._due = 0
        self._due_after = set(due_after)
        self._due_keys = due_keys
        self._raises_at = set(raises_at)

    def decode(self, topic, raws):
        self.slices.append(len(raws))
        return [(topic, raw.offset) for raw in raws]

    def fold(self, records):
        if self._due:
            return 0
        for taken, (topic, offset) in enumerate(records, start=1):
            if offset in self._raises_at:
                raise RuntimeError(f"told to fail at {offset}")
            self.folded.append(offset)
            self.steps.append(offset)
            self.applied[topic] = offset
            self.moved = True
            if offset in self._due_after:
                self._due = self._due_keys
                return taken
        return len(records)

    def read_up(self, unread: frozenset[str]) -> None:
        """No clock of this job waits for another input."""

    def advance(self, limit):
        taken = min(limit, self._due)
        self._due -= taken
        if taken:
            self.steps.append(f"{taken} due")
        return taken

    def encode(self, limit):
        self.steps.append(f"encode {limit}")
        self.unencoded = max(0, self.unencoded - limit)
        return self.unencoded

    def take(self):
        self.steps.append("take")
        return self.unencoded

    def skip(self, topic, offset, *, markers=0, lost=0):
        self.skipped.append((offset, markers, lost))
        self.applied[topic] = offset
        self.moved = True
