"""The pure state of one partition: clocks, numbering, keyed state, rules in force, ledger, and what waits to go out.

The shell restores it from the state log, feeds it through `fold` and `advance`, and takes the changes for one
transaction by `take`. Between `take` and the end of that transaction nothing is lost: what is taken is written whole
or the process ends.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from monitor.detect.lapses import Kind, Lapse
from monitor.detect.registry import Detector, Family, Observe
from monitor.engine.keys import Keys
from monitor.engine.numbering import NUMBERING, Filed, Numbering, Numberings
from monitor.engine.rules import Rules
from monitor.engine.values import PREFIX_SIZE, pack, read_prefix
from monitor.errors import TornTransaction
from monitor.events import PlatformResumed, PlatformSilent, Record, Topic
from monitor.eventtime.china import DAY, day_end
from monitor.eventtime.clocks import NEVER, Clocks, Standing, TopicClock
from monitor.findings import Revision

COUNTS_KEPT = 400 * DAY
META, CLOCK, STANDING, COUNTS = "M", "K", "P", "N"
OWN = frozenset({META, CLOCK, NUMBERING, STANDING})


class Ledger(Struct):
    """Where the offsets of one topic went: their sum is the offsets advanced (design.md 8)."""

    judged: int = 0
    rejected: int = 0
    too_late: int = 0
    duplicate: int = 0
    markers: int = 0
    lost: int = 0

    @property
    def advanced(self) -> int:
        """The offsets that this ledger accounts for."""
        return self.judged + self.rejected + self.too_late + self.duplicate + self.markers + self.lost


class Lane:
    """What a fact of one platform on one topic is held against; a clock of None has not begun.

    `numbered` are the runs of the platform's own feed that change until the next transaction, by source.
    """

    __slots__ = ("clock", "numbered", "standing")

    def __init__(self, standing: Standing, clock: TopicClock | None, numbered: dict[str, Numbering]) -> None:
        self.standing = standing
        self.clock = clock
        self.numbered = numbered


class Meta(Struct):
    """The one record that every transaction holds; `group` is whose state this is, empty before the first commit."""

    applied: dict[str, int] = {}
    ledger: dict[str, Ledger] = {}
    transaction: int = 0
    published: int = 0
    numbers: dict[str, int] = {}
    rules: Rules = Rules()
    pending: list[PlatformSilent | PlatformResumed] = []
    group: str = ""


class Changes(Struct):
    """What one transaction writes besides the records' own topics; a state value of None is a tombstone."""

    transaction: int
    state: list[tuple[bytes, bytes | None]]
    revisions: list[Revision]
    refused: list[Record]


class Counts(Struct, array_like=True, gc=False):
    """Non-verdicts of a platform and day by name and category, joined by a tab."""

    of: dict[str, int] = {}


_meta = msgspec.msgpack.Decoder(Meta).decode
_clock = msgspec.msgpack.Decoder(TopicClock).decode
_filed = msgspec.msgpack.Decoder(Filed).decode
_standing = msgspec.msgpack.Decoder(Standing).decode


