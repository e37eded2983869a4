"""Ways to drive the pure engine through batches: at any pace, cut and resumed anywhere, in one partition or many."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from logs import PLAIN, TOPICS, Batch, Logs, Reading, read

from monitor import engine
from monitor.detect.registry import registered
from monitor.engine import Partition
from monitor.engine.partition import META
from monitor.engine.values import PREFIX_SIZE, read_prefix
from monitor.events import Record
from monitor.findings import Revision, projection

DETECTORS = registered()
INTEGRITY = "integrity"
TRANSACTION = slice(1, 9)
"""Where a state value's prefix holds the transaction number."""


class Pace(NamedTuple):
    """How the shell calls the engine.

    `slice` and `limit` bound a call of fold and of advance. `commit` is after how many calls the changes are taken, 0
    for at the end only; `restart` is after how many commits the partition is opened anew from its log.
    """

    slice: int = 500
    limit: int = 500
    commit: int = 0
    restart: int = 0


STEADY = Pace()


class Outcome(NamedTuple):
    """What came of a run: every revision in order, what was refused, the state log and the partition as it ended."""

    revisions: list[Revision]
    refused: list[Record]
    log: dict[bytes, bytes]
    partition: Partition

    @property
    def last_values(self) -> dict[str, bytes]:
        """The last value of each alert."""
        return {revision.alert_id: revision.value for revision in self.revisions}

    @property
    def state(self) -> dict[bytes, Any]:
        """The state log but for transaction numbers."""
        return {key: _without_transaction(key, value) for key, value in self.log.items()}


def _without_transaction(key: bytes, value: bytes) -> Any:
    if key != META.encode():
        return value[: TRANSACTION.start] + value[TRANSACTION.stop :]
    meta = msgspec.msgpack.decode(value[PREFIX_SIZE:])
    return {**meta, "transaction": 0}


class Shell:
    """Stands for the worker: commits what the engine gives and opens it anew."""

    def __init__(self, pace: Pace, number: int = 0) -> None:
        self.pace = pace
        self.number = number
        self.outcome = Outcome([], [], {}, Partition(number, DETECTORS))
        self.calls = self.commits = 0

    def play(self, batches: Iterable[Batch]) -> Outcome:
        """Fold batches to the end; answers what came of them."""
        for _, records in batches:
            for start in range(0, len(records), self.pace.slice):
                self._fold([_own(record) for record in records[start : start + self.pace.slice]])
        self._commit()
        return self.outcome

    def _fold(self, records: list[Record]) -> None:
        while records:
            records = records[engine.fold(self.outcome.partition, records) :]
            self._called()
            while engine.advance(self.outcome.partition, self.pace.limit):
                self._called()

    def _called(self) -> None:
        self.calls += 1
        if self.pace.commit and self.calls % self.pace.commit == 0:
            self._commit()
            if self.pace.restart and self.commits % self.pace.restart == 0:
                self.outcome = self.outcome._replace(partition=reopened(self.outcome.log, self.number))

    def _commit(self) -> None:
        self.commits += 1
        changes = self.outcome.partition.take()
        self.outcome.revisions.extend(changes.revisions)
        self.outcome.refused.extend(changes.refused)
        for key, value in changes.state:
            if value is None:
                self.outcome.log.pop(key, None)
            else:
                self.outcome.log[key] = value


def _own(record: Record) -> Record:
    """A refusal changes a record, so each run has its own."""
    return Record(record.event, record.raw, record.topic, record.offset, record.append_time)


def reopened(log: Mapping[bytes, bytes], number: int = 0) -> Partition:
    """Open a partition from its state log, as another process would."""
    partition = Partition(number, DETECTORS)
    for key, value in log.items():
        partition.restore(key, value)
    partition.open()
    return partition


def run(batches: Iterable[Batch], pace: Pace = STEADY, number: int = 0) -> Outcome:
    """Fold batches through a partition of their own."""
    return Shell(pace, number).play(batches)


def run_apart(found: Logs, parts: Sequence[frozenset[str]], reading: Reading = PLAIN) -> dict[str, bytes]:
    """Fold the subjects of each part in a partition of their own; answers the last value of every alert."""
    last: dict[str, bytes] = {}
    for number, part in enumerate(parts):
        own = {topic: [one for one in found[topic] if one.subject is None or one.subject in part] for topic in TOPICS}
        last |= run(read(own, reading), number=number).last_values
    return last


def offences(last_values: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out what is said of how records came: another order of arrival is another log, and says other things."""
    return {alert: value for alert, value in last_values.items() if _typology(value) != INTEGRITY}


def _typology(value: bytes) -> str:
    return str(msgspec.json.decode(value)["typology"])


def resting(last_values: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Answer the alerts that stand at rest, as the one projection makes them."""
    made = {alert: msgspec.json.decode(projection(value)) for alert, value in last_values.items()}
    return {alert: content for alert, content in made.items() if content["status"] != "withdrawn"}


def due_times(log: Mapping[bytes, bytes]) -> Iterator[int]:
    """List when the keys of a state log are due."""
    return (read_prefix(value).due for value in log.values())
