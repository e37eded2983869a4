"""The gateway's stamping: partition by subject, and a contiguous sequence per source, topic and partition."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from monitor.feed.delivery import Delivery, Kind
from monitor.wire.subjects import partition_of

FIRST_INCARNATION = 1


class Stamped(NamedTuple):
    """One record as it goes to one partition; `append_time` is its arrival at the gateway in milliseconds."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    platform: str
    source: str
    sequence: int
    append_time: int


class Place(NamedTuple):
    """Where a run of numbering stands."""

    source: str
    topic: str
    partition: int


class Run:
    """One run of numbering: the source's text, the last sequence, and the sequence of its previous clock record."""

    __slots__ = ("clocked", "last", "source", "written")

    def __init__(self, source: str, last: int = 0) -> None:
        self.source = source
        self.written = source.encode()
        self.last = last
        self.clocked = last


class Resumed(NamedTuple):
    """What a log tells a writer that goes on: the last sequence of each place, and the partitions cut by retention."""

    last: Mapping[Place, int]
    cut: frozenset[tuple[str, int]]


NOTHING_WRITTEN = Resumed({}, frozenset())


class Gateway:
    """Stamp deliveries for `partitions` partitions; numbering goes on where `resumed` says the log ends."""

    def __init__(self, partitions: int, resumed: Resumed = NOTHING_WRITTEN) -> None:
        self.partitions = partitions
        self._resumed = resumed
        self._incarnations = _incarnations(resumed.last)
        self._runs: dict[tuple[str, str, int], Run] = {}
        self._partition_of: dict[str, int] = {}
        self._stampers = {
            Kind.fact: self._fact,
            Kind.entry: self._entry,
            Kind.clock: self._clock,
            Kind.repeated: self._repeated,
            Kind.lost: self._lost,
            Kind.raw: self._raw,
        }

    def partition(self, subject: str) -> int:
        """Answer a subject's partition; looked up once, murmur2 is dear."""
        found = self._partition_of.get(subject)
        if found is None:
            found = self._partition_of[subject] = partition_of(subject, self.partitions)
        return found

    def stamp(self, deliveries: Iterable[Delivery]) -> list[Stamped]:
        """Answer the records of deliveries, in order; one for everyone gives a record for each partition."""
        out: list[Stamped] = []
        stampers = self._stampers
        for delivery in deliveries:
            stampers[delivery.kind](delivery, out)
        return out

    def _fact(self, one: Delivery, out: list[Stamped]) -> None:
        out.append(self._numbered(one, self.partition(one.key)))

    def _entry(self, one: Delivery, out: list[Stamped]) -> None:
        out.extend(self._numbered(one, partition) for partition in range(self.partitions))

    def _clock(self, one: Delivery, out: list[Stamped]) -> None:
        out.extend(self._clocked(one, partition) for partition in range(self.partitions))

    def _repeated(self, one: Delivery, out: list[Stamped]) -> None:
        stamped = self._numbered(one, self.partition(one.key))
        out += (stamped, stamped)

    def _lost(self, one: Delivery, out: list[Stamped]) -> None:  # noqa: ARG002 - nothing of it arrives
        self._run(one.reporter, one.topic, self.partition(one.key)).last += 1

    def _raw(self, one: Delivery, out: list[Stamped]) -> None:
        partition = self.partition(one.key)
        run = self._run(one.reporter, one.topic, partition)
        run.last += 1
        out.append(
            Stamped(one.topic, partition, one.key.encode(), one.head, one.platform, run.source, run.last, one.arrival)
        )

    def _numbered(self, one: Delivery, partition: int) -> Stamped:
        run = self._run(one.reporter, one.topic, partition)
        run.last = sequence = run.last + 1
        value = b'%b"source":"%b","sequence":%d%b' % (one.head, run.written, sequence, one.tail)
        return Stamped(one.topic, partition, one.key.encode(), value, one.platform, run.source, sequence, one.arrival)

    def _clocked(self, one: Delivery, partition: int) -> Stamped:
        run = self._run(one.reporter, one.topic, partition)
        last, count = run.last, run.last - run.clocked
        tail = b'%b,"last_sequence":%d,"count":%d}' % (one.tail[:-1], last, count)
        stamped = self._numbered(one._replace(tail=tail), partition)
        run.clocked = run.last
        return stamped

    def _run(self, reporter: str, topic: str, partition: int) -> Run:
        run = self._runs.get((reporter, topic, partition))
        if run is None:
            run = self._runs[reporter, topic, partition] = self._begun(reporter, topic, partition)
        return run

    def _begun(self, reporter: str, topic: str, partition: int) -> Run:
        """Go on with the latest incarnation, or take the next one where the log no longer tells its last sequence."""
        incarnation = self._incarnations.get(reporter, FIRST_INCARNATION)
        source = f"{reporter}#{incarnation}"
        last = self._resumed.last.get(Place(source, topic, partition))
        if last is None and (topic, partition) in self._resumed.cut:
            return Run(f"{reporter}#{incarnation + 1}")
        return Run(source, last or 0)


def _incarnations(places: Iterable[Place]) -> dict[str, int]:
    latest: dict[str, int] = {}
    for place in places:
        reporter, _, incarnation = place.source.partition("#")
        if incarnation.isdecimal():
            latest[reporter] = max(latest.get(reporter, FIRST_INCARNATION), int(incarnation))
    return latest
