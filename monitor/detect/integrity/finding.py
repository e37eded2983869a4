"""What is kept of the lapses of one kind, platform and source; the rest stands where the engine keeps its numbers."""

from msgspec import Struct

from monitor.detect.lapses import Kind, Lapse
from monitor.detect.registry import Desk
from monitor.events import Refusal
from monitor.eventtime.china import day_of
from monitor.eventtime.closing import last_entry
from monitor.findings import Published, Reference, alert_id

ID = "integrity"
MAJOR = "1"
TAG = "I"
REFERENCES = 8
DENSE, AMONG = 20, 2_000
"""So many back-dated records among so many numbers of a source: one in a hundred, and not by chance."""


class Cited(Struct, frozen=True, array_like=True, order=True):
    """A record that shows a lapse, in the order in which such records are kept."""

    time: int
    event_id: str
    topic: str
    reference: Reference


class BackDated(Struct, array_like=True):
    """One record of a day that its own clock had closed: its number, its event time, and whether it is not judged."""

    number: int
    time: int
    lost: int


class Finding(Struct):
    """The lapses of one kind, platform and source: how many, how many records they cost, and when (event time in ms).

    `cited` are the earliest records that show one; `others` are platforms whose source it is too. `back_dated` are the
    last such records by topic. `heard` is the last lapse by what its topic's clock showed, or its own time if later.
    """

    published: Published
    lapses: int = 0
    lost: int = 0
    first: int = 0
    last: int = 0
    heard: int = 0
    by_topic: dict[str, int] = {}
    others: list[str] = []
    cited: list[Cited] = []
    back_dated: dict[str, list[BackDated]] = {}

    @property
    def ends(self) -> int:
        """When nothing of it can change any more: whatever is of the day of the last lapse is too late then."""
        return last_entry(day_of(self.heard))

    def is_dense(self, lapse: Lapse) -> bool:
        """File a back-dated record and answer whether they stand too close to be the lateness of any feed.

        Single ones are let in for seven days and revise what they change; that is no lapse.
        """
        number = getattr(lapse.record.event, "sequence", 0) if lapse.record else 0
        near = self.back_dated.setdefault(lapse.topic, [])
        near.append(BackDated(number, lapse.time, lapse.lost))
        del near[:-DENSE]
        if len(near) < DENSE or number - near[0].number >= AMONG:
            return False
        if not self.lapses:
            for one in near[:-1]:
                self._count(lapse.topic, one.time, one.lost)
        return True

    def note(self, desk: Desk, lapse: Lapse) -> None:
        """Add a lapse."""
        self._count(lapse.topic, lapse.time, lapse.lost)
        self.heard = max(self.heard, lapse.time, desk.topic_clock(lapse.platform, lapse.topic))
        if lapse.other is not None and lapse.other not in self.others:
            self.others = sorted([*self.others, lapse.other])[:REFERENCES]
        self._cite(desk, lapse)

    def _count(self, topic: str, time: int, lost: int) -> None:
        self.first = min(self.first, time) if self.lapses else time
        self.last = max(self.last, time)
        self.lapses += 1
        self.lost += lost
        self.by_topic[topic] = self.by_topic.get(topic, 0) + 1

    def _cite(self, desk: Desk, lapse: Lapse) -> None:
        record = lapse.record
        if record is None or isinstance(record.event, Refusal):
            return
        if len(self.cited) == REFERENCES and self.cited[-1].time < lapse.time:
            return
        cited = Cited(lapse.time, record.event.event_id, record.topic, desk.reference(record, lapse.kind))
        self.cited = sorted([*self.cited, cited], key=_order)[:REFERENCES]


def _order(cited: Cited) -> tuple[int, str, str, int]:
    return cited.time, cited.event_id, cited.topic, cited.reference.offset


def key_of(kind: Kind, platform: str, source: str) -> str:
    """Answer the state key of a finding; the source, a feed's own text, comes last."""
    return f"{TAG}\n\n{platform}\n{kind}\n{source}"


def begun(desk: Desk, lapse: Lapse) -> Finding:
    """Begin a finding under the id that it keeps for life: one for each platform, source, kind and partition."""
    place = f"{lapse.kind} {lapse.source} {desk.partition()}"
    return Finding(Published(alert_id(ID, "", lapse.platform, place, "", MAJOR)))
