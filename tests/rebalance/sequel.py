"""Workers in this process, and what each held and applied, in order."""

from monitor.stream.observer import Unobserved


class Sequel(Unobserved):
    """What one worker was given and did: assignments, restorations since the last, records of orders as applied."""

    def __init__(self):
        self.assignments = []
        self.open = set()
        self.applied_to = []

    def assigned(self, partitions):
        """Remember what is held now."""
        self.assignments.append(frozenset(partitions))
        self.open.clear()

    def restored(self, partition, records, seconds):  # noqa: ARG002 - the protocol's
        """Remember what is restored of it."""
        self.open.add(partition)

    def applied(self, topic, partition, records, seconds):  # noqa: ARG002 - the protocol's
        """Remember how many records of orders came of which partition."""
        if topic == "orders" and records:
            self.applied_to.append((partition, records))

    @property
    def held(self):
        """The partitions that are held and restored."""
        return self.open if self.assignments and self.open == self.assignments[-1] else set()

    def of(self, partition, before=None):
        """Count the records of a partition, all of them or those until the last of another one."""
        places = [place for place, _ in self.applied_to]
        until = len(places) if before is None else len(places) - places[::-1].index(before)
        return sum(records for place, records in self.applied_to[:until] if place == partition)
