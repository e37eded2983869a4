"""The product's worker, measured from the restore of its partitions to the commit of the last input record."""

from collections.abc import Mapping
from typing import Any, cast

from bench import cores
from bench.meter import Meter, Report, Task, answer, told
from bench.orders_job import OrdersCore
from monitor.app import create_app, run
from monitor.stream.core import CoreFactory
from monitor.stream.observer import Commit, Observer
from monitor.stream.partitions import Partitions

CORES_OF_VARIANTS: Mapping[str, CoreFactory] = {"orders-1m": OrdersCore}


class Measuring(Observer):
    """Counts what the worker commits, and reports once every partition has committed its inputs' last records."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._meter = Meter()
        self._reached: set[int] = set()
        self.counts: dict[str, float] = dict.fromkeys(
            ("records", "transactions", "state_records", "state_bytes", "revisions", "refused"), 0
        )
        self._encode_s = 0.0
        self.partitions: Partitions

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """Begin with the first partition that is fenced and restored: from now on inputs are read."""
        del partition, records, seconds
        if not self._meter.runs:
            self._meter.begin()

    def committed(self, commit: Commit) -> None:
        """Count a transaction, and end with the one that makes the last record durable; never if no end is told."""
        counts, changes = self.counts, commit.changes
        counts["records"] += commit.records
        counts["transactions"] += 1
        counts["state_records"] += len(changes.state)
        counts["state_bytes"] += sum(len(key) + len(value or b"") for key, value in changes.state)
        counts["revisions"] += len(changes.revisions)
        counts["refused"] += len(changes.refused)
        self._encode_s += commit.encode_s
        if self._has_ended(commit.partition):
            self._reached.add(commit.partition)
            if len(self._reached) == self._task.settings.partitions:
                answer(self._task, self._report())

    def _has_ended(self, number: int) -> bool:
        partition = self.partitions.get(number)
        if number in self._reached or partition is None or not self._task.ends:
            return False
        durable = partition.durable
        return all(durable.get(topic, -1) + 1 >= ends[number] for topic, ends in self._task.ends.items())

    def _report(self) -> Report:
        report = self._meter.end(int(self.counts["records"]))
        grown = cores.rss_bytes() - self._meter.rss_at_begin
        report.details = dict(self.counts) | {"encode_s": self._encode_s, "rss_grown_bytes": grown} | self._held()
        return report

    def _held(self) -> dict[str, float]:
        """Measure what the state holds at the end: keys, and bytes of keys and values as they lie in the log."""
        held = [stored for number in range(self._task.settings.partitions) for stored in self._stored(number)]
        return {"keys": len(held), "held_bytes": sum(held)}

    def _stored(self, number: int) -> list[int]:
        core = cast("Any", self.partitions.get(number)).core
        stored = core.stored if isinstance(core, OrdersCore) else core.partition.keys.stored
        return [len(key) + len(value) for key, value in stored.items()]


def main() -> None:
    """Run the worker on the task's topics; it goes on until it is ended."""
    task = told()
    observer = Measuring(task)
    app = create_app(task.settings, core=CORES_OF_VARIANTS.get(task.variant), observer=observer)
    observer.partitions = app.transport.partitions
    run(app)


if __name__ == "__main__":
    main()
