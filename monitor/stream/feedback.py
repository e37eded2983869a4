"""What platforms are told of refused records: singly, then counted, and the mark of a quarantine (design.md 8)."""

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest

from monitor.events import Reason, Record, Refusal, Topic
from monitor.wire.feedback import Feedback, Kind
from monitor.wire.refusals import MAX_DETAIL

SINGLY_A_MINUTE = 100
NAMES_A_MINUTE = 64
# Inputs are read at append times of their own, so as many minutes at least are counted side by side.
MINUTES_COUNTED = 16
FOLLOWED = 256
WINDOW = 1_000
MINUTE_MS = 60_000
UNKNOWN = "unknown"


def refusal_of(record: Record) -> Refusal:
    """Answer why a refused record is."""
    if not isinstance(record.event, Refusal):
        raise TypeError(f"{record.topic} offset {record.offset} was handed over as refused, but holds an event")
    return record.event


def platform_of(record: Record) -> str:
    """Answer whose a refused record is, `UNKNOWN` where neither headers nor value say it."""
    return refusal_of(record).platform or UNKNOWN


class Rejections:
    """Refused records, singly up to `SINGLY_A_MINUTE` a minute of append time and platform, then as one count.

    Nobody vouches for the name in a bad record: beyond `NAMES_A_MINUTE` names a minute all others are `UNKNOWN`, or a
    feed that makes up a new one each time would be told without end.
    """

    def __init__(self, partition: int) -> None:
        self._partition = partition
        self._said: OrderedDict[int, Counter[str]] = OrderedDict()

    def tell(self, refused: Sequence[Record]) -> list[Feedback]:
        """Say what is to be said of the records refused since the last transaction."""
        told: list[Feedback] = []
        over: dict[str, list[Record]] = defaultdict(list)
        for record in refused:
            said = self._said_at(record.append_time // MINUTE_MS)
            platform = _name(said, platform_of(record))
            said[platform] += 1
            if said[platform] <= SINGLY_A_MINUTE:
                told.append(self._one(record, platform))
            else:
                over[platform].append(record)
        return told + [self._summary(platform, records) for platform, records in over.items()]

    def _said_at(self, minute: int) -> Counter[str]:
        said = self._said.setdefault(minute, Counter())
        self._said.move_to_end(minute)
        if len(self._said) > MINUTES_COUNTED:
            self._said.popitem(last=False)
        return said

    def _one(self, record: Record, platform: str) -> Feedback:
        refusal = refusal_of(record)
        return Feedback(
            kind=Kind.late if refusal.reason is Reason.too_late else Kind.rejected,
            platform=platform,
            topic=Topic(record.topic),
            partition=self._partition,
            offset=record.offset,
            source=refusal.source,
            sequence=refusal.sequence,
            reason=refusal.reason,
            path=refusal.path,
            detail=refusal.detail[:MAX_DETAIL],
        )

    def _summary(self, platform: str, records: Sequence[Record]) -> Feedback:
        times = [record.append_time for record in records]
        return Feedback(
            kind=Kind.summary,
            platform=platform,
            partition=self._partition,
            count=len(records),
            detail=f"refused beyond {SINGLY_A_MINUTE} a minute",
            from_time=min(times),
            to_time=max(times) + 1,
        )


def _name(said: Counter[str], platform: str) -> str:
    return platform if platform in said or len(said) < NAMES_A_MINUTE else UNKNOWN


class Share:
    """How many of a platform's last `WINDOW` records are refused; before the first refusal all were good.

    Records are noted a transaction at a time; where the window cuts one, its share is taken to be even.
    """

    def __init__(self) -> None:
        self._noted: deque[tuple[int, int]] = deque([(WINDOW, 0)])

    def note(self, good: int, refused: int) -> None:
        """Note the records of one transaction."""
        if good or refused:
            self._noted.append((good, refused))
        excess = sum(map(sum, self._noted)) - WINDOW
        while excess > 0:
            oldest_good, oldest_refused = self._noted.popleft()
            size = oldest_good + oldest_refused
            if size > excess:
                kept_refused = oldest_refused * (size - excess) // size
                self._noted.appendleft((size - excess - kept_refused, kept_refused))
            excess -= size

    @property
    def refused(self) -> int:
        """The refused records of the window."""
        return sum(refused for _, refused in self._noted)


class Quarantine:
    """Marks a platform of one partition more than half of whose last `WINDOW` records are refused.

    Only its feed is marked: its good records are judged as before. `judged` counts a platform's judged records. Names
    are whatever bad records say: after each transaction the `FOLLOWED` with the most refused are followed on.
    """

    def __init__(self, partition: int, judged: Callable[[str], int]) -> None:
        self._partition = partition
        self._judged = judged
        self._shares: dict[str, Share] = {}
        self._counted: dict[str, int] = {}
        self.marked: set[str] = set()

    def note(self, refused: Iterable[str]) -> list[Feedback]:
        """Take the platforms of the records refused in one transaction and answer the marks newly due."""
        counts: dict[str, int] = defaultdict(int)
        for platform in refused:
            counts[platform] += 1
        for platform in counts.keys() - self._shares.keys():
            self._shares[platform] = Share()
            self._counted[platform] = self._judged(platform)
        marks = [mark for platform in list(self._shares) for mark in self._follow(platform, counts[platform])]
        self._forget()
        return marks

    def _forget(self) -> None:
        if len(self._shares) > FOLLOWED:
            kept = nlargest(FOLLOWED, self._shares, key=lambda platform: self._shares[platform].refused)
            self._shares = {platform: self._shares[platform] for platform in kept}
            self.marked &= self._shares.keys()
        self._counted = {platform: self._counted[platform] for platform in self._shares}

    def _follow(self, platform: str, refused: int) -> list[Feedback]:
        judged, share = self._judged(platform), self._shares[platform]
        share.note(judged - self._counted[platform], refused)
        self._counted[platform] = judged
        was, now = platform in self.marked, share.refused * 2 > WINDOW
        if now and not was:
            self.marked.add(platform)
            return [self._mark(platform, share.refused)]
        if not now:
            self.marked.discard(platform)
        if not share.refused:
            del self._shares[platform]
        return []

    def _mark(self, platform: str, refused: int) -> Feedback:
        return Feedback(
            kind=Kind.quarantined,
            platform=platform,
            partition=self._partition,
            count=refused,
            detail=f"more than half of the last {WINDOW} records are refused; good records are judged as before",
        )
