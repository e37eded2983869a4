"""Batches of one partition and poll, and the order in which the group may forget them."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from monitor.stream.core import Raw


class Place(NamedTuple):
    """A partition of an input topic, by the topic's name without prefix."""

    topic: str
    partition: int


class Batch:
    """What one poll returned for one partition: the fetcher's records, undecoded, in log order.

    It covers the offsets from `start` to `last`, both inclusive. Offsets of that span without a record are holes of
    the log, but for the first `lost` of them, which retention took. A batch without records says that the log ended
    in holes. `done` is set once every record is applied.
    """

    __slots__ = ("done", "generation", "last", "lost", "place", "records", "start")

    def __init__(
        self, place: Place, records: Sequence[Raw], *, start: int, last: int, lost: int = 0, generation: int = 0
    ) -> None:
        self.place = place
        self.records = records
        self.start = start
        self.last = last
        self.lost = lost
        self.generation = generation
        self.done = False


class BatchLedger:
    """The batches delivered of each partition, in order: group offsets follow what is done and durable."""

    def __init__(self) -> None:
        self._queues: dict[Place, deque[Batch]] = defaultdict(deque)

    def add(self, batch: Batch) -> None:
        """Note a batch as delivered."""
        self._queues[batch.place].append(batch)

    def is_idle(self, place: Place) -> bool:
        """Answer whether every batch delivered of a partition is done."""
        queue = self._queues.get(place)
        return not queue or queue[-1].done

    def committable(self, place: Place, durable: int) -> int | None:
        """Forget the batches done and durable up to an offset and answer the next offset to read, None if unmoved.

        Where nothing waits it is the one after `durable`, whoever made that durable; `durable` is -1 before the first.
        """
        queue = self._queues[place]
        reached = None
        while queue and queue[0].done and queue[0].last <= durable:
            reached = queue.popleft().last + 1
        return reached if queue or durable < 0 else durable + 1

    def clear(self) -> None:
        """Forget everything: the partitions go."""
        self._queues.clear()


class Room:
    """How many batches may wait for the judge; the fetcher waits here and is woken, it does not sleep."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside: set[Batch] = set()
        self._free = asyncio.Event()

    def enter(self, batch: Batch) -> None:
        """Take a place; a poll that was begun may overfill the room."""
        self._inside.add(batch)

    def leave(self, batch: Batch) -> None:
        """Give the place back, once or more often."""
        self._inside.discard(batch)
        self._free.set()

    def clear(self) -> None:
        """Let all go: the partitions do."""
        self._inside.clear()
        self._free.set()

    @property
    def is_full(self) -> bool:
        """Whether the next poll has to wait."""
        return len(self._inside) >= self._limit

    async def changed(self, at_most_s: float) -> None:
        """Wait until somebody leaves, at most so many seconds."""
        self._free.clear()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._free.wait(), at_most_s)
