"""The ledger held against the logs: every offset that was advanced went somewhere, and every refusal is a dead letter.

Nothing of the worker's own counting is believed: inputs and dead letters are read again, committed records only.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.box import SIMPLE_HEAD
from rich.table import Table

from monitor.engine import Partition
from monitor.engine.partition import META
from monitor.settings import Settings
from monitor.wire.dead_letters import replayed_as
from monitor.wire.logs import opened

LEFT = ("input", "ok")
HEADINGS = (*LEFT, "advanced", "judged", "rejected", "late", "dupl.", "markers", "lost", "dead")
TERMS = ("judged", "rejected", "too_late", "duplicate", "markers", "lost")


class Terms(Protocol):
    """Where a topic's offsets went, as the judge counted them."""

    judged: int
    rejected: int
    too_late: int
    duplicate: int
    markers: int
    lost: int


class Books(Protocol):
    """What a partition's meta record says."""

    @property
    def applied(self) -> Mapping[str, int]:
        """The last offset applied of each topic."""

    @property
    def ledger(self) -> Mapping[str, Terms]:
        """The ledger of each topic."""

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take the meta record."""

    def open(self) -> None:
        """Read it."""


@dataclass(frozen=True)
class Counted:
    """What the logs of one input partition hold up to the last offset applied.

    `begin` is the first offset still there; `dead_letters` are those of this input, `repeated` those of them that
    stand twice.
    """

    begin: int
    delivered: int
    dead_letters: int
    repeated: int
    dead_letters_begin: int


@dataclass(frozen=True)
class Row:
    """One input partition: what the judge says, what was counted, and where the two differ."""

    topic: str
    partition: int
    advanced: int
    terms: Mapping[str, int]
    counted: Counted
    differences: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return not self.differences


async def audit(settings: Settings, books: Callable[[int], Books] | None = None) -> list[Row]:
    """Compare every term of every input partition with the logs; `books` reads a meta record, the engine's if None."""
    reader = books or (lambda number: Partition(number, ()))
    return [
        row for number in range(settings.partitions) for row in await _audit_partition(settings, number, reader(number))
    ]


async def _audit_partition(settings: Settings, number: int, books: Books) -> list[Row]:
    meta = await _meta_record(settings, number)
    if meta is None:
        return []
    books.restore(META.encode(), meta)
    books.open()
    letters = await _dead_letters(settings, number)
    delivered = await asyncio.gather(
        *(_delivered(settings, topic, number, applied) for topic, applied in books.applied.items())
    )
    return [
        _row(topic, number, books, _counted(settings.prefix + topic, found, letters))
        for topic, found in zip(books.applied, delivered, strict=True)
    ]


def _row(topic: str, number: int, books: Books, counted: Counted) -> Row:
    # What is audited may be wrong in any way: an input that was advanced and of which nothing was entered too.
    advanced, ledger = books.applied[topic] + 1, books.ledger.get(topic)
    terms = {name: getattr(ledger, name, 0) for name in TERMS}
    return Row(topic, number, advanced, terms, counted, tuple(differences(advanced, terms, counted)))


def _counted(address: str, delivered: tuple[int, int], letters: tuple[int, dict[str, list[bytes]]]) -> Counted:
    begin, offsets = letters[0], letters[1].get(address, [])
    return Counted(*delivered, len(offsets), len(offsets) - len(set(offsets)), begin)


async def _meta_record(settings: Settings, number: int) -> bytes | None:
    meta = None
    async with opened(settings, ("state",), (number,)) as logs:
        async for record in logs.records():
            meta = record.value if record.key == META.encode() else meta
    return meta


async def _delivered(settings: Settings, topic: str, number: int, applied: int) -> tuple[int, int]:
    """Count the committed records of an input up to an offset, inclusive, and say where the log begins."""
    count = 0
    async with opened(settings, (topic,), (number,)) as logs:
        async for record in logs.records():
            if record.offset > applied:
                break
            count += 1
    return min(logs.begins.values()), count


async def _dead_letters(settings: Settings, number: int) -> tuple[int, dict[str, list[bytes]]]:
    """List the offsets of the refused records by topic, and say where the dead letters begin."""
    offsets: dict[str, list[bytes]] = {}
    async with opened(settings, ("dead-letters",), (number,)) as logs:
        async for record in logs.records():
            if replayed_as(record.headers) is not None:
                continue
            headers = dict(record.headers)
            offsets.setdefault(headers["dl_topic"].decode(), []).append(headers["dl_offset"])
    return min(logs.begins.values()), offsets


def differences(advanced: int, terms: Mapping[str, int], counted: Counted) -> list[str]:
    """Say where the judge's terms and the logs differ; offsets that retention took since can no longer be counted."""
    said = []
    if sum(terms.values()) != advanced:
        said.append(f"the terms add up to {sum(terms.values())}, {advanced} offsets were advanced")
    judged = terms["judged"] + terms["rejected"] + terms["too_late"] + terms["duplicate"]
    refused = terms["rejected"] + terms["too_late"]
    if not counted.begin:
        _compare(said, "records taken", judged, counted.delivered)
        _compare(said, "markers", terms["markers"], advanced - counted.delivered)
    elif judged < counted.delivered:
        said.append(f"records taken are {judged}, from offset {counted.begin} alone {counted.delivered} were delivered")
    if not counted.dead_letters_begin:
        _compare(said, "refusals", refused, counted.dead_letters)
    if counted.repeated:
        said.append(f"{counted.repeated} dead letters stand twice")
    return said


def _compare(said: list[str], what: str, judge: int, log: int) -> None:
    if judge != log:
        said.append(f"{what}: the judge says {judge}, the log {log}")


def format(rows: Sequence[Row]) -> Table:  # noqa: A001 - `audit.format` is what it is
    """Lay the rows out for people; what differs stands below the table."""
    table = Table(title="advanced = judged + rejected + too late + duplicate + markers + lost")
    table.box, table.padding, table.pad_edge = SIMPLE_HEAD, (0, 1, 0, 0), False
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in LEFT else "right", no_wrap=True)
    for row in rows:
        numbers = (row.advanced, *(row.terms[name] for name in TERMS), row.counted.dead_letters)
        table.add_row(_name(row), "ok" if row.ok else "[red]no[/]", *map(str, numbers))
    table.caption = "\n".join(f"{_name(row)}: {one}" for row in rows for one in row.differences) or None
    return table


def _name(row: Row) -> str:
    return f"{row.topic}[{row.partition}]"
