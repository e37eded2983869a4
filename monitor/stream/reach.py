"""Up to which append time the inputs of a worker's partitions are read: what silence is measured by."""

from monitor.stream.batches import Place
from monitor.stream.order import INPUTS


class Reach:
    """The broker's time as the records read so far tell it; nothing here reads a clock.

    An input that holds nothing more is read to the newest append time seen anywhere before it was found at its end:
    what is appended later has a later time.
    """

    def __init__(self) -> None:
        self.newest = 0
        self._read_to: dict[Place, int] = {}

    def read(self, place: Place, append_time: int) -> None:
        """Note the last record applied of an input."""
        self._read_to[place] = max(append_time, self._read_to.get(place, 0))
        self.newest = max(append_time, self.newest)

    def at_end(self, place: Place, newest_before: int) -> None:
        """Note that an input was at its end after `newest_before` had been seen."""
        self._read_to[place] = max(newest_before, self._read_to.get(place, 0))

    def of(self, partition: int) -> int:
        """Answer the append time to which every input of a partition is read, 0 while one of them was not."""
        return min(self._read_to.get(Place(topic, partition), 0) for topic in INPUTS)

    def clear(self) -> None:
        """Forget the inputs: the partitions go."""
        self._read_to.clear()
