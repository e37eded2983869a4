"""The product's judge of one partition: wire decodes, the engine folds, and silence is said on control."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from monitor.detect.registry import Detector
from monitor.engine import Changes, Partition, advance, fold
from monitor.events import PlatformResumed, PlatformSilent, Record, Topic
from monitor.settings import Settings
from monitor.stream.core import Raw
from monitor.stream.silence import Saying, Silences
from monitor.wire.decode import Decoder

Watch = Callable[[Partition], None]

GATING = (Topic.orders, Topic.offers, Topic.shops)
SILENCE_CHECK_MS = 1_000


class ControlEntry(NamedTuple):
    """An entry of this partition's control, as it goes onto the log."""

    key: bytes
    value: bytes


class EngineCore:
    """`monitor.stream.core.Core` by the engine; only a live group writes control.

    `watch` is called with the engine's partition once it is open, before it is fed.
    """

    def __init__(
        self, settings: Settings, number: int, detectors: Sequence[Detector], watch: Watch = lambda _: None
    ) -> None:
        self._settings = settings
        self._watch = watch
        self.partition = Partition(number, detectors, mode=settings.mode)
        self._decoder = Decoder(settings.partitions, number)
        self._silences = Silences(settings.silence_ms, settings.silence_repeat_ms)
        self._checked = 0
        self._source = f"judge-{settings.group}-{number}#1"

    @property
    def applied(self) -> Mapping[str, int]:
        """The offset of the last record applied of each topic."""
        return self.partition.applied

    @property
    def transaction(self) -> int:
        """The number of the last transaction taken."""
        return self.partition.transaction

    @property
    def moved(self) -> bool:
        """Whether there is anything to commit."""
        return self.partition.moved

    @property
    def waiting(self) -> int:
        """How many revisions wait for the next transaction."""
        return len(self.partition.revisions)

    @property
    def refusals(self) -> int:
        """How many refused records wait for the next transaction."""
        return len(self.partition.refused)

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take one record of the state log, in log order."""
        self.partition.restore(key, value)

    def open(self) -> None:
        """Make the restored records work; raises TornTransaction."""
        self.partition.open()
        self._watch(self.partition)

    def decode(self, topic: str, raws: Sequence[Raw]) -> list[Record]:
        """Read a slice of one topic: an event or a refusal for each record."""
        return self._decoder.decode_batch(
            topic,
            [raw.value for raw in raws],
            [raw.key for raw in raws],
            [raw.headers for raw in raws],
            [raw.offset for raw in raws],
            [raw.timestamp for raw in raws],
        )

    def fold(self, records: list[Record]) -> int:
        """Fold records; how many were taken from the front, 0 while keys are due."""
        return fold(self.partition, records)

    def advance(self, limit: int) -> int:
        """Take at most `limit` due keys; 0 when none is due."""
        return advance(self.partition, limit)

    def skip(self, topic: str, offset: int, *, markers: int = 0, lost: int = 0) -> None:
        """Move to an offset without a record and count what lay between."""
        self.partition.skip(topic, offset, markers=markers, lost=lost)

    def read_up(self, unread: frozenset[str]) -> None:
        """Say which inputs hold records beyond those applied."""
        self.partition.read_up(unread)

    def judged(self, platform: str) -> int:
        """Count a platform's judged records since `open`."""
        topics = self.partition.clocks.topics
        return sum(topics[platform, topic].records for topic in GATING if (platform, topic) in topics)

    def encode(self, limit: int) -> int:
        """Encode at most `limit` of what the next `take` hands over; how much is left."""
        return self.partition.encode(limit)

    def take(self) -> Changes:
        """Hand over everything that waits, encoded, for one transaction."""
        return self.partition.take()

    def entries(self, read_to: int) -> Sequence[ControlEntry]:
        """Declare, repeat and end silences, every input being read to this append time."""
        if self._settings.mode != "live" or read_to < self._checked + SILENCE_CHECK_MS:
            return ()
        self._checked = read_to
        return [self._entry(saying, read_to) for saying in self._silences.due(self.partition.clocks, read_to)]

    def _entry(self, saying: Saying, read_to: int) -> ControlEntry:
        number = self.partition.next_number(self._source)
        event_id = f"{self._source}-{number}"
        offsets = {topic: self.applied[topic] for topic in GATING if topic in self.applied}
        written: dict[str, Any] = {
            "event_id": event_id,
            "source": self._source,
            "sequence": number,
            "sent_time": read_to,
            "author": "judge",
            "platform": saying.platform,
            "offsets": offsets,
        }
        event: PlatformSilent | PlatformResumed
        if saying.silent:
            event = PlatformSilent(
                **written,
                effective_from=saying.clock,
                reason=f"no record for {self._settings.silence_ms} ms of append time",
                topics=tuple(Topic(topic) for topic in saying.topics),
                since=saying.since,
                clock=saying.clock,
            )
        else:
            event = PlatformResumed(**written, effective_from=read_to, reason="delivers again")
        return ControlEntry(event_id.encode(), msgspec.json.encode(event))
