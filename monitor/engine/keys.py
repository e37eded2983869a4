"""Keyed state of one partition: bytes until touched, bytes again some commits later; timers and products beside it."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import msgspec

from monitor.detect.registry import Clock, Detector, Family
from monitor.engine.values import PREFIX_SIZE, VERSION, Slot, pack, product_hash, read_prefix, unpack_prefix
from monitor.errors import TornTransaction
from monitor.eventtime.clocks import Clocks
from monitor.eventtime.timers import Timers

DECODED = 16_384
"""How many values may stay decoded over a commit before those that nobody touched meanwhile are bytes again."""


LATEST = (1 << 63) - 1
"""No clock gets there; a rule may ask for more days than a prefix has bits for."""


class Keys:
    """The state of a partition by key; a key's tag, its first part, tells the family and so type and clock.

    `dirty` holds what changed and was not encoded since, in the order of first change.
    """

    def __init__(self, families: Mapping[str, tuple[Family, Detector | None]], clocks: Clocks) -> None:
        self._families = families
        self._clocks = clocks
        self._decoders: dict[str, Callable[[bytes], Any]] = {
            tag: msgspec.msgpack.Decoder(family.value).decode for tag, (family, _) in families.items()
        }
        self.stored: dict[str, bytes] = {}
        self.live: dict[str, Slot] = {}
        self._older: dict[str, Slot] = {}
        self._spent: dict[str, Slot] = {}
        self.dirty: dict[str, None] = {}
        self.timers = Timers()
        self.products: dict[int, set[str]] = {}
        self.dropped: set[str] = set()
        self._joints: dict[str, set[str]] = {}
        self._orders: dict[str, str] = {}
        self.moved: set[str] = set()
        self._encoded: list[tuple[bytes, bytes | None]] = []

    def get(self, key: str) -> Any:
        """Answer the value of a key, or None; a value that changes in place must be `put`."""
        slot = self.live.get(key) or self._load(key)
        return None if slot is None else slot.value

    def due_of(self, key: str) -> int:
        """Answer when a key is due, 0 for never."""
        slot = self.live.get(key) or self._load(key)
        return 0 if slot is None else slot.due

    def _load(self, key: str) -> Slot | None:
        """Take up a value that was not touched of late, decoded if it has to be."""
        slot = self._older.pop(key, None)
        if slot is not None:
            self.live[key] = slot
            return slot
        raw = self.stored.get(key)
        if raw is None or key in self.dropped:
            return None
        _, _, due, product = unpack_prefix(raw)
        value = self._decoders[key[: key.index("\n")]](raw[PREFIX_SIZE:])
        slot = self.live[key] = Slot(value, due, product)
        return slot

    def put(self, key: str, value: Any, due: int = 0, product: str | None = None) -> None:
        """File a value that changed, with its next due time; a product once given stays."""
        slot = self.live.get(key) or self._load(key)
        if slot is None:
            slot = self.live[key] = Slot(value)
            self.dropped.discard(key)
        else:
            slot.value = value
        if not slot.dirty:
            slot.dirty = True
            self.dirty[key] = None
        if due != slot.due:
            self._set_due(key, slot, due)
        if product is not None and not slot.product:
            slot.product = product_hash(product)
            self._want(slot.product, key)

    def _want(self, product: int, key: str) -> None:
        keys = self.products.get(product)
        if keys is None:
            self.products[product] = {key}
        else:
            keys.add(key)

    def drop(self, key: str) -> None:
        """Forget a key; the next drain writes a tombstone if the log ever had it."""
        slot = self.live.get(key) or self._load(key)
        if slot is None:
            return
        self._set_due(key, slot, 0)
        if slot.product:
            self._forget_product(slot.product, key)
        del self.live[key]
        if key in self.stored:
            self.dropped.add(key)
            self.dirty[key] = None
        else:
            self.dirty.pop(key, None)

    def _forget_product(self, product: int, key: str) -> None:
        keys = self.products[product]
        keys.discard(key)
        if not keys:
            del self.products[product]

    def _set_due(self, key: str, slot: Slot, due: int) -> None:
        clock = self._clock_of(key)
        if slot.due:
            self.timers.clear(clock, slot.due, key)
        due = slot.due = min(due, LATEST)
        if due:
            self._arm(clock, due, key)

    def take(self, key: str, due: int) -> bool:
        """Clear the due time of a key that has come; false if the key moved meanwhile."""
        slot = self.live.get(key) or self._load(key)
        if slot is None or slot.due != due:
            return False
        self.put(key, slot.value, 0)
        return True

    def _arm(self, clock: str, due: int, key: str) -> None:
        """Set a timer; a time that its clock has passed already makes the key ready."""
        self.timers.set(clock, due, key)
        if due <= self.now(clock):
            self.moved.add(clock)

    def wake(self, product: str, due: int) -> None:
        """Make every key that wants news of a product due at once."""
        for key in sorted(self.products.get(product_hash(product), ())):
            self.put(key, self.get(key), due)

    def _clock_of(self, key: str) -> str:
        """Name the clock on which a key's due time is: platform, platform and topic, or two platforms."""
        parts = key.split("\n", 4)
        clock, platform = self._families[parts[0]][0].clock, parts[2]
        if clock is Clock.platform:
            return platform
        if clock is Clock.orders:
            return self._orders_of(platform)
        rival = parts[3]
        name = f"{platform}\n>{rival}"
        self._joints.setdefault(platform, set()).add(name)
        self._joints.setdefault(rival, set()).add(name)
        return name

    def _orders_of(self, platform: str) -> str:
        name = self._orders.get(platform)
        if name is None:
            name = self._orders[platform] = f"{platform}\norders"
        return name

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
        self._look(platform)
        self.orders_moved(platform)
        for clock in self._joints.get(platform, ()):
            self._look(clock)

    def orders_moved(self, platform: str) -> None:
        """Note that the orders clock of a platform moved and its platform clock did not."""
        self._look(self._orders_of(platform))

    def _look(self, clock: str) -> None:
        due = self.timers.first(clock)
        if due is not None and due <= self.now(clock):
            self.moved.add(clock)

    def next_due(self) -> tuple[int, str] | None:
        """Answer the first (due, key) that has come on any clock, None if no key is due."""
        found: tuple[int, str] | None = None
        for clock in tuple(self.moved):
            one = self.timers.next(clock, self.now(clock))
            if one is None:
                self.moved.discard(clock)
            elif found is None or one < found:
                found = one
        return found

    def restore(self, meta_transaction: int) -> None:
        """Rebuild timers and products from the prefixes; called once, after the last record of the log.

        Raises TornTransaction for a value that is newer than the meta record, WeAreWrong for a newer version.
        """
        set_timer, clock_of, want = self.timers.set, self._clock_of, self._want
        for key, raw in self.stored.items():
            version, transaction, due, product = unpack_prefix(raw)
            if version > VERSION or transaction > meta_transaction:
                # A newer version is refused by read_prefix itself.
                raise TornTransaction(key, read_prefix(raw).transaction, meta_transaction)
            if due:
                set_timer(clock_of(key), due, key)
            if product:
                want(product, key)
        for clock in self.timers.clocks():
            self._look(clock)

    def encode(self, transaction: int, limit: int) -> int:
        """Encode at most `limit` of what changed, ahead of the `drain` of the same transaction; how many are left.

        What changes afterwards is encoded once more, and the later value counts.
        """
        live, stored, dropped, dirty = self.live, self.stored, self.dropped, self.dirty
        encoded = self._encoded
        keys = tuple(islice(dirty, limit))
        for key in keys:
            if key in dropped:
                dropped.discard(key)
                del stored[key]
                encoded.append((key.encode(), None))
            else:
                slot = live[key]
                slot.dirty = False
                raw = stored[key] = pack(slot.value, transaction, slot.due, slot.product)
                encoded.append((key.encode(), raw))
        # To let sixteen thousand values go at once takes 30 ms.
        for _ in range(min(limit, len(self._spent))):
            self._spent.popitem()
        if len(keys) == len(dirty):
            dirty.clear()
        else:
            for key in keys:
                del dirty[key]
        return len(dirty)

    def drain(self, transaction: int) -> list[tuple[bytes, bytes | None]]:
        """Encode what is left and hand everything over, in the order of first change.

        Values stay decoded while there is room, or a hot key would be decoded anew in each interval: once `DECODED`
        are, those go that nobody touched since it was so the last time.
        """
        self.encode(transaction, len(self.dirty))
        if len(self.live) > DECODED:
            self._spent, self._older, self.live = self._older, self.live, {}
        changes, self._encoded = self._encoded, []
        return changes
