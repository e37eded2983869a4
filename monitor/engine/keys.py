"""Keyed state of one partition: bytes until touched, bytes again after the commit; timers and products beside it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from monitor.detect.registry import Clock, Detector, Family
from monitor.engine.values import PREFIX_SIZE, Slot, pack, product_hash, read_prefix
from monitor.errors import TornTransaction
from monitor.eventtime.clocks import Clocks
from monitor.eventtime.timers import Timers


def joint_name(platform: str, rival: str) -> str:
    """Name the clock of a join; what stands before the newline is always the platform."""
    return f"{platform}\n>{rival}"


def orders_name(platform: str) -> str:
    """Name the clock of a platform's orders, on which expiry runs."""
    return f"{platform}\norders"


class Keys:
    """The state of a partition by key; a key's tag, its first part, tells the family and so type and clock.

    `dirty` holds what changed since the last `drain` in the order of first change.
    """

    def __init__(self, families: Mapping[str, tuple[Family, Detector | None]], clocks: Clocks) -> None:
        self._families = families
        self._clocks = clocks
        self._decoders: dict[str, Callable[[bytes], Any]] = {
            tag: msgspec.msgpack.Decoder(family.value).decode for tag, (family, _) in families.items()
        }
        self.stored: dict[str, bytes] = {}
        self.live: dict[str, Slot] = {}
        self.dirty: dict[str, None] = {}
        self.timers = Timers()
        self.products: dict[int, set[str]] = {}
        self._joints: dict[str, set[str]] = {}
        self.moved: set[str] = set()

    def slot(self, key: str) -> Slot | None:
        """Answer the decoded value of a key, decoding it if it was not touched since the last commit."""
        found = self.live.get(key)
        if found is None:
            raw = self.stored.get(key)
            if raw is None:
                return None
            prefix = read_prefix(raw)
            value = self._decoders[key.partition("\n")[0]](raw[PREFIX_SIZE:])
            found = self.live[key] = Slot(value, prefix.due, prefix.product)
        return found

    def put(self, key: str, value: Any, due: int, product: str | None) -> None:
        """File a value that changed, with its next due time; a product once given stays."""
        slot = self.live.get(key) or self.slot(key)
        if slot is None:
            slot = self.live[key] = Slot(value)
        else:
            slot.value = value
        if not slot.dirty:
            slot.dirty = True
            self.dirty[key] = None
        if due != slot.due:
            self.set_due(key, slot, due)
        if product is not None and not slot.product:
            slot.product = product_hash(product)
            self.products.setdefault(slot.product, set()).add(key)

    def drop(self, key: str) -> None:
        """Forget a key; the next drain writes a tombstone if the log ever had it."""
        slot = self.slot(key)
        if slot is None:
            return
        self.set_due(key, slot, 0)
        if slot.product:
            self._forget_product(slot.product, key)
        del self.live[key]
        if key in self.stored:
            self.dirty[key] = None
        else:
            self.dirty.pop(key, None)

    def _forget_product(self, product: int, key: str) -> None:
        keys = self.products[product]
        keys.discard(key)
        if not keys:
            del self.products[product]

    def set_due(self, key: str, slot: Slot, due: int) -> None:
        """Move a key's due time; a time that its clock has passed already makes the key ready."""
        clock = self.clock_name(key)
        if slot.due:
            self.timers.clear(clock, slot.due, key)
        slot.due = due
        if due:
            self._arm(clock, due, key)

    def _arm(self, clock: str, due: int, key: str) -> None:
        self.timers.set(clock, due, key)
        platform, _, rival = clock.partition("\n>")
        if rival:
            self._joints.setdefault(platform, set()).add(clock)
            self._joints.setdefault(rival, set()).add(clock)
        if due <= self.now(clock):
            self.moved.add(clock)

    def wake(self, product: str, due: int) -> None:
        """Make every key that wants news of a product due at once; nothing is decoded that is not touched later."""
        for key in sorted(self.products.get(product_hash(product), ())):
            slot = self.slot(key)
            if slot is not None:
                self.put(key, slot.value, due, None)

    def clock_name(self, key: str) -> str:
        """Name the clock on which a key's due time is."""
        parts = key.split("\n", 4)
        clock = self._families[parts[0]][0].clock
        if clock is Clock.platform:
            return parts[2]
        return orders_name(parts[2]) if clock is Clock.orders else joint_name(parts[2], parts[3])

    def now(self, clock: str) -> int:
        """Answer what a named clock shows."""
        platform, newline, rest = clock.partition("\n")
        if not newline:
            return self._clocks.value(platform)
        if rest.startswith(">"):
            return self._clocks.joint(platform, rest[1:])
        return self._clocks.topic_value(platform, rest)

    def clock_moved(self, platform: str) -> None:
        """Note that clocks of a platform moved; what became due is looked for at once."""
        first = self.timers.first
        for clock in (platform, orders_name(platform), *self._joints.get(platform, ())):
            due = first(clock)
            if due is not None and due <= self.now(clock):
                self.moved.add(clock)

    def ready(self) -> list[tuple[int, str]]:
        """List the keys of the earliest due time that has come on any clock, in the order (due, key)."""
        found: list[tuple[int, str]] = []
        for clock in sorted(self.moved):
            due = self.timers.due(clock, self.now(clock))
            if not due:
                self.moved.discard(clock)
            elif not found or due[0][0] < found[0][0]:
                found = due
            elif due[0][0] == found[0][0]:
                found = sorted(found + due)
        return found

    def restore(self, meta_transaction: int) -> None:
        """Rebuild timers and products from the prefixes; called once, after the last record of the log.

        Raises TornTransaction for a value that is newer than the meta record.
        """
        for key, raw in self.stored.items():
            prefix = read_prefix(raw)
            if prefix.transaction > meta_transaction:
                raise TornTransaction(key, prefix.transaction, meta_transaction)
            if prefix.due:
                self._arm(self.clock_name(key), prefix.due, key)
            if prefix.product:
                self.products.setdefault(prefix.product, set()).add(key)

    def drain(self, transaction: int) -> Iterator[tuple[bytes, bytes | None]]:
        """Encode what changed, in the order of first change, and keep bytes only."""
        for key in self.dirty:
            slot = self.live.get(key)
            if slot is None:
                self.stored.pop(key, None)
                yield key.encode(), None
            else:
                raw = self.stored[key] = pack(slot, transaction)
                yield key.encode(), raw
        self.dirty.clear()
        self.live.clear()
