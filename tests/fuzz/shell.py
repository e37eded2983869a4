"""The worker's own judge, partition and letters without a broker: what would go onto the topics is kept in lists."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from monitor.agents.engine_core import EngineCore
from monitor.detect.registry import registered
from monitor.engine import Changes
from monitor.settings import Settings
from monitor.stream.batches import Batch, Place
from monitor.stream.letters import Letters
from monitor.stream.observer import Unobserved
from monitor.stream.partition import Partition

SLICE = 500


class Raw(NamedTuple):
    """A record as the fetcher delivers it."""

    offset: int
    value: bytes | None
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    timestamp: int


class Box:
    """Takes what a producer's batch takes, and never runs full."""

    def __init__(self) -> None:
        self.records: list[tuple[Any, Any, Any]] = []

    def append(self, *, timestamp: None, key: Any, value: Any, headers: Any) -> bool:  # noqa: ARG002 - the producer's
        """Keep a record."""
        self.records.append((key, value, headers))
        return True

    def close(self) -> None:
        """Nothing is sent."""


class Producer:
    """Makes boxes."""

    def create_batch(self) -> Box:
        """Make an empty one."""
        return Box()


class Shell:
    """One partition as a worker holds it; `log` is its state topic, compacted."""

    def __init__(self) -> None:
        self.log: dict[bytes, bytes] = {}
        self.settings = Settings(prefix="f.", partitions=1)
        self.restart()

    def restart(self) -> None:
        """Begin anew from what was written, as another process would; only between transactions."""
        self.core = EngineCore(self.settings, 0, registered())
        for key, value in self.log.items():
            self.core.restore(key, value)
        self.core.open()
        self.partition = Partition(0, self.core, generation=1, slice_records=SLICE)
        self.letters = Letters(self.settings, self.partition, Unobserved())

    def apply(self, topic: str, raws: Sequence[Raw]) -> None:
        """Judge a batch of one topic."""
        batch = Batch(Place(topic, 0), raws, start=raws[0].offset, last=raws[-1].offset, generation=1)
        asyncio.run(self.partition.apply(batch))

    def commit(self) -> tuple[Changes, dict[str, list[tuple[Any, Any, Any]]]]:
        """Take one transaction; answers it and its records by topic."""
        changes = self.core.take()
        said: dict[str, list[tuple[Any, Any, Any]]] = {}
        for parcel in self.letters.pack(Producer(), self.partition, changes, ()):
            said.setdefault(parcel.topic.removeprefix("f."), []).extend(parcel.batch.records)
        self.partition.hand_over()
        for key, value, _ in said.get("state", ()):
            if value is None:
                self.log.pop(key, None)
            else:
                self.log[key] = value
        return changes, said
