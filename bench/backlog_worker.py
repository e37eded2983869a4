"""The product's worker on a backlog: topic after topic where it is told an order, or at the end of everything.

Variants: `as fetched` leaves the order to the fetcher, `rest` only restores and waits; any other is an order of
topics, by commas, each read to its end before the next begins.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from bench import cores
from bench.fairtrade_worker import Measuring
from bench.meter import Report, Task, answer, told
from monitor.app import create_app, run
from monitor.stream import partition, restore
from monitor.stream.order import INPUTS

AS_FETCHED, REST = "as fetched", "rest"
REST_S = 5.0


def read_in_order(order: Sequence[str]) -> None:
    """Make this process read each input to the end seen at assignment before the next; they are a permutation."""

    def flowing(applied: Mapping[str, int], ends: Mapping[str, int]) -> tuple[str, ...]:
        for place, topic in enumerate(order):
            if applied.get(topic, -1) + 1 < ends[topic]:
                return tuple(order[: place + 1])
        return INPUTS

    if sorted(order) != sorted(INPUTS):
        raise ValueError(f"an order names each of {', '.join(INPUTS)} once, not {', '.join(order)}")
    cast("Any", partition).flowing = flowing
    cast("Any", restore).FIRST = tuple(order)


class Draining(Measuring):
    """Reports as always, with the terms of the ledger and the memory once nothing is left to read."""

    def _report(self) -> Report:
        report = super()._report()
        report.details |= {"terms": self._terms(), "rss_at_end_bytes": cores.rss_bytes()}
        return report

    def _terms(self) -> dict[str, int]:
        terms: Counter[str] = Counter()
        for number in range(self._task.settings.partitions):
            for ledger in cast("Any", self.partitions.get(number)).core.partition.ledger.values():
                terms += Counter({name: getattr(ledger, name) for name in ("judged", "too_late", "rejected", "lost")})
        return dict(terms)


class Resting(Measuring):
    """Reports what a worker holds at the end of its logs, a while after all partitions are restored."""

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """Begin with the first and end with the last one."""
        super().restored(partition, records, seconds)
        self.counts["state_records"] += records
        self._reached.add(partition)
        if len(self._reached) == self._task.settings.partitions:
            asyncio.get_running_loop().call_later(REST_S, self._answer)

    def _answer(self) -> None:
        report = self._meter.end(0)
        report.details = dict(self.counts) | {"rss_at_end_bytes": cores.rss_bytes()}
        answer(self._task, report)

    def _has_ended(self, number: int) -> bool:
        del number
        return False


def main() -> None:
    """Run the worker until it is ended."""
    task: Task = told()
    observer = Resting(task) if task.variant == REST else Draining(task)
    if task.variant not in {AS_FETCHED, REST}:
        read_in_order(task.variant.split(","))
    app = create_app(task.settings, observer=observer)
    observer.partitions = app.transport.partitions
    run(app)


if __name__ == "__main__":
    main()
