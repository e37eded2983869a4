"""Sequence sets: one structure says what came twice and what is missing of a run of numbering (design.md 6)."""

from enum import IntEnum
from itertools import pairwise

import msgspec
from msgspec import Struct

LIMIT = 64


class Arrival(IntEnum):
    """What a sequence number tells of its record."""

    new = 0
    duplicate = 1
    unknown = 2


class Run(Struct, gc=False, array_like=True):
    """Numbers first..last, all seen; event times of the record numbered first and of the one numbered last."""

    first: int
    last: int
    first_time: int
    last_time: int


_EMPTY = Run(-1, -1, 0, 0)


class SequenceSet(Struct, array_like=True, gc=False):
    """The numbers seen of one source on one topic and partition, from 1, as at most 64 runs in ascending order.

    `closed` is the end of the highest hole that was closed for lack of room and `dropped` counts the numbers of
    such holes: at or below `closed` a number that the set holds may be a repeat or the hole's own, so it is unknown.
    """

    runs: list[Run] = msgspec.field(default_factory=list)
    closed: int = 0
    dropped: int = 0

    def see(self, number: int, time: int) -> Arrival:
        """File a number with its record's event time; called once a record, in log order."""
        runs = self.runs
        if runs:
            tail = runs[-1]
            if number == tail.last + 1:
                tail.last = number
                tail.last_time = time
                return Arrival.new
        return self._see_out_of_order(number, time)

    def _see_out_of_order(self, number: int, time: int) -> Arrival:
        runs = self.runs
        place = self._place(number)
        if place and number <= runs[place - 1].last:
            return Arrival.unknown if number <= self.closed else Arrival.duplicate
        self._insert(place, number, time)
        if len(runs) > LIMIT:
            self._close_smallest()
        return Arrival.new

    def _place(self, number: int) -> int:
        """Answer how many runs begin at or below a number; the newest runs are looked at first."""
        place = len(self.runs)
        while place and self.runs[place - 1].first > number:
            place -= 1
        return place

    def _insert(self, place: int, number: int, time: int) -> None:
        runs = self.runs
        joins_left = place > 0 and runs[place - 1].last + 1 == number
        joins_right = place < len(runs) and runs[place].first - 1 == number
        if joins_left and joins_right:
            right = runs.pop(place)
            runs[place - 1].last = right.last
            runs[place - 1].last_time = right.last_time
        elif joins_left:
            runs[place - 1].last = number
            runs[place - 1].last_time = time
        elif joins_right:
            runs[place].first = number
            runs[place].first_time = time
        else:
            runs.insert(place, Run(number, number, time, time))

    def _close_smallest(self) -> None:
        """Close the smallest hole between runs, the lowest of equals."""
        runs = self.runs
        sizes = [runs[i + 1].first - runs[i].last for i in range(len(runs) - 1)]
        place = sizes.index(min(sizes))
        right = runs.pop(place + 1)
        left = runs[place]
        self.dropped += right.first - left.last - 1
        self.closed = max(self.closed, right.first - 1)
        left.last = right.last
        left.last_time = right.last_time

    @property
    def tail(self) -> Run:
        """The run that a feed without fault goes on with: of the highest numbers, or an empty one before the first.

        Whoever files the number after its last may do so here; every other number is for `see`.
        """
        return self.runs[-1] if self.runs else _EMPTY

    @property
    def highest(self) -> int:
        """The highest number seen, 0 before the first."""
        return self.runs[-1].last if self.runs else 0

    @property
    def absent(self) -> int:
        """How many numbers below the highest were never seen, closed holes included."""
        seen = sum(run.last - run.first + 1 for run in self.runs)
        return self.highest - seen + self.dropped

    def holes(self) -> list[tuple[int, int, int, int]]:
        """List the open holes as (first, last, event time before, event time after), numbers inclusive.

        A hole at the very beginning has no event before it and takes the time of the one after.
        """
        runs = self.runs
        found = []
        if runs and runs[0].first > 1:
            found.append((1, runs[0].first - 1, runs[0].first_time, runs[0].first_time))
        for left, right in pairwise(runs):
            found.append((left.last + 1, right.first - 1, left.last_time, right.first_time))
        return found
