"""What must come of the logs: the pure engine over what a committed reader finds in them, without Faust and Kafka."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

from bench.logs import Logs, partition_logs, slices
from monitor.agents.engine_core import EngineCore
from monitor.app import engine_core
from monitor.settings import Settings
from monitor.stream.core import CoreFactory

SLICE = 500
DUE_AT_ONCE = 500
BETWEEN_TAKES = 20_000
CORES = 2

Place = tuple[str, int, int]
"""topic without prefix, partition, offset"""


class Truth(NamedTuple):
    """What the engine makes of one partition or of several.

    `alerts` are the last values by id, `state` the values of the state log by (partition, key), `refused` the places
    of refused records with their bytes, `events` the records.
    """

    alerts: dict[str, bytes]
    state: dict[tuple[int, bytes], bytes]
    refused: dict[Place, bytes | None]
    events: int
    revisions: int


async def truth(settings: Settings) -> Truth:
    """Judge all partitions, two at a time, each in a process of its own."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        parts = await asyncio.gather(
            *(loop.run_in_executor(pool, judged, settings, number) for number in range(settings.partitions))
        )
    return joined(parts)


def joined(parts: Iterable[Truth]) -> Truth:
    """Put the truths of partitions together."""
    whole = Truth({}, {}, {}, 0, 0)
    for part in parts:
        whole.alerts.update(part.alerts)
        whole.state.update(part.state)
        whole.refused.update(part.refused)
        whole = whole._replace(events=whole.events + part.events, revisions=whole.revisions + part.revisions)
    return whole


def judged(settings: Settings, number: int) -> Truth:
    """Read one partition's logs and judge them; runs an event loop of its own."""
    logs = asyncio.run(partition_logs(settings, number))
    return Judging(begun(engine_core(settings), number), number).run(logs)


def begun(make: CoreFactory, number: int) -> EngineCore:
    """Make a judge as the product does."""
    core = make(number)
    if not isinstance(core, EngineCore):
        raise TypeError("the product's judge is not the engine's any more; teach the oracle what is")
    return core


Order = Iterable[tuple[str, Sequence[Any]]]
"""batches by topic, in the order in which they are read"""


class Judging:
    """One engine over the logs of one partition, in an order in which a worker could have read them."""

    def __init__(self, core: EngineCore, number: int) -> None:
        self._core = core
        self._number = number
        self._truth = Truth({}, {}, {}, 0, 0)
        self._since_take = self._revisions = 0

    def run(self, logs: Logs, order: Order | None = None) -> Truth:
        """Judge everything, in an order given or else control first, then costs, then as the records were appended."""
        left = {topic: len(raws) for topic, raws in logs.items()}
        for topic, raws in order or slices(logs, SLICE):
            self._core.read_up(frozenset(name for name, count in left.items() if count))
            self._judge(topic, raws)
            left[topic] -= len(raws)
            self._core.read_up(frozenset(name for name, count in left.items() if count))
            self._advance()
            if self._core.waiting or self._since_take >= BETWEEN_TAKES:
                self._take()
        self._take()
        return self._truth._replace(events=sum(map(len, logs.values())), revisions=self._revisions)

    def _judge(self, topic: str, raws: Any) -> None:
        records = self._core.decode(topic, raws)
        values = {raw.offset: raw.value for raw in raws}
        self._since_take += len(raws)
        while records:
            records = records[self._core.fold(records) :]
            self._advance()
        for record in self._core.partition.refused:
            self._truth.refused.setdefault((record.topic, self._number, record.offset), values.get(record.offset))

    def _advance(self) -> None:
        while self._core.advance(DUE_AT_ONCE):
            pass

    def _take(self) -> None:
        changes = self._core.take()
        self._since_take = 0
        self._revisions += len(changes.revisions)
        for key, value in changes.state:
            if value is None:
                self._truth.state.pop((self._number, key), None)
            else:
                self._truth.state[self._number, key] = value
        self._truth.alerts.update((revision.alert_id, revision.value) for revision in changes.revisions)
