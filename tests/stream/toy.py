# ruff: noqa: D102, ARG002 - the methods are those of monitor.stream.core.Core
"""A core that anybody can predict: it counts records by key and raises an alert at every tenth."""

import msgspec

from monitor.errors import TornTransaction
from monitor.events import Reason, Record, Refusal
from monitor.findings import Revision, Severity, Status

EVERY = 10
META = b"M"


class Value(msgspec.Struct):
    transaction: int
    count: int


class Ledger(msgspec.Struct):
    judged: int = 0
    rejected: int = 0
    too_late: int = 0
    duplicate: int = 0
    markers: int = 0
    lost: int = 0


class Meta(msgspec.Struct):
    transaction: int = 0
    published: int = 0
    applied: dict[str, int] = {}
    ledger: dict[str, Ledger] = {}


class Changes(msgspec.Struct):
    transaction: int
    state: list[tuple[bytes, bytes | None]]
    revisions: list[Revision]
    refused: list[Record]


class ToyCore:
    """State is {key: count}; the value of a record is its key in JSON, anything else is refused."""

    def __init__(self, number):
        self.number = number
        self.meta = Meta()
        self.counts = {}
        self.dirty = set()
        self.revisions = []
        self.refused = []
        self.moved = False
        self._stored = {}

    @property
    def applied(self):
        return self.meta.applied

    @property
    def ledger(self):
        return self.meta.ledger

    @property
    def transaction(self):
        return self.meta.transaction

    @property
    def waiting(self):
        return len(self.revisions)

    @property
    def refusals(self):
        return len(self.refused)

    def restore(self, key, value):
        self._stored[key] = value

    def open(self):
        raw = self._stored.pop(META, None)
        if raw is not None:
            self.meta = msgspec.json.decode(raw, type=Meta)
        for key, stored in self._stored.items():
            value = msgspec.json.decode(stored, type=Value)
            if value.transaction > self.meta.transaction:
                raise TornTransaction(key.decode(), value.transaction, self.meta.transaction)
            self.counts[key.decode()] = value.count
        self._stored.clear()

    def decode(self, topic, raws):
        return [self._read(topic, raw) for raw in raws]

    def _read(self, topic, raw):
        try:
            event = msgspec.json.decode(raw.value or b"", type=str)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            event = Refusal(reason=Reason.not_json, detail=str(error), platform="toy")
        return Record(event, raw.value or b"", topic, raw.offset, raw.timestamp)

    def ledger_of(self, topic):
        return self.meta.ledger.setdefault(topic, Ledger())

    def fold(self, records):
        for record in records:
            ledger = self.ledger_of(record.topic)
            if isinstance(record.event, Refusal):
                ledger.rejected += 1
                self.refused.append(record)
            else:
                ledger.judged += 1
                self._count(record.event)
            self.meta.applied[record.topic] = record.offset
        self.moved = True
        return len(records)

    def _count(self, key):
        count = self.counts[key] = self.counts.get(key, 0) + 1
        self.dirty.add(key)
        if count % EVERY == 0:
            self._raise(key, count)

    def _raise(self, key, count):
        self.meta.published += 1
        self.revisions.append(
            Revision(
                alert_id=f"{self.number}-{key}",
                revision=count // EVERY,
                status=Status.opened if count == EVERY else Status.updated,
                reason="",
                severity=Severity.low,
                typology="toy",
                platform="toy",
                subject=key,
                event_time=count,
                sequence=self.meta.published,
                value=msgspec.json.encode({"key": key, "count": count}),
            )
        )

    def read_up(self, unread: frozenset[str]) -> None:
        """No clock of this job waits for another input."""

    def advance(self, limit):
        return 0

    def skip(self, topic, offset, *, markers=0, lost=0):
        ledger = self.ledger_of(topic)
        ledger.markers += markers
        ledger.lost += lost
        self.meta.applied[topic] = offset
        self.moved = True

    def entries(self, read_to):
        return ()

    def judged(self, platform):
        return 0

    def encode(self, limit):
        return 0

    def take(self):
        self.meta.transaction += 1
        number = self.meta.transaction
        state = [(key.encode(), msgspec.json.encode(Value(number, self.counts[key]))) for key in sorted(self.dirty)]
        state.append((META, msgspec.json.encode(self.meta)))
        changes = Changes(number, state, self.revisions, self.refused)
        self.dirty, self.revisions, self.refused, self.moved = set(), [], [], False
        return changes
