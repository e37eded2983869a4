"""Timers: which keys are due on which clock; the due time in a state value's prefix is their only record."""

from bisect import insort


class Timers:
    """Keys by due time, on any number of clocks named by strings; due times of many keys coincide."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[int, set[str]]] = {}
        self._order: dict[str, list[int]] = {}

    def set(self, clock: str, due: int, key: str) -> None:
        """Make a key due at a time of a clock; a key moves by `clear` first."""
        calendar = self._keys.get(clock)
        if calendar is None:
            calendar = self._keys[clock] = {}
            self._order[clock] = []
        keys = calendar.get(due)
        if keys is None:
            calendar[due] = {key}
            insort(self._order[clock], due)
        else:
            keys.add(key)

    def clear(self, clock: str, due: int, key: str) -> None:
        """Take back what `set` did with the same arguments."""
        calendar = self._keys[clock]
        keys = calendar[due]
        keys.discard(key)
        if not keys:
            del calendar[due]
            self._order[clock].remove(due)

    def first(self, clock: str) -> int | None:
        """Answer the earliest due time of a clock."""
        order = self._order.get(clock)
        return order[0] if order else None

    def due(self, clock: str, now: int) -> list[tuple[int, str]]:
        """List what is due at or before `now`, the earliest due time only, in the order (due, key)."""
        first = self.first(clock)
        if first is None or first > now:
            return []
        return [(first, key) for key in sorted(self._keys[clock][first])]
