"""`fairtrade produce`: event files into the topics, stamped as the regulator's gateway stamps them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from monitor.errors import WeAreWrong
from monitor.feed.delivery import Delivery, Kind, is_for_everyone, reporter_of, split
from monitor.feed.lines import Arrival, read
from monitor.feed.resume import read_back
from monitor.feed.stamp import Gateway, Stamped
from monitor.feed.topics import TopicWriter
from monitor.settings import Settings

SLICE = 2_000


class Produced(NamedTuple):
    """What `produce` did: lines read, records written (a line for everyone is one in each partition), repeats."""

    lines: int
    records: int
    repeats: int
    records_of_topic: dict[str, int]


async def produce(
    files: Sequence[Path],
    settings: Settings,
    *,
    restamp: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Produced:
    """Write the lines of files into the topics; `progress` is told the lines done.

    Lines without source and sequence are stamped, and of two with one event id the second is dropped. Lines that carry
    both are a partition's log: taken as they are where there is one partition, stamped anew with `restamp`. Raises
    WeAreWrong for a line that fits neither.
    """
    arrivals = read(files)
    stamping = Stamping(settings.partitions, Gateway(settings.partitions, await read_back(settings)), restamp=restamp)
    async with TopicWriter(settings) as writer:
        while arrived := list(islice(arrivals, SLICE)):
            await writer.write(stamping.stamped(arrived))
            if progress:
                progress(stamping.lines)
    return Produced(stamping.lines, writer.written, stamping.repeats, dict(stamping.of_topic))


class Stamping:
    """The lines of one run on their way through the gateway."""

    def __init__(self, partitions: int, gateway: Gateway, *, restamp: bool) -> None:
        self._partitions = partitions
        self._gateway = gateway
        self._restamp = restamp
        self._seen: set[str] = set()
        self.lines = 0
        self.repeats = 0
        self.of_topic: Counter[str] = Counter()

    def stamped(self, arrivals: Iterable[Arrival]) -> list[Stamped]:
        """Answer the records of some lines, in order."""
        records = [record for arrival in arrivals for record in self._records(arrival)]
        self.of_topic.update(record.topic for record in records)
        return records

    def _records(self, arrival: Arrival) -> Iterator[Stamped]:
        self.lines += 1
        if arrival.carries_its_number and not self._restamp:
            yield self._as_it_is(arrival)
        elif self._is_new(arrival):
            yield from self._gateway.stamp([delivery_of(arrival)])

    def _is_new(self, arrival: Arrival) -> bool:
        """Tell whether a platform sends an event for the first time in this run, and remember it."""
        event_id = arrival.said.get("event_id")
        if not isinstance(event_id, str):
            return True
        if event_id in self._seen:
            self.repeats += 1
            return False
        self._seen.add(event_id)
        return True

    def _as_it_is(self, arrival: Arrival) -> Stamped:
        if self._partitions != 1:
            raise WeAreWrong(
                f"{arrival.where}: carries source and sequence, so its file is the log of one partition; the topics "
                f"have {self._partitions}: give --restamp to number its events anew"
            )
        key = _key(arrival)
        platform = _platform(arrival)
        sequence = arrival.sequence or 0
        return Stamped(
            arrival.line.topic, 0, key.encode(), arrival.raw, platform, str(arrival.source), sequence, arrival.time
        )


def delivery_of(arrival: Arrival) -> Delivery:
    """Turn a line into what the gateway stamps; its own source names the reporter, its own sequence is forgotten."""
    said, topic = arrival.said, arrival.line.topic
    platform = _platform(arrival)
    if not said:
        reporter = (arrival.source or f"{platform}-feed").partition("#")[0]
        return Delivery(arrival.time, 0, Kind.raw, topic, _key(arrival), platform, reporter, arrival.raw, b"")
    kind = Kind.fact
    if is_for_everyone(topic, said):
        kind = Kind.clock if said.get("type") == "clock_advanced" else Kind.entry
        said = {name: part for name, part in said.items() if name not in {"last_sequence", "count"}}
    head, tail = split(said)
    return Delivery(arrival.time, 0, kind, topic, _key(arrival), platform, reporter_of(topic, said), head, tail)


def _key(arrival: Arrival) -> str:
    said = arrival.said
    keys = (said.get("subject"), arrival.line.key, said.get("product"))
    named = next((key for key in keys if isinstance(key, str)), None)
    if named is None and said and is_for_everyone(arrival.line.topic, said):
        named = str(said.get("platform") or said.get("event_id") or "")
    if named is None:
        raise WeAreWrong(f"{arrival.where}: neither its value names a subject nor the line a key; give it a key")
    return named


def _platform(arrival: Arrival) -> str:
    return str(arrival.line.platform or arrival.said.get("platform") or "office")
