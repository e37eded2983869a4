"""The catalogue as Prometheus collectors: one for each row, children made once and kept."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import CollectorRegistry, RestrictedRegistry

from monitor.observe.catalogue import CATALOGUE, Kind, Row


class Spread(Histogram):
    """A histogram that takes one size for many observations at once; the client's own takes them one by one."""

    def observe_many(self, amount: float, count: int) -> None:
        """Count `count` observations of the same amount."""
        self._sum.inc(amount * count)
        self._buckets[bisect_left(self._upper_bounds, amount)].inc(count)

    def observe_all(self, amounts: Iterable[int]) -> None:
        """Count many different observations, touching each bucket once: a fifth of the cost."""
        ordered = sorted(amounts)
        self._sum.inc(sum(ordered))
        counted = 0
        for bound, bucket in zip(self._upper_bounds, self._buckets, strict=True):
            up_to = bisect_right(ordered, bound)
            if up_to > counted:
                bucket.inc(up_to - counted)
                counted = up_to


class ScrapedRegistry(CollectorRegistry):
    """A registry that has figures brought up to date, by `read`, whenever somebody asks for them."""

    def __init__(self, read: Callable[[], None]) -> None:
        super().__init__(auto_describe=True)
        self._read = read

    def collect(self) -> Iterable[Metric]:
        """Read, then yield every metric."""
        self._read()
        yield from super().collect()

    def restricted_registry(self, names: Iterable[str]) -> RestrictedRegistry:
        """Read, then answer the chosen metrics."""
        self._read()
        return super().restricted_registry(names)


class Collectors:
    """One collector a row, by default of a worker's catalogue, on a registry of its own."""

    def __init__(self, read: Callable[[], None], rows: Iterable[Row] = CATALOGUE) -> None:
        # A `_created` series doubles the lines of every counter and histogram, and nothing here reads it.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = ScrapedRegistry(read)
        self._of = {row: _collector(row, self.registry) for row in rows}
        self._children: dict[tuple[Row, tuple[str, ...]], Any] = {}

    def child(self, row: Row, *labels: str) -> Any:
        """Answer the series of a row with these label values, in the row's order."""
        found = self._children.get((row, labels))
        if found is None:
            collector = self._of[row]
            found = self._children[row, labels] = collector.labels(*labels) if row.labels else collector
        return found

    def forget(self, row: Row, *labels: str) -> None:
        """Take a series out of the exposition; one that is not there is no error."""
        if self._children.pop((row, labels), None) is not None:
            self._of[row].remove(*labels)


def _collector(row: Row, registry: CollectorRegistry) -> MetricWrapperBase:
    if row.kind is Kind.counter:
        return Counter(row.name, row.says, row.labels, registry=registry)
    if row.kind is Kind.gauge:
        return Gauge(row.name, row.says, row.labels, registry=registry)
    return Spread(row.name, row.says, row.labels, registry=registry, buckets=row.buckets)