class Partition:
    """One partition's state; `number` is that of all its input topics, `mode` stands in every alert."""

    def __init__(self, number: int, detectors: Sequence[Detector], *, mode: str = "live") -> None:
        self.number = number
        self.detectors = tuple(detectors)
        self.mode = mode
        self.meta = Meta(rules=Rules.of(self.detectors))
        self.clocks = Clocks()
        self.numberings = Numberings(self.clocks)
        self.families = families_of(self.detectors)
        self.listeners = listeners_of(self.detectors)
        self.keys = Keys(self.families, self.clocks)
        self.revisions: list[Revision] = []
        self.refused: list[Record] = []
        self.statistics: Counter[tuple[str, ...]] = Counter()
        self.uncounted: defaultdict[tuple[str, int, str, str], int] = defaultdict(int)
        self.moved = False
        self.parameters: dict[str, Any] = {}
        self.lanes: dict[str, dict[str, Lane]] = {topic.value: {} for topic in Topic}
        self.unseen: list[Lapse] = []
        self.touched: dict[tuple[str, ...], None] = {}
        self._encoded: list[tuple[bytes, bytes | None]] = []
        self._own: dict[str, bytes] = {}
        self.set_rules(self.meta.rules)

    @property
    def applied(self) -> dict[str, int]:
        """The offset of the last record applied of each topic; a topic without one is absent."""
        return self.meta.applied

    @property
    def ledger(self) -> dict[str, Ledger]:
        """The ledger of each topic."""
        return self.meta.ledger

    @property
    def transaction(self) -> int:
        """The number of the last transaction taken."""
        return self.meta.transaction

    def ledger_of(self, topic: str) -> Ledger:
        """Answer a topic's ledger, new at its first record."""
        found = self.meta.ledger.get(topic)
        if found is None:
            found = self.meta.ledger[topic] = Ledger()
        return found

    def skip(self, topic: str, offset: int, *, markers: int = 0, lost: int = 0) -> None:
        """Move past offsets up to `offset` that the log does not deliver: markers, or records that retention took."""
        ledger = self.ledger_of(topic)
        ledger.markers += markers
        ledger.lost += lost
        if lost:
            self.unseen.append(_retention(topic))
        self.meta.applied[topic] = offset
        self.moved = True

    def set_rules(self, rules: Rules) -> None:
        """Put a rule set in force."""
        self.meta.rules = rules
        self.parameters = {detector.id: rules.built(detector) for detector in self.detectors}

    def count(self, name: str, platform: str, category: str, day: int, amount: int = 1) -> None:
        """Count a non-verdict, or what came too late, of a platform, category and day; kept for 400 days.

        Half of all lines come here: they are summed up first and filed at the next `take`, or when somebody looks.
        """
        self.uncounted[platform, day, name, category] += amount

    def file_counts(self) -> None:
        """File what was counted since the last time."""
        for (platform, day, name, category), amount in self.uncounted.items():
            key = f"{COUNTS}\n\n{platform}\n{day}"
            counts: Counts = self.keys.get(key) or Counts({})
            column = f"{name}\t{category}"
            counts.of[column] = counts.of.get(column, 0) + amount
            self.keys.put(key, counts, day_end(day) + COUNTS_KEPT)
        self.uncounted.clear()

    def read_up(self, unread: frozenset[str]) -> None:
        """Say which inputs hold records beyond those applied; the shell does so before each batch.

        Which records are folded first thus cannot matter: a topic with records to come gates before its first one.
        """
        if unread != self.clocks.unread or self.clocks.is_restored:
            for platform in self.clocks.read_up(unread):
                self.keys.clock_moved(platform)

    def next_number(self, source: str) -> int:
        """Answer the next sequence of a source that this judge itself writes, from 1."""
        number = self.meta.numbers.get(source, 0) + 1
        self.meta.numbers[source] = number
        return number

    def touch_clock(self, platform: str, topic: str) -> None:
        """Note that a topic clock moved."""
        self.touched[CLOCK, platform, topic] = None

    def touch_standing(self, platform: str) -> None:
        """Note that what the control log says of a platform changed."""
        for lanes in self.lanes.values():
            lanes.pop(platform, None)
        self.touched[STANDING, platform] = None

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take one record of the state log, in log order."""
        name = key.decode()
        target = self._own if name.partition("\n")[0] in OWN else self.keys.stored
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value

    def open(self) -> None:
        """Make the restored records work; called once, last. Raises TornTransaction, WeAreWrong for newer state."""
        if META in self._own:
            raw = self._own.pop(META)
            read_prefix(raw)
            self.meta = _meta(raw[PREFIX_SIZE:])
            self.set_rules(self.meta.rules)
        for name, raw in self._own.items():
            self._open_own(name.split("\n"), raw)
        self.clocks.restored()
        self._own.clear()
        self.keys.restore(self.meta.transaction)
        # The transaction that counted them may have ended before anything was folded.
        self.unseen += [_retention(topic) for topic, ledger in self.meta.ledger.items() if ledger.lost]

    def _open_own(self, parts: list[str], raw: bytes) -> None:
        prefix = read_prefix(raw)
        if prefix.transaction > self.meta.transaction:
            raise TornTransaction("/".join(parts), prefix.transaction, self.meta.transaction)
        payload = raw[PREFIX_SIZE:]
        if parts[0] == CLOCK:
            clock = _clock(payload)
            self.clocks.place(parts[1], parts[2], clock)
            shown = max(clock.platform, self.clocks.value(parts[1]))
            if shown != NEVER:
                self.clocks.platforms[parts[1]] = shown
        elif parts[0] == NUMBERING:
            self.numberings.restore(parts[1:], _filed(payload))
        else:
            self.clocks.standings[parts[1]] = _standing(payload)

    def encode(self, limit: int) -> int:
        """Encode at most `limit` of what changed ahead of the next `take`, so that it is short; how much is left."""
        self.file_counts()
        number = self.meta.transaction + 1
        return self.keys.encode(number, limit) or self._encode_numberings(number, limit)

    def _encode_numberings(self, number: int, limit: int) -> int:
        self._encoded += self.numberings.encode(limit, number)
        return self.numberings.waiting

    def take(self) -> Changes:
        """Encode what is left of all that changed and hand it over with what waits to go out; for one transaction."""
        meta = self.meta
        meta.transaction += 1
        number = meta.transaction
        self.file_counts()
        state = self.keys.drain(number)
        self._encode_numberings(number, self.numberings.waiting)
        state.extend(self._encoded)
        state.extend(("\n".join(parts).encode(), pack(self._own_value(parts), number)) for parts in self.touched)
        state.append((META.encode(), pack(meta, number)))
        changes = Changes(number, state, self.revisions, self.refused)
        self._encoded.clear()
        self.touched.clear()
        self.revisions, self.refused, self.moved = [], [], False
        return changes

    def _own_value(self, parts: tuple[str, ...]) -> Any:
        if parts[0] == CLOCK:
            clock = self.clocks.topics[parts[1], parts[2]]
            return TopicClock(clock.value, clock.appended, 0, self.clocks.value(parts[1]))
        return self.clocks.standings[parts[1]]


def _retention(topic: str) -> Lapse:
    return Lapse(Kind.retention, "", topic, topic)


def families_of(detectors: Iterable[Detector]) -> dict[str, tuple[Family, Detector | None]]:
    """Map tags to families; raises ValueError for a tag that two detectors use or that is the engine's own."""
    found: dict[str, tuple[Family, Detector | None]] = {COUNTS: (Family(COUNTS, Counts), None)}
    for detector in detectors:
        for family in detector.families:
            if family.tag in found or family.tag in OWN:
                raise ValueError(f"state tag {family.tag!r} of {detector.id} is taken; choose another")
            found[family.tag] = (family, detector)
    return found


def listeners_of(detectors: Iterable[Detector]) -> dict[type, tuple[Observe, ...]]:
    """Map event types to the functions that fold them, in the order of the detectors."""
    found: dict[type, tuple[Observe, ...]] = {}
    for detector in detectors:
        for kind, observe in detector.observe.items():
            found[kind] = (*found.get(kind, ()), observe)
    return found
