"""Several observers of the stream layer as one."""

from collections.abc import Collection, Sequence

from monitor.observe.commits import Commit
from monitor.observe.hearer import Fetched, Hearer, Link


class Observers(Hearer):
    """Tells each of its observers everything, in the order given; meets the stream layer's Observer protocol."""

    def __init__(self, *observers: Hearer) -> None:
        self._observers = observers

    def linked(self, link: Link) -> None:
        """The consumer is made."""
        for observer in self._observers:
            observer.linked(link)

    def fetched(self, topic: str, records: Sequence[Fetched]) -> None:
        """A batch is handed to the judge."""
        for observer in self._observers:
            observer.fetched(topic, records)

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

    def restoring(self, partition: int, remaining: int) -> None:
        """A partition has so many offsets of its state log still to read."""
        for observer in self._observers:
            observer.restoring(partition, remaining)

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
