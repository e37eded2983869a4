"""Traffic as the logs of one partition, and the orders in which a worker may read them: no record says which it was."""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bench.logs import Logs
from monitor.events import Topic
from monitor.feed.stamp import Gateway
from monitor.feed.traffic import Traffic
from monitor.stream.core import CoreFactory
from monitor.stream.order import FIRST, INPUTS
from tests.chaos.feed import LEVER_EVERY, mix_of
from tests.chaos.oracle import Judging, begun

BEGAN = 1_800_000_000_000
PARTITIONS = 8
BATCHES = (1, 20, 100, 500)


class Fetched(NamedTuple):
    """One record as a fetcher delivers it."""

    value: bytes
    key: bytes
    headers: Sequence[tuple[str, bytes]]
    timestamp: int
    offset: int


@cache
def logs_of(seed: int, events: int, number: int) -> Logs:
    """Write traffic of so many events in all `PARTITIONS` as partition `number` gets it; a millisecond a record."""
    gateway, now = Gateway(PARTITIONS), BEGAN
    logs: Logs = {topic: [] for topic in INPUTS}
    for hour in Traffic(mix_of(seed, events, events // LEVER_EVERY)).deliveries():
        for record in gateway.stamp(hour):
            now += 1
            if record.partition == number:
                log = logs[record.topic]
                log.append(Fetched(record.value, record.key, (), now, len(log)))
    return logs


def interleaved(logs: Logs, seed: int, apart_ms: int) -> Iterator[tuple[str, Sequence[Fetched]]]:
    """Read control, then in any order, no topic further than `apart_ms` of append time ahead of another."""
    dice = random.Random(seed)
    yield Topic.control, logs[Topic.control]
    at = {topic: 0 for topic in INPUTS if topic != Topic.control}
    while left := [topic for topic in at if at[topic] < len(logs[topic])]:
        reach = min(logs[topic][at[topic]].timestamp for topic in left) + apart_ms
        topic = dice.choice([topic for topic in left if logs[topic][at[topic]].timestamp <= reach])
        most = at[topic] + dice.choice(BATCHES)
        batch = [record for record in logs[topic][at[topic] : most] if record.timestamp <= reach]
        at[topic] += len(batch)
        yield topic, batch


def by_topic(logs: Logs, topics: Sequence[str]) -> Iterator[tuple[str, Sequence[Fetched]]]:
    """Read control and costs, then topic after topic, each to its end: the order in which a backlog is worst."""
    for topic in (*FIRST, *topics):
        for begin in range(0, len(logs[topic]), BATCHES[-1]):
            yield topic, logs[topic][begin : begin + BATCHES[-1]]


class Restarted(Judging):
    """A judge that begins anew from its state before every so many batches, with keys due and logs half read."""

    def __init__(self, make: CoreFactory, number: int, every: int) -> None:
        super().__init__(begun(make, number), number)
        self._make = make
        self._every = every
        self._batches = 0

    def _judge(self, topic: str, raws: Sequence[Fetched]) -> None:
        self._batches += 1
        if self._batches % self._every == 0:
            unread = self._core.partition.clocks.unread
            self._take()
            self._core = begun(self._make, self._number)
            for (_, key), value in self._truth.state.items():
                self._core.restore(key, value)
            self._core.open()
            self._core.read_up(unread)
        super()._judge(topic, raws)
