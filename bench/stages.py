"""Where an event's time goes in the pure engine, without Kafka, Faust and network."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from monitor.agents.engine_core import EngineCore
from monitor.detect.registry import Observe
from monitor.events import Record
from monitor.findings import Revision

BETWEEN_COMMITS = 20_000
DUE_AT_ONCE = 500


class Stages:
    """One engine over one partition's slices, every stage timed in processor seconds."""

    def __init__(self, core: EngineCore) -> None:
        self.core = core
        self.seconds: Counter[str] = Counter()
        self.events = 0
        self.state_records = 0
        self._since_commit = 0

    def run(self, slices: Iterable[tuple[str, Sequence[Any]]]) -> dict[str, Revision]:
        """Judge everything and answer the last revision of each alert."""
        last: dict[str, Revision] = {}
        for topic, raws in slices:
            self._judge(self._timed("decode", self.core.decode, topic, raws))
            if self.core.waiting or self._since_commit >= BETWEEN_COMMITS:
                self._take(last)
        self._take(last)
        return last

    def _judge(self, records: list[Record]) -> None:
        self.events += len(records)
        self._since_commit += len(records)
        while records:
            taken = self._timed("fold", self.core.fold, records)
            records = records[taken:]
            while self._timed("due keys", self.core.advance, DUE_AT_ONCE):
                pass

    def _take(self, last: dict[str, Revision]) -> None:
        changes = self._timed("encode state", self.core.take)
        self._since_commit = 0
        self.state_records += len(changes.state)
        last.update((revision.alert_id, revision) for revision in changes.revisions)

    def _timed(self, stage: str, function: Callable[..., Any], *arguments: Any) -> Any:
        began = time.thread_time()
        result = function(*arguments)
        self.seconds[stage] += time.thread_time() - began
        return result


def watch_detectors(core: EngineCore) -> Counter[str]:
    """Put a stop-watch round every detector of an engine; answers where the seconds go, by detector and event type."""
    spent: Counter[str] = Counter()
    partition = core.partition
    partition.listeners = {
        kind: tuple(_watched(observe, f"{detector.id}: {kind.__name__}", spent) for detector, observe in heard)
        for kind, heard in _heard(core).items()
    }
    return spent


def _heard(core: EngineCore) -> Mapping[type, list[tuple[Any, Observe]]]:
    heard: dict[type, list[tuple[Any, Observe]]] = {}
    for detector in core.partition.detectors:
        for kind, observe in detector.observe.items():
            heard.setdefault(kind, []).append((detector, observe))
    return heard


def _watched(observe: Observe, name: str, spent: Counter[str]) -> Observe:
    clock = time.thread_time

    def watched(desk: Any, record: Record) -> None:
        began = clock()
        observe(desk, record)
        spent[name] += clock() - began

    return watched
