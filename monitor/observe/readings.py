"""What is read of the watched partitions at each scrape: counts as differences, times and sizes as they stand."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from threading import Lock

from monitor.engine.partition import Partition
from monitor.observe import figures
from monitor.observe.catalogue import (
    CHANGELOG_LAG,
    CONCLUDED,
    EXPIRED,
    LAG_SECONDS,
    LAST_EVENT,
    LEDGER_DIFFERENCE,
    RULESET_INFO,
    STATE_BYTES,
    STATE_KEYS,
    UNKNOWN,
    WATERMARK,
    WINDOWS_OPEN,
)
from monitor.observe.collectors import Collectors
from monitor.observe.figures import Holding, Series, Table

CENSUS_S = 60


@dataclass
class Lag:
    """Whether an input of a partition lies behind, when it was first heard of, when last at its end; ms, 0 never."""

    first_ms: int
    end_ms: int = 0
    is_behind: bool = False


class Readings:
    """The watched partitions and what was last read of each.

    Partitions come and go in the event loop while another thread reads: the lock keeps one from dropping what the
    other counts. It is held for milliseconds; the walk over the state is outside, for the loop must never wait for it.
    """

    def __init__(self, collectors: Collectors, now_ms: Callable[[], int]) -> None:
        self._collectors = collectors
        self._now_ms = now_ms
        self._lock = Lock()
        self._partitions: dict[int, Partition] = {}
        self._seen: dict[int, Counter[Series]] = {}
        self._lags: dict[tuple[str, int], Lag] = {}
        self._rules: set[tuple[str, str, str, str]] = set()
        self._platforms: set[str] = set()
        self._tables: tuple[Table, ...] = ()
        self._next_census = 0.0

    def watch(self, partition: Partition) -> None:
        """Read a partition from now on; what it has counted before this is not this process's work."""
        with self._lock:
            self._partitions[partition.number] = partition
            self._seen[partition.number] = figures.counts(partition)

    def drop(self, numbers: Collection[int]) -> None:
        """Read partitions a last time and forget them."""
        with self._lock:
            for number in numbers:
                partition = self._partitions.pop(number, None)
                if partition is not None:
                    self._count(partition)
                    del self._seen[number]
            for place in [place for place in self._lags if place[1] in numbers]:
                del self._lags[place]
            self._next_census = 0.0

    def account(self, number: int) -> None:
        """Show whether a partition's ledger adds up; called in the judge's own thread, for it never does in a slice."""
        partition = self._partitions.get(number)
        if partition is not None:
            for topic, difference in figures.unaccounted(partition).items():
                self._collectors.child(LEDGER_DIFFERENCE, topic, str(number)).set(difference)

    def platform(self, number: int, platform: str) -> str:
        """Answer a platform as a label."""
        partition = self._partitions.get(number)
        return UNKNOWN if partition is None else figures.known(partition, platform)

    def eviction(self, number: int, tag: str) -> tuple[str, str]:
        """Answer table and reason of a key that left: the engine's own expire, a detector lets its keys go itself."""
        partition = self._partitions.get(number)
        owner = UNKNOWN if partition is None else figures.owner(partition, tag)
        return Table(owner, tag).label, EXPIRED if owner == figures.ENGINE else CONCLUDED

    def lagged(self, topic: str, number: int, records: int) -> None:
        """Note whether an input of a partition is at its end."""
        now = self._now_ms()
        lag = self._lags.setdefault((topic, number), Lag(now))
        lag.is_behind = records > 0
        if not lag.is_behind:
            lag.end_ms = now

    def read(self) -> None:
        """Bring every figure up to date; called at each scrape."""
        with self._lock:
            for partition in self._partitions.values():
                self._count(partition)
                self._show_watermarks(partition)
                self._collectors.child(CHANGELOG_LAG, str(partition.number)).set(figures.unwritten(partition))
            self._show_lag()
            self._show_newest()
            self._show_rules()
            is_due = time.monotonic() >= self._next_census
            if is_due:
                self._next_census = time.monotonic() + CENSUS_S
            partitions = list(self._partitions.values())
        if is_due:
            self._show_holdings(partitions)

    def _count(self, partition: Partition) -> None:
        """Raise the counters by what came since the last reading.

        A figure that seems to fall was read between two steps of the judge; it is counted when it has caught up.
        """
        seen = self._seen[partition.number]
        for series, value in figures.counts(partition).items():
            risen = value - seen[series]
            if risen > 0:
                row, labels = series
                self._collectors.child(row, *labels).inc(risen)
                seen[series] = value

    def _show_watermarks(self, partition: Partition) -> None:
        for topic, reached in figures.watermarks(partition).items():
            self._collectors.child(WATERMARK, topic, str(partition.number)).set(reached / 1000)

    def _show_lag(self) -> None:
        for (topic, number), lag in self._lags.copy().items():
            waited = self._now_ms() - self._reached(topic, number, lag) if lag.is_behind else 0
            self._collectors.child(LAG_SECONDS, topic, str(number)).set(max(0, waited) / 1000)

    def _reached(self, topic: str, number: int, lag: Lag) -> int:
        """Answer a time in ms before which nothing unprocessed was appended, or else when it was first heard of."""
        partition = self._partitions.get(number)
        judged = 0 if partition is None else figures.reached(partition, topic)
        return max(judged, lag.end_ms) or lag.first_ms

    def _show_newest(self) -> None:
        newest: dict[str, int] = {}
        for partition in self._partitions.values():
            for platform, appended in figures.newest(partition).items():
                newest[platform] = max(newest.get(platform, 0), appended)
        for gone in self._platforms - newest.keys():
            self._collectors.forget(LAST_EVENT, gone)
        for platform, appended in newest.items():
            self._collectors.child(LAST_EVENT, platform).set(appended / 1000)
        self._platforms = set(newest)

    def _show_rules(self) -> None:
        rules = {found for partition in self._partitions.values() for found in figures.rules(partition)}
        for gone in self._rules - rules:
            self._collectors.forget(RULESET_INFO, *gone)
        for found in rules:
            self._collectors.child(RULESET_INFO, *found).set(1)
        self._rules = rules

    def _show_holdings(self, partitions: Iterable[Partition]) -> None:
        """Show what partitions hold together; what none holds any more is shown as 0."""
        held = {table: Holding() for table in self._tables}
        for partition in partitions:
            for table, holding in figures.holdings(partition).items():
                held.setdefault(table, Holding()).add(holding)
        waiting: Counter[str] = Counter()
        for table, holding in held.items():
            self._collectors.child(STATE_KEYS, table.label).set(holding.keys)
            self._collectors.child(STATE_BYTES, table.label).set(holding.size)
            waiting[table.owner] += holding.waiting
        for owner, keys in waiting.items():
            if owner != figures.ENGINE:
                self._collectors.child(WINDOWS_OPEN, owner).set(keys)
        self._tables = tuple(held)
