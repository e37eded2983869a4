"""Whether the database holds the alerts that are on the topic: every record once, byte for byte, and nothing else."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import NamedTuple

from monitor.settings import Settings
from monitor.store.database import Connection, connect
from monitor.store.migrate import require
from monitor.store.positions import read_positions
from monitor.wire.logs import opened

SHOWN_PLACES = 10
LOOK_AGAIN_S = 0.2
_HELD = """
SELECT "offset", value_sha256 FROM alert_revisions
WHERE partition = %s AND "offset" >= %s AND "offset" < %s ORDER BY "offset"
"""


@dataclass(frozen=True)
class Tally:
    """What one partition of `alerts` holds and what the database holds of it."""

    topic: str
    partition: int
    records: int
    rows: int
    behind: int
    """records that the store has not come to yet"""
    differing: list[tuple[int, str]]
    """offsets that are not the same on both sides, with what is wrong; the first ones only"""

    @property
    def ok(self) -> bool:
        """Whether both sides hold the same."""
        return self.records == self.rows and not self.behind and not self.differing

    def __str__(self) -> str:
        behind = f", {self.behind} not copied yet" if self.behind else ""
        return f"{self.topic}[{self.partition}]: {self.records} on the topic, {self.rows} in the database{behind}"


@dataclass(frozen=True)
class Report:
    """All partitions, and how many breaks of revision chains are on record."""

    tallies: list[Tally]
    breaks: int

    @property
    def ok(self) -> bool:
        """Whether the database holds what the topic holds, and every revision follows the one before it."""
        return not self.breaks and all(one.ok for one in self.tallies)

    def lines(self) -> Iterator[str]:
        """Say it, a line for each partition and each place that differs."""
        for one in self.tallies:
            yield str(one)
            for offset, what in one.differing:
                yield f"  {one.topic}[{one.partition}] offset {offset}: {what}"
        rows = sum(one.rows for one in self.tallies)
        yield f"{sum(one.records for one in self.tallies)} alerts on the topic, {rows} in the database"
        if self.breaks:
            yield f"{self.breaks} revisions do not follow the one before them: see the table chain_breaks"


async def report(settings: Settings, wait_s: float = 0) -> Report:
    """Compare every partition up to the end that the topic has now; a store that runs may take a while to get there."""
    until = time.monotonic() + wait_s
    with connect(settings) as connection:
        require(connection)
        read_positions(connection, *settings.prefixes)
        logs = await _read(settings)
        while True:
            # Positions alone are looked at while a store copies: to compare everything each time would slow it down.
            if time.monotonic() >= until or not any(_behind(log, _next(connection, log)) for log in logs):
                break
            await asyncio.sleep(LOOK_AGAIN_S)
        return Report([tally(connection, log) for log in logs], _breaks(connection))


class Log(NamedTuple):
    """One partition of `alerts` within [begin, end): the hash of each record's value, by offset."""

    topic: str
    partition: int
    begin: int
    end: int
    digests: dict[int, bytes]


async def _read(settings: Settings) -> list[Log]:
    async with opened(settings, ("alerts",), range(settings.partitions)) as logs:
        read = {
            place.partition: Log(place.topic, place.partition, begin, logs.ends[place], {})
            for place, begin in logs.begins.items()
        }
        async for record in logs.records():
            read[record.partition].digests[record.offset] = sha256(record.value or b"").digest()
    return list(read.values())


def tally(connection: Connection, log: Log) -> Tally:
    """Compare one partition: what retention took from the topic is not asked of the database."""
    held: dict[int, bytes] = dict(connection.execute(_HELD, (log.partition, log.begin, log.end)).fetchall())
    upto = _next(connection, log)
    return Tally(
        log.topic,
        log.partition,
        len(log.digests),
        len(held),
        _behind(log, upto),
        list(islice(_differences(log.digests, held, upto), SHOWN_PLACES)),
    )


def _behind(log: Log, upto: int) -> int:
    return sum(1 for offset in log.digests if offset >= upto)


def _next(connection: Connection, log: Log) -> int:
    asked = "SELECT next_offset FROM positions WHERE topic = %s AND partition = %s"
    row = connection.execute(asked, (log.topic, log.partition)).fetchone()
    return int(row[0]) if row else 0


def _differences(digests: dict[int, bytes], held: dict[int, bytes], upto: int) -> Iterator[tuple[int, str]]:
    for offset in sorted(digests.keys() | held.keys()):
        if offset not in held:
            if offset < upto:
                yield offset, "is not in the database"
        elif offset not in digests:
            yield offset, "is not on the topic"
        elif held[offset] != digests[offset]:
            yield offset, "has another value in the database"


def _breaks(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM chain_breaks").fetchone()
    return int(row[0]) if row else 0
