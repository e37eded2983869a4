"""What the alerts must be: the pure engine over the same logs, without Faust and transactions; and its stages."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bench.logs import Logs, partition_logs, slices
from bench.meter import Meter, Report, Task, answer, told
from bench.mix_facts import Census, MixFacts, as_dict
from bench.stages import Stages, watch_detectors
from monitor.agents.engine_core import EngineCore
from monitor.app import engine_core
from monitor.findings import Revision, alerts_sha256
from monitor.stream import heap

SLICE = 500


class Reference:
    """The engine's answer over all partitions, one after the other."""

    def __init__(self, task: Task) -> None:
        self._settings = task.settings
        self._make = engine_core(task.settings)
        self.last: dict[str, Revision] = {}
        self.seconds: Counter[str] = Counter()
        self.detectors: Counter[str] = Counter()
        self.facts = MixFacts()
        self.types: Counter[str] = Counter()
        self.events = self.state_records = 0

    async def judge(self, number: int) -> None:
        """Judge one partition, and look what it is made of; the last one once more with stop-watches inside."""
        logs = await partition_logs(self._settings, number)
        core = self._engine(number)
        stages = Stages(core)
        self.last |= stages.run(slices(logs, SLICE))
        self.seconds += stages.seconds
        self.events += stages.events
        self.state_records += stages.state_records
        self._census(core, logs)
        if number == self._settings.partitions - 1:
            self._watch(number, logs)

    def _engine(self, number: int) -> EngineCore:
        core = self._make(number)
        if not isinstance(core, EngineCore):
            raise TypeError("the product's judge is not the engine's any more; teach the bench its stages")
        return core

    def _census(self, core: EngineCore, logs: Logs) -> None:
        census = Census()
        for topic, raws in slices(logs, SLICE):
            census.look(core.decode(topic, raws))
        duplicates = sum(ledger.duplicate for ledger in core.partition.ledger.values())
        late = sum(n for names, n in core.partition.statistics.items() if names[0] == "late_accepted")
        self.facts.add(census.facts(late, duplicates))
        self.types += census.types

    def _watch(self, number: int, logs: Logs) -> None:
        core = self._engine(number)
        spent = watch_detectors(core)
        stages = Stages(core)
        stages.run(slices(logs, SLICE))
        self.detectors = Counter({name: round(1e6 * s / stages.events * 1e3) for name, s in spent.items()})

    def details(self) -> dict[str, Any]:
        """Answer everything that was found."""
        return {
            "alerts_sha256": alerts_sha256({key: revision.value for key, revision in self.last.items()}),
            "alerts": len(self.last),
            "state_records": self.state_records,
            "stages_us": {name: 1e6 * s / self.events for name, s in self.seconds.items()},
            "detectors_ns": dict(self.detectors.most_common()),
            "mix": as_dict(self.facts),
            "types": dict(self.types.most_common()),
        }


async def judge_all(task: Task) -> Report:
    """Judge all partitions of the task's topics."""
    reference, meter = Reference(task), Meter()
    meter.begin()
    for number in numbers(task):
        await reference.judge(number)
    report = meter.end(reference.events)
    report.details = reference.details()
    return report


def numbers(task: Task) -> Iterable[int]:
    """List the partitions."""
    return range(task.settings.partitions)


def main() -> None:
    """Judge, and report."""
    task = told()
    heap.settle()
    answer(task, asyncio.run(judge_all(task)))


if __name__ == "__main__":
    main()
