"""What a worker logs of its life: rebalances, restored partitions, revisions, refusals; no ordinary event."""

import logging
from collections import Counter
from collections.abc import Collection
from functools import partial

from monitor.events import Record, Refusal
from monitor.observe.commits import Commit
from monitor.observe.hearer import Hearer
from monitor.observe.logs import event

_warn = partial(event, level=logging.WARNING)


class Journal(Hearer):
    """An observer of the stream layer that logs; called in the event loop, once a batch or commit."""

    def __init__(self) -> None:
        self._ready = True

    def committed(self, commit: Commit) -> None:
        """Log every revision, and what was refused as one line a topic and reason."""
        for revision in commit.revisions:
            event(
                "alert.published",
                partition=commit.partition,
                alert_id=revision.alert_id,
                revision=revision.revision,
                status=revision.status.value,
                typology=revision.typology,
                severity=revision.severity.value,
                platform=revision.platform,
            )
        for (topic, reason), (records, first) in _refusals(commit.changes.refused).items():
            _warn(
                "record.refused",
                topic=topic,
                partition=commit.partition,
                reason=reason,
                records=records,
                first_offset=first,
            )

    def assigned(self, partitions: Collection[int]) -> None:
        """Log what a rebalance gave."""
        event("partitions.assigned", partitions=_numbers(partitions))

    def revoked(self, partitions: Collection[int], seconds: float) -> None:
        """Log what a rebalance took."""
        event("partitions.revoked", partitions=_numbers(partitions), seconds=round(seconds, 3))

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """Log that a partition is judged again."""
        event("partition.restored", partition=partition, records=records, seconds=round(seconds, 3))

    def quarantined(self, platform: str, partition: int) -> None:
        """Log a platform's mark."""
        _warn("platform.quarantined", platform=platform, partition=partition)

    def readiness(self, *, ready: bool) -> None:
        """Log when the worker stops or begins to be fit."""
        if ready != self._ready:
            self._ready = ready
            (event if ready else _warn)("worker.ready" if ready else "worker.not_ready")


def _numbers(partitions: Collection[int]) -> str:
    return ",".join(str(number) for number in sorted(partitions))


def _refusals(refused: Collection[Record]) -> dict[tuple[str, str], tuple[int, int]]:
    """Answer, by topic and reason, how many records were refused and the offset of the first."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}
    for record in refused:
        if isinstance(record.event, Refusal):
            name = (record.topic, record.event.reason.value)
            counts[name] += 1
            first.setdefault(name, record.offset)
    return {name: (count, first[name]) for name, count in counts.items()}
