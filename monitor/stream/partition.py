"""One partition as the worker holds it: a core, and what makes a core safe to be fed and emptied by two tasks."""

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from monitor.stream import exits
from monitor.stream.batches import Batch
from monitor.stream.core import Changes, Core, Raw
from monitor.stream.order import flowing

# Records; a revision that waited for as many before it does not miss half a second.
FAR_BEHIND = 4_000

_offset = attrgetter("offset")


class Handed(NamedTuple):
    """What a transaction holds: records folded, and the append time of the slice that raised its first revision."""

    records: int
    raised_ms: int


class Partition:
    """The core of one partition, fed by the judge's agent and emptied by its committer.

    `lock` is held for one slice or for `take`, never over the network; `busy` stays true when a slice broke off, so
    that nothing half done is ever committed. `kick` wakes the committer. `durable` is what the last transaction that
    the broker confirmed says is applied; `ends` are the end offsets of `control` and `costs` seen at assignment,
    `heads` the newest that are known of every input.
    """

    def __init__(self, number: int, core: Core, *, generation: int, slice_records: int) -> None:
        self.number = number
        self.core = core
        self.generation = generation
        self.lock = asyncio.Lock()
        self.kick = asyncio.Event()
        self.busy = False
        self.closed = False
        self.placed = False
        self.durable: dict[str, int] = {}
        self.ends: dict[str, int] = {}
        self.heads: dict[str, int] = {}
        self._raised_ms = 0
        self._folded = 0
        self._slice_records = slice_records
        self._originals: list[Batch] = []

    @property
    def is_open(self) -> bool:
        """Whether it is restored and takes batches."""
        return self.placed and not self.closed

    def position(self, topic: str) -> int:
        """Answer the offset from which a topic goes on."""
        return self.core.applied.get(topic, -1) + 1

    def flowing(self) -> tuple[str, ...]:
        """Answer the inputs that may be read now."""
        return flowing(self.core.applied, self.ends)

    async def apply(self, batch: Batch) -> None:
        """Apply a batch slice by slice and mark it done; ends the process where a batch is missing before it."""
        topic = batch.place.topic
        position = self.position(topic)
        if batch.start > position:
            exits.end(
                exits.INVARIANT_BROKEN,
                f"{topic}[{self.number}]: a batch begins at offset {batch.start}, expected at most {position}; "
                f"records between were fetched and never judged",
            )
        self._skip_lost(batch)
        self._read_up()
        for raws in slices(batch.records, self.position(topic), self._slice_records):
            await self._apply_slice(batch, raws)
        self._skip_tail(batch)
        self._read_up()
        await self._take_due(batch)
        batch.done = True

    def _read_up(self) -> None:
        """Tell the core whose logs hold more than was read."""
        self.core.read_up(frozenset(topic for topic, head in self.heads.items() if head > self.position(topic)))

    def _skip_lost(self, batch: Batch) -> None:
        reached = batch.start + batch.lost - 1
        position = self.position(batch.place.topic)
        if batch.lost and reached >= position:
            self.core.skip(batch.place.topic, reached, lost=reached + 1 - position)

    def _skip_tail(self, batch: Batch) -> None:
        position = self.position(batch.place.topic)
        if batch.last >= position:
            self.core.skip(batch.place.topic, batch.last, markers=batch.last + 1 - position)

    async def _apply_slice(self, batch: Batch, raws: Sequence[Raw]) -> None:
        records = self.core.decode(batch.place.topic, raws)
        folded = 0
        while folded < len(raws):
            async with self.lock:
                self.busy = True
                folded += self._fold(batch, raws[folded:], records[folded:])
                self.busy = False
            self._wake(batch, raws[-1].timestamp)
            await asyncio.sleep(0)

    def _fold(self, batch: Batch, raws: Sequence[Raw], records: list[object]) -> int:
        """Fold what can be folded, or take due keys first; holes up to the last record folded are markers."""
        core, topic = self.core, batch.place.topic
        position = self.position(topic)
        taken = core.fold(records)
        if not taken:
            core.advance(self._slice_records)
            return 0
        self._folded += taken
        last = raws[taken - 1].offset
        holes = last + 1 - position - taken
        if holes:
            core.skip(topic, last, markers=holes)
        if core.refusals and batch not in self._originals:
            self._originals.append(batch)
        return taken

    async def _take_due(self, batch: Batch) -> None:
        taken = 1
        while taken:
            async with self.lock:
                self.busy = True
                taken = self.core.advance(self._slice_records)
                self.busy = False
            if taken:
                self._wake(batch, batch.records[-1].timestamp if batch.records else 0)
                await asyncio.sleep(0)

    def _wake(self, batch: Batch, appended_ms: int) -> None:
        """Wake the committer for a revision; far behind the log it comes at its interval, and encodes hot keys once."""
        if self.core.waiting:
            self._raised_ms = self._raised_ms or appended_ms
            if self.heads.get(batch.place.topic, 0) - batch.last <= FAR_BEHIND:
                self.kick.set()

    async def take(self) -> Changes:
        """Encode what changed piece by piece, then hand it over; the caller holds the lock, so nothing is folded."""
        while self.core.encode(self._slice_records):  # noqa: ASYNC110 - there is nothing to wait for
            await asyncio.sleep(0)
        return self.core.take()

    def original(self, topic: str, offset: int) -> Raw:
        """Answer a record refused since the last transaction as it was fetched."""
        for batch in self._originals:
            if batch.place.topic == topic:
                found = bisect_left(batch.records, offset, key=_offset)
                if found < len(batch.records) and batch.records[found].offset == offset:
                    return batch.records[found]
        raise LookupError(
            f"{topic}[{self.number}] offset {offset} is refused but was not fetched since the last commit"
        )

    def hand_over(self) -> Handed:
        """Say what was folded since the last call and let the fetched records go; called when all is encoded."""
        handed = Handed(self._folded, self._raised_ms)
        self._folded = self._raised_ms = 0
        self._originals.clear()
        return handed


def slices(records: Sequence[Raw], position: int, size: int) -> Iterator[Sequence[Raw]]:
    """Cut records into runs of at most `size`, without those before `position`."""
    first = bisect_left(records, position, key=_offset)
    for begin in range(first, len(records), size):
        yield records[begin : begin + size]
