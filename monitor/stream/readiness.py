"""Whether a worker is fit: not while more than half of the last minute's records are refused (design.md 8)."""

import time
from collections import deque
from collections.abc import Callable

SPAN_S = 60.0


class Readiness:
    """Counts records and refusals of all partitions over the last `SPAN_S` seconds; `clock` answers seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._noted: deque[tuple[float, int, int]] = deque()

    def note(self, records: int, refused: int) -> None:
        """Note what one transaction held."""
        self._noted.append((self._clock(), records, refused))

    @property
    def is_ready(self) -> bool:
        """False while our own contract may be broken rather than one platform's feed."""
        since = self._clock() - SPAN_S
        while self._noted and self._noted[0][0] < since:
            self._noted.popleft()
        records = sum(records for _, records, _ in self._noted)
        refused = sum(refused for _, _, refused in self._noted)
        return refused * 2 <= records
