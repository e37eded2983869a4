"""Bytes of an input become an event or a refusal, one record at a time, a slice at once.

No record can stop its neighbours: whatever decoding or checking raises is that record's refusal.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from monitor.errors import EventIsWrong
from monitor.events import (
    ControlEvent,
    CostsEvent,
    Event,
    LinePlaced,
    OffersEvent,
    OrdersEvent,
    Reason,
    Record,
    Refusal,
    ShopsEvent,
    Topic,
)
from monitor.wire.bounds import CHECKS, refuse_sums
from monitor.wire.refusals import MAX_BYTES, Headers, check_depth, check_size, refusal
from monitor.wire.subjects import check_legible, is_retail, partition_of, show

EVENTS: dict[str, Any] = {
    Topic.control: ControlEvent,
    Topic.costs: CostsEvent,
    Topic.shops: ShopsEvent,
    Topic.offers: OffersEvent,
    Topic.orders: OrdersEvent,
}
# murmur2 in Python costs 4 microseconds; more subjects than these forget all and begin again.
SUBJECTS_KNOWN = 65_536
NAMES_KNOWN = 4_096
OPEN_ARRAY, OPEN_OBJECT = b"[{"


class Decoder:
    """Reads the records of one partition of every input topic.

    A record keyed by subject that stands on the wrong partition is refused: a partitioner other than Java's would
    else part a merchant from itself in silence.
    """

    def __init__(self, partitions: int, partition: int) -> None:
        self._partitions = partitions
        self._partition = partition
        self._readers = {topic: msgspec.json.Decoder(kinds).decode for topic, kinds in EVENTS.items()}
        self._subjects: dict[str, bool] = {}
        self._names: set[str] = set()

    def decode(
        self,
        topic: str,
        raw: bytes | None,
        key: bytes | None,
        headers: Headers | None,
        offset: int,
        append_time: int,
    ) -> Record:
        """Read one record; see `decode_batch`."""
        return self.decode_batch(topic, (raw,), (key,), (headers,), (offset,), (append_time,))[0]

    def decode_batch(
        self,
        topic: str,
        values: Sequence[bytes | None],
        keys: Sequence[bytes | None],
        headers: Sequence[Headers | None],
        offsets: Sequence[int],
        times: Sequence[int],
    ) -> list[Record]:
        """Read a slice of one topic in its order: one Record each, its event or its Refusal.

        `topic` is the name without prefix, `times` are Kafka's append times in milliseconds. A missing value is read
        as empty bytes. Headers are read only where the value does not decode.
        """
        read, subjects, names = self._readers[topic], self._subjects, self._names
        records = []
        for value, key, of_headers, offset, time in zip(values, keys, headers, offsets, times, strict=True):
            raw = value or b""
            event: Event | None = None
            said: Event | Refusal
            try:
                if len(raw) > MAX_BYTES:
                    check_size(raw)
                # Nearly all records hold two objects at most; to look for a third costs a tenth of counting brackets.
                second = raw.find(OPEN_OBJECT, 1)
                if OPEN_ARRAY in raw or (second > 0 and raw.find(OPEN_OBJECT, second + 1) > 0):
                    check_depth(raw)
                # msgspec does not look into what it skips.
                if not raw.isascii():
                    raw.decode()
                said = event = read(raw)
                if isinstance(event, LinePlaced):
                    if (
                        event.list_fen
                        - event.seller_discount_fen
                        - event.platform_subsidy_fen
                        - event.third_party_subsidy_fen
                        != event.buyer_paid_fen
                    ):
                        refuse_sums(event)
                    if subjects.get(event.subject) is not event.self_operated:
                        self._check_seller(event, key)
                    if event.platform not in names or event.source not in names:
                        self._check_names(event)
                else:
                    self._check(event, key)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this record's and not the worker's
                said = refusal(error, event, raw, of_headers)
            records.append(Record(said, raw, topic, offset, time))
        return records

    def _check(self, event: Event, key: bytes | None) -> None:
        check = CHECKS.get(type(event))
        if check is not None:
            check(event)
        subject = getattr(event, "subject", None)
        if subject is not None and subject not in self._subjects:
            self._admit(subject, key)
        self._check_names(event)

    def _check_seller(self, line: LinePlaced, key: bytes | None) -> None:
        known = self._subjects.get(line.subject)
        retail = self._admit(line.subject, key) if known is None else known
        if retail is not line.self_operated:
            raise EventIsWrong(
                Reason.subject_kind,
                f"self_operated is {str(line.self_operated).lower()}, subject {show(line.subject)} is "
                f"{'the platform’s own retail' if retail else 'a merchant'}",
                "$.subject",
            )

    def _admit(self, subject: str, key: bytes | None) -> bool:
        """Check a subject seen for the first time, remember it, and say whether it is of the retail kind."""
        retail = is_retail(subject)
        partition = partition_of(subject, self._partitions)
        if partition != self._partition:
            raise EventIsWrong(
                Reason.wrong_partition,
                f"subject {show(subject)} belongs to partition {partition} of {self._partitions} (murmur2), the record "
                f"with key {(key or b'')[:64]!r} stands on {self._partition}",
                "$.subject",
            )
        if len(self._subjects) >= SUBJECTS_KNOWN:
            self._subjects.clear()
        self._subjects[subject] = retail
        return retail

    def _check_names(self, event: Event) -> None:
        """Refuse a platform or source that cannot be read.

        State is keyed by lines: a source of two would be another one after a restart, and its repeats judged again.
        """
        for field in ("platform", "source"):
            name = getattr(event, field, None)
            if name is not None and name not in self._names:
                check_legible(name, f"$.{field}")
                if len(self._names) >= NAMES_KNOWN:
                    self._names.clear()
                self._names.add(name)
