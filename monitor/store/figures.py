"""What the store does, as metrics and as log lines; told after each commit, in the event loop."""

import logging
import time
from collections.abc import Iterable, Mapping

from monitor.observe import store_catalogue as rows
from monitor.observe.collectors import Collectors
from monitor.observe.logs import event
from monitor.settings import Settings, unprefixed
from monitor.store.batch import Records
from monitor.store.outage import Party, away
from monitor.store.positions import Place
from monitor.store.writing import Written

_UP = {Party.database: rows.DATABASE_UP, Party.broker: rows.BROKER_UP}


class Figures:
    """A watcher of the store: metrics by their rows, and a log line for what an operator should read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._collectors = Collectors(lambda: None, rows.STORE)
        self.registry = self._collectors.registry
        self._held: tuple[int, ...] | None = None
        self._away_since: dict[Party, float] = {}
        for row in _UP.values():
            self._collectors.child(row).set(1)

    def away(self, party: Party, error: Exception) -> None:
        """Say once that a party is away."""
        self._collectors.child(_UP[party]).set(0)
        if party not in self._away_since:
            self._away_since[party] = time.monotonic()
            event(f"store.{party}_away", level=logging.WARNING, reason=away(self._settings, error))

    def back(self, party: Party) -> None:
        """Say that a party answers again, after how long."""
        self._collectors.child(_UP[party]).set(1)
        since = self._away_since.pop(party, None)
        if since is not None:
            event(f"store.{party}_back", away_s=round(time.monotonic() - since, 1))

    def holds(self, partitions: Iterable[int]) -> None:
        """Say which partitions are written here, whenever they change; none is standing by."""
        held = tuple(sorted(partitions))
        self._collectors.child(rows.PARTITIONS).set(len(held))
        if held != self._held:
            self._held = held
            event("store.holds", partitions=",".join(map(str, held)))

    def lost(self, place: Place, offsets: int) -> None:
        """Say that a topic forgot what was not copied yet."""
        topic, partition = place
        self._collectors.child(rows.LOST, self._short(topic)).inc(offsets)
        event("store.lost", level=logging.ERROR, topic=topic, partition=partition, offsets=offsets)

    def wrote(self, records: Records, written: Written, began: float) -> None:
        """Count a committed transaction; `began` is of the monotonic clock."""
        self._collectors.child(rows.WRITE).observe(time.monotonic() - began)
        now_ms = time.time_ns() // 1_000_000
        for (topic, _), of_place in records.items():
            self._collectors.child(rows.RECORDS, self._short(topic)).inc(len(of_place))
            if self._short(topic) == "alerts":
                for record in of_place:
                    self._collectors.child(rows.LATENCY).observe(max(0, now_ms - record.timestamp) / 1000)
        self._collectors.child(rows.BREAKS).inc(len(written.breaks))
        for found in written.breaks:
            event("store.chain_broken", level=logging.ERROR, **found._asdict())

    def behind(self, offsets: Mapping[Place, int]) -> None:
        """Set the lag."""
        for (topic, partition), count in offsets.items():
            self._collectors.child(rows.LAG, self._short(topic), str(partition)).set(count)

    def _short(self, topic: str) -> str:
        return unprefixed(topic, self._settings.prefixes)
