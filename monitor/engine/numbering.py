"""The runs of numbering of a partition: whose each one is, what it has seen, and the digests of its last records.

A run is known by its owner, source and topic. A platform owns the runs of its own feed; what crawlers, desks and
offices write is owned by nobody, for one run of theirs speaks of many platforms. So no platform's record can take a
number of another's run, whatever source it names.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from monitor.engine.values import pack
from monitor.eventtime.china import DAY
from monitor.eventtime.clocks import Clocks
from monitor.eventtime.closing import GRACE, LATENESS
from monitor.eventtime.sequences import SequenceSet

NUMBERING = "Q"
NOBODY = ""
SOURCES = 64
"""Runs of one platform on one topic; beyond them only runs that lateness has closed make room."""
SOURCES_OF_NOBODY = 1_024
RECENT = 128
"""Records of a run whose digests are kept, in memory alone."""
PAST = DAY + GRACE + LATENESS
"""How long after its last event every record of a run is too late: its day, the grace and the lateness."""


class Name(NamedTuple):
    """What tells one run of numbering from all others of its partition."""

    owner: str
    source: str
    topic: str


class Filed(Struct, array_like=True, gc=False):
    """A run of numbering as it lies in the state; `platform` is its owner, null for nobody's.

    `clocked` is the number of its last clock record, -1 where an older program did not keep it; `contested` says that
    other content came under a number that it had seen, `vouched` that a record of it was read and not only refused.
    """

    platform: str | None
    seen: SequenceSet
    clocked: int = -1
    contested: bool = False
    vouched: bool = True


class Numbering:
    """One run of numbering at work; see `Filed`. `recent` is by number modulo `RECENT`.

    A record's bytes stand there until the next transaction and their hash afterwards: of the many records of one
    transaction only the last are hashed. `told` is how many numbers it lacked when that was last told.
    """

    __slots__ = ("clocked", "contested", "name", "recent", "seen", "told", "vouched")

    def __init__(self, name: Name, filed: Filed) -> None:
        self.name = name
        self.seen = filed.seen
        self.clocked = filed.clocked
        self.contested = filed.contested
        self.vouched = filed.vouched
        self.told = self.seen.absent if self.vouched else 0
        self.recent: list[bytes | int | None] = [None] * RECENT

    @property
    def filed(self) -> Filed:
        """What of it lies in the state."""
        return Filed(self.name.owner or None, self.seen, self.clocked, self.contested, self.vouched)

    def settle(self) -> None:
        """Put hashes in the place of bytes."""
        recent = self.recent
        for place, kept in enumerate(recent):
            if isinstance(kept, bytes):
                recent[place] = hash(kept)

    def keep(self, number: int, raw: bytes | None, highest: int) -> None:
        """Keep the digest of a record that came out of order, `highest` being the highest number before it.

        None stands for a record that was not read: what repeats its number cannot be told from it.
        """
        recent = self.recent
        for skipped in range(max(highest + 1, number - RECENT + 1), number):
            recent[skipped % RECENT] = None
        if number > highest - RECENT:
            recent[number % RECENT] = raw

    def is_other(self, number: int, time: int, raw: bytes) -> bool:
        """Answer whether a record is known to be another one than what first had its number.

        Of the first number the event time is known for ever, of the last records a digest until the process ends.
        """
        seen = self.seen
        first = seen.runs[0]
        if number == 1 and first.first == 1 and first.first_time not in (0, time):
            return True
        kept = self._kept(number)
        return kept is not None and kept != hash(raw)

    def is_same(self, number: int, raw: bytes) -> bool:
        """Answer whether a record is known to be what first had its number."""
        return self._kept(number) == hash(raw)

    def _kept(self, number: int) -> int | None:
        kept = self.recent[number % RECENT] if number > self.seen.highest - RECENT else None
        return hash(kept) if isinstance(kept, bytes) else kept


class Numberings:
    """All runs of numbering of a partition.

    `at_hand` holds those that change until the next transaction, by topic, owner and source: there the fold looks
    first. The dictionaries in it are emptied, never replaced.
    """

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._runs: dict[Name, Numbering] = {}
        self._of: dict[tuple[str, str], dict[str, Numbering]] = {}
        self._touched: dict[Name, None] = {}
        self.at_hand: dict[tuple[str, str], dict[str, Numbering]] = {}

    def get(self, owner: str, source: str, topic: str) -> Numbering | None:
        """Answer a run of numbering, None before its first record."""
        return self._runs.get(Name(owner, source, topic))

    def of(self, owner: str, topic: str) -> Iterator[Numbering]:
        """List the runs of an owner on a topic that hold a record that was read, in the order in which they began."""
        return (run for run in self._of.get((owner, topic), {}).values() if run.vouched)

    def hand(self, owner: str, topic: str) -> dict[str, Numbering]:
        """Answer the runs of an owner on a topic that change until the next transaction, by source."""
        return self.at_hand.setdefault((owner, topic), {})

    def take(self, owner: str, source: str, topic: str) -> Numbering | None:
        """Answer a run of numbering that the caller will change, new at its first record; None where there is no room.

        A platform's run that lateness has closed makes room: whatever repeats one of its numbers is too late.
        """
        found = self._taken(Name(owner, source, topic), _room(owner))
        if found is not None:
            found.vouched = True
            self.hand(owner, topic)[source] = found
        return found

    def claim(self, owner: str, source: str, topic: str) -> Numbering | None:
        """Answer the same for a refused record: nobody vouches for its source, so it has half of the room."""
        return self._taken(Name(owner, source, topic), _room(owner) // 2)

    def _taken(self, name: Name, room: int) -> Numbering | None:
        found = self._runs.get(name)
        if found is None:
            if not self._has_room(name.owner, name.topic, room):
                return None
            found = Numbering(name, Filed(name.owner or None, SequenceSet([]), 0, vouched=False))
            self._enter(found)
        self._touched[name] = None
        return found

    def _has_room(self, owner: str, topic: str, room: int) -> bool:
        runs = self._of.get((owner, topic), {})
        if len(runs) < room:
            return True
        if owner == NOBODY:
            return False
        oldest = min(runs.values(), key=lambda one: (_newest(one), one.name))
        if _newest(oldest) + PAST >= self._clocks.topic_value(owner, topic):
            return False
        self._drop(oldest)
        return True

    def _enter(self, numbering: Numbering) -> None:
        name = numbering.name
        self._runs[name] = numbering
        self._of.setdefault((name.owner, name.topic), {})[name.source] = numbering

    def _drop(self, numbering: Numbering) -> None:
        name = numbering.name
        del self._runs[name], self._of[name.owner, name.topic][name.source]
        self.hand(name.owner, name.topic).pop(name.source, None)
        self._touched[name] = None

    def other_owner(self, owner: str, source: str, topic: str) -> str | None:
        """Answer another platform whose own feed has a run of this source, the first by name; None if none has."""
        others = (name.owner for name in self._runs if name[1:] == (source, topic))
        return min((other for other in others if other not in (owner, NOBODY)), default=None)

    def restore(self, parts: list[str], filed: Filed) -> None:
        """Enter a restored run; `parts` is its key after the tag.

        Before the second version of state a key had no owner; such a run stands until it is written anew.
        """
        if len(parts) == len(Name._fields):
            self._enter(Numbering(Name(*parts), filed))
            return
        name = Name(filed.platform or NOBODY, *parts)
        if name not in self._runs:
            self._enter(Numbering(name, filed))

    def encode(self, limit: int, transaction: int) -> list[tuple[bytes, bytes | None]]:
        """Encode at most `limit` of the runs that changed; nothing is folded before all are."""
        names = tuple(islice(self._touched, limit))
        for runs in self.at_hand.values():
            runs.clear()
        return [self._encoded(name, transaction) for name in names]

    def _encoded(self, name: Name, transaction: int) -> tuple[bytes, bytes | None]:
        del self._touched[name]
        key = "\n".join((NUMBERING, *name)).encode()
        found = self._runs.get(name)
        if found is None:
            return key, None
        found.settle()
        return key, pack(found.filed, transaction)

    @property
    def waiting(self) -> int:
        """How many runs changed since they were last encoded."""
        return len(self._touched)


def _room(owner: str) -> int:
    return SOURCES_OF_NOBODY if owner == NOBODY else SOURCES


def _newest(numbering: Numbering) -> int:
    return max((run.last_time for run in numbering.seen.runs), default=0)
