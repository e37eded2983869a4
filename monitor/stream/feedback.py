"""What platforms are told of refused records: singly, then counted, and the mark of a quarantine (design.md 8)."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

from monitor.events import Reason, Record, Refusal, Topic
from monitor.wire.feedback import Feedback, Kind

SINGLY_A_MINUTE = 100
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
    """Refused records, singly up to `SINGLY_A_MINUTE` a minute of append time and platform, then as one count."""

    def __init__(self, partition: int) -> None:
        self._partition = partition
        self._said: dict[str, tuple[int, int]] = {}

    def tell(self, refused: Sequence[Record]) -> list[Feedback]:
        """Say what is to be said of the records refused since the last transaction."""
        told: list[Feedback] = []
        over: dict[str, list[Record]] = defaultdict(list)
        for record in refused:
            if self._may_say(platform_of(record), record.append_time // MINUTE_MS):
                told.append(self._one(record))
            else:
                over[platform_of(record)].append(record)
        return told + [self._summary(platform, records) for platform, records in over.items()]

    def _may_say(self, platform: str, minute: int) -> bool:
        last, said = self._said.get(platform, (minute, 0))
        said = said + 1 if minute == last else 1
        self._said[platform] = (minute, said)
        return said <= SINGLY_A_MINUTE

    def _one(self, record: Record) -> Feedback:
        refusal = refusal_of(record)
        return Feedback(
            kind=Kind.late if refusal.reason is Reason.too_late else Kind.rejected,
            platform=platform_of(record),
            topic=Topic(record.topic),
            partition=self._partition,
            offset=record.offset,
            source=refusal.source,
            sequence=refusal.sequence,
            reason=refusal.reason,
            path=refusal.path,
            detail=refusal.detail,
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

    Only its feed is marked: its good records are judged as before. `judged` counts a platform's judged records.
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
        return [mark for platform in list(self._shares) for mark in self._follow(platform, counts[platform])]

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
