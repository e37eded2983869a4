"""The job that every peer runs: a decoder and a fold of the bench's own, on the product's transport and transactions.

An order line of 245 bytes adds to the hour of its (platform, merchant, SKU): quantity, net revenue, cost. An alert is
raised the first time that an hour with enough quantity has earned less than it cost.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal
from zlib import crc32

import msgspec
from msgspec import Struct

from monitor.findings import Revision, Severity, Status
from monitor.stream.core import Entry, Raw

HOUR_MS = 3_600_000
ENOUGH = 5
META = b"M"
TOPIC = "orders"
# What every system that was ever run on this input found; another answer is another job.
ALERTS = 688
ALERTS_CRC_SUM = 1_474_234_941_757
WINDOWS = 228_633

_VALUE = struct.Struct(">QqqqB")


class Order(Struct, gc=False):
    """An order line, as far as the job looks at it; `offset` is its place in the log."""

    platform: str
    merchant: str
    sku: str
    unit_price: int
    quantity: int
    platform_subsidy: int
    unit_cost: int
    event_time_ms: int
    offset: int = -1


class Window(Struct, gc=False):
    """One hour of one SKU: pieces, fen earned, fen spent, and whether it was said."""

    quantity: int = 0
    revenue: int = 0
    cost: int = 0
    raised: bool = False


class OrdersChanges(Struct):
    """What one transaction writes."""

    transaction: int
    state: list[tuple[bytes, bytes | None]]
    revisions: list[Revision]
    refused: list[Any]


class OrdersMeta(Struct):
    """The record that every transaction holds."""

    transaction: int = 0
    applied: dict[str, int] = {}


_order = msgspec.json.Decoder(Order).decode


class OrdersCore:
    """`monitor.stream.core.Core` for this job."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._meta = OrdersMeta()
        self._windows: dict[str, Window] = {}
        self._dirty: dict[str, Window] = {}
        self._revisions: list[Revision] = []
        self.moved = False

    @property
    def applied(self) -> Mapping[str, int]:
        """The offset of the last order applied."""
        return self._meta.applied

    @property
    def transaction(self) -> int:
        """The number of the last transaction taken."""
        return self._meta.transaction

    @property
    def waiting(self) -> int:
        """How many alerts wait for the next transaction."""
        return len(self._revisions)

    @property
    def refusals(self) -> Literal[0]:
        """An order that does not decode ends the bench."""
        return 0

    @property
    def stored(self) -> dict[bytes, bytes]:
        """Every window as it lies in the state log."""
        return {name.encode(): _packed(window, 0) for name, window in self._windows.items()}

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take one record of the state log; nothing here ever becomes a tombstone."""
        if key == META:
            self._meta = msgspec.msgpack.decode(value or b"", type=OrdersMeta)
        elif value is not None:
            _, quantity, revenue, cost, raised = _VALUE.unpack(value)
            self._windows[key.decode()] = Window(quantity, revenue, cost, bool(raised))

    def open(self) -> None:
        """Nothing is to be made of the restored windows: they work as they are."""

    def decode(self, topic: str, raws: Sequence[Raw]) -> list[Order]:
        """Read a slice of orders."""
        del topic
        orders = [_order(raw.value or b"") for raw in raws]
        for order, raw in zip(orders, raws, strict=True):
            order.offset = raw.offset
        return orders

    def fold(self, records: list[Order]) -> int:
        """Add orders to their windows; every event is judged by itself, whatever the slices."""
        windows, dirty = self._windows, self._dirty
        for order in records:
            hour = order.event_time_ms // HOUR_MS * HOUR_MS
            name = f"{order.platform}|{order.merchant}|{order.sku}|{hour}"
            window = windows.get(name)
            if window is None:
                window = windows[name] = Window()
            quantity = order.quantity
            window.quantity += quantity
            window.revenue += order.unit_price * quantity - order.platform_subsidy
            window.cost += order.unit_cost * quantity
            dirty[name] = window
            if window.revenue < window.cost and not window.raised and window.quantity >= ENOUGH:
                window.raised = True
                self._revisions.append(_alert(name, order, window, len(self._revisions)))
        self._meta.applied[TOPIC] = records[-1].offset
        self.moved = True
        return len(records)

    def read_up(self, unread: frozenset[str]) -> None:
        """No clock of this job waits for another input."""

    def advance(self, limit: int) -> Literal[0]:
        """Nothing is ever due."""
        del limit
        return 0

    def skip(self, topic: str, offset: int, *, markers: int = 0, lost: int = 0) -> None:
        """Move past offsets without an order."""
        del markers, lost
        self._meta.applied[topic] = offset
        self.moved = True

    def entries(self, read_to: int) -> Sequence[Entry]:
        """Nothing is said on control."""
        del read_to
        return ()

    def judged(self, platform: str) -> Literal[0]:
        """Nobody is ever put into quarantine here."""
        del platform
        return 0

    def encode(self, limit: int) -> Literal[0]:
        """All of it is encoded when it is taken."""
        del limit
        return 0

    def take(self) -> OrdersChanges:
        """Hand over the windows that changed, the alerts and the position."""
        number = self._meta.transaction = self._meta.transaction + 1
        state: list[tuple[bytes, bytes | None]] = [
            (name.encode(), _packed(window, number)) for name, window in self._dirty.items()
        ]
        state.append((META, msgspec.msgpack.encode(self._meta)))
        changes = OrdersChanges(number, state, self._revisions, [])
        self._dirty, self._revisions, self.moved = {}, [], False
        return changes


def _packed(window: Window, transaction: int) -> bytes:
    return _VALUE.pack(transaction, window.quantity, window.revenue, window.cost, window.raised)


def _alert(name: str, order: Order, window: Window, sequence: int) -> Revision:
    return Revision(
        alert_id=name,
        revision=1,
        status=Status.opened,
        reason="opened",
        severity=Severity.high,
        typology="orders-1m",
        platform=order.platform,
        subject=order.merchant,
        event_time=order.event_time_ms,
        sequence=sequence,
        value=msgspec.json.encode(window),
    )


def names_sha256(names: Iterable[str]) -> str:
    """Answer the hash over the windows that were alerted, whatever the order in which it happened."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()


def crc_sum(names: Iterable[str]) -> int:
    """Answer the sum that tells whether another program found the same windows."""
    return sum(crc32(name.encode()) for name in names)
