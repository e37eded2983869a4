"""Timers: which keys are due on which clock; the due time in a state value's prefix is their only record."""

from bisect import insort
from collections.abc import Collection
from heapq import heapify, heappop, heappush


class _Calendar:
    """The keys of one clock by due time; due times of many keys coincide."""

    __slots__ = ("heap", "keys", "order")

    def __init__(self) -> None:
        self.keys: dict[int, set[str]] = {}
        self.order: list[int] = []
        self.heap: list[tuple[int, str]] = []
        """the keys of the earliest due time once it has come, the smallest first; some may have moved since"""


class Timers:
    """Keys by due time on any number of clocks, taken in the order (due, key) whatever is added meanwhile."""

    def __init__(self) -> None:
        self._calendars: dict[str, _Calendar] = {}

    def set(self, clock: str, due: int, key: str) -> None:
        """Make a key due at a time of a clock; a key moves by `clear` first."""
        calendar = self._calendars.get(clock)
        if calendar is None:
            calendar = self._calendars[clock] = _Calendar()
        keys = calendar.keys.get(due)
        if keys is None:
            calendar.keys[due] = {key}
            insort(calendar.order, due)
        else:
            keys.add(key)
        if calendar.heap and calendar.heap[0][0] == due:
            heappush(calendar.heap, (due, key))

    def clear(self, clock: str, due: int, key: str) -> None:
        """Take back what `set` did with the same arguments."""
        calendar = self._calendars[clock]
        keys = calendar.keys[due]
        keys.discard(key)
        if not keys:
            del calendar.keys[due]
            calendar.order.remove(due)

    def clocks(self) -> Collection[str]:
        """Name the clocks on which anything ever was due."""
        return self._calendars.keys()

    def first(self, clock: str) -> int | None:
        """Answer the earliest due time of a clock."""
        calendar = self._calendars.get(clock)
        return calendar.order[0] if calendar is not None and calendar.order else None

    def next(self, clock: str, now: int) -> tuple[int, str] | None:
        """Answer the first (due, key) of a clock that is due at or before `now`; it stays until it is cleared."""
        calendar = self._calendars.get(clock)
        if calendar is None or not calendar.order or calendar.order[0] > now:
            return None
        due = calendar.order[0]
        keys, heap = calendar.keys[due], calendar.heap
        while heap and (heap[0][0] != due or heap[0][1] not in keys):
            if heap[0][0] != due:
                heap.clear()
            else:
                heappop(heap)
        if not heap:
            heap.extend((due, key) for key in keys)
            heapify(heap)
        return heap[0]
