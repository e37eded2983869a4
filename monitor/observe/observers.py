"""Several observers of the stream layer as one."""

from collections.abc import Collection

from monitor.observe.commits import Commit
from monitor.observe.journal import Journal
from monitor.observe.metrics import Metrics


class Observers:
    """Tells each of its observers everything, in the order given; meets the stream layer's Observer protocol."""

    def __init__(self, *observers: Metrics | Journal) -> None:
        self._observers = observers

    def applied(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """A batch is folded."""
        for observer in self._observers:
            observer.applied(topic, partition, records, seconds)

    def committed(self, commit: Commit) -> None:
        """A transaction is durable."""
        for observer in self._observers:
            observer.committed(commit)

    def assigned(self, partitions: Collection[int]) -> None:
        """A rebalance gave partitions."""
        for observer in self._observers:
            observer.assigned(partitions)

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """A rebalance took partitions."""
        for observer in self._observers:
            observer.revoked(partitions, seconds)

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """A partition is judged again."""
        for observer in self._observers:
            observer.restored(partition, records, seconds)

    def lagged(self, topic: str, partition: int, records: int) -> None:
        """An input lies so many offsets behind."""
        for observer in self._observers:
            observer.lagged(topic, partition, records)

    def quarantined(self, platform: str, partition: int) -> None:
        """A platform got its mark."""
        for observer in self._observers:
            observer.quarantined(platform, partition)

    def readiness(self, *, ready: bool) -> None:
        """The worker is fit or not."""
        for observer in self._observers:
            observer.readiness(ready=ready)
