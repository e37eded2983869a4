"""A repaired record on its way back: numbered anew, as by a gateway, and read as the judge will read it.

Its old number is spent: the judge has seen it. So each replay is a run of numbering of its own of the same reporter,
`reporter#r` and the time of the replay; a gateway numbers its incarnations 1, 2, 3, and neither takes the other's.
"""

from typing import Any, NamedTuple

from monitor.events import Refusal
from monitor.feed.delivery import reporter_of, split
from monitor.feed.stamp import Run, Stamped
from monitor.wire.dead_letters import Letter
from monitor.wire.decode import Decoder
from monitor.wire.headers import input_headers
from monitor.wire.subjects import partition_of

CLOCK = "clock_advanced"


class Restamped(NamedTuple):
    """A record as it would be written, and why the judge would refuse it again; None if it would not by its value."""

    record: Stamped
    refusal: Refusal | None


class Restamping:
    """The runs of numbering of one replay; `began` is its time in ms, which no other replay has."""

    def __init__(self, partitions: int, began: int) -> None:
        self._partitions = partitions
        self._incarnation = f"r{began}"
        self._runs: dict[tuple[str, str, int], Run] = {}

    def restamp(self, letter: Letter, said: dict[str, Any], append_time: int) -> Restamped:
        """Number a record anew; its number is used only if it would be taken, so that no hole is left.

        A record about a subject goes where the subject's records are, any other stays in its partition: its copies
        in the others are letters of their own.
        """
        subject = said.get("subject")
        named = isinstance(subject, str) and bool(subject)
        partition = partition_of(str(subject), self._partitions) if named else letter.where.partition
        run = self._run(_reporter(letter, said), letter.where.topic, partition)
        record = _stamped(letter, said, run, partition, append_time)
        refusal = _refusal(record, self._partitions)
        if refusal is None:
            run.last = record.sequence
            run.clocked = record.sequence if said.get("type") == CLOCK else run.clocked
        return Restamped(record, refusal)

    def _run(self, reporter: str, topic: str, partition: int) -> Run:
        place = (reporter, topic, partition)
        found = self._runs.get(place)
        if found is None:
            found = self._runs[place] = Run(f"{reporter}#{self._incarnation}")
        return found


def _reporter(letter: Letter, said: dict[str, Any]) -> str:
    source = said.get("source") or letter.source
    return source.partition("#")[0] if isinstance(source, str) and source else reporter_of(letter.where.topic, said)


def _stamped(letter: Letter, said: dict[str, Any], run: Run, partition: int, append_time: int) -> Stamped:
    if said.get("type") == CLOCK:
        said = said | {"last_sequence": run.last, "count": run.last - run.clocked}
    head, tail = split(said)
    sequence = run.last + 1
    value = b'%b"source":"%b","sequence":%d%b' % (head, run.written, sequence, tail)
    subject = said.get("subject")
    key = subject.encode() if isinstance(subject, str) and subject else letter.key or b""
    # A header names the platform only where it did before: nobody must learn from it that somebody complained.
    platform = dict(letter.headers).get("platform") or b""
    return Stamped(
        letter.where.topic,
        partition,
        key,
        value,
        platform.decode(errors="replace"),
        run.source,
        sequence,
        append_time,
    )


def _refusal(record: Stamped, partitions: int) -> Refusal | None:
    headers = input_headers(record.platform or None, record.source, record.sequence)
    decoder = Decoder(partitions, record.partition)
    event = decoder.decode(record.topic, record.value, record.key, headers, 0, record.append_time).event
    return event if isinstance(event, Refusal) else None
