"""One batch of records becomes one transaction: rows, the state of every alert they touch, and the positions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from psycopg import sql

from monitor.store.batch import Batch, Records, prepared
from monitor.store.chain import Break, Link, breaks, is_repeat
from monitor.store.control import write_entry
from monitor.store.database import Connection
from monitor.store.positions import Place, Position, move
from monitor.store.revised import Revised, at, millis
from monitor.store.rows import Row, newest_rows, revision_rows
from monitor.store.tables import OF_THE_NEWEST, TABLES, Table

_KNOWN = "SELECT alert_id, source, alert, revision, value_sha256, opened_at FROM alerts WHERE alert_id = ANY(%s)"
_NUMBERS = "SELECT nextval(pg_get_serial_sequence('alerts', 'alert')) FROM generate_series(1, %s)"
_DELETE = "DELETE FROM {} WHERE alert = ANY(%s)"
_SEQUENCE = """
INSERT INTO sequences (source, partition, sequence) VALUES (%s, %s, %s)
ON CONFLICT (source, partition) DO UPDATE SET sequence = excluded.sequence
"""


class Written(NamedTuple):
    """What a transaction brought: breaks of revision chains, and so many revisions."""

    breaks: list[Break]
    revisions: int


class Writer:
    """Writes batches of one installation over one connection, which holds the locks of the partitions written.

    `prefixes` begin the names of its topics. `positions` are those of the database; a batch moves them, so another
    writer's move is noticed.
    """

    def __init__(
        self, connection: Connection, prefixes: str | tuple[str, ...], positions: Mapping[Place, Position]
    ) -> None:
        self._connection = connection
        self._prefixes = (prefixes,) if isinstance(prefixes, str) else prefixes
        self.positions = dict(positions)

    def write(self, records: Records) -> Written:
        """Prepare records and commit them."""
        return self.commit(prepared(records, *self._prefixes))

    def commit(self, batch: Batch) -> Written:
        """Write a batch and its positions in one transaction; after an error nothing of it is there.

        Raises PositionMoved, or psycopg.OperationalError when the database is gone: then connect anew and read on
        from the positions there.
        """
        with self._connection.transaction():
            told = self._write(batch)
            for place, end in batch.ends.items():
                move(self._connection, place, self.positions.get(place), end.position, end.moved_ms)
        self.positions.update((place, end.position) for place, end in batch.ends.items())
        return Written(told, len(batch.alerts))

    def _write(self, batch: Batch) -> list[Break]:
        for value in batch.entries:
            write_entry(self._connection, value)
        told = _Filing(self._connection, batch.rows).file(batch.alerts) if batch.alerts else []
        for table in TABLES:
            _copy(self._connection, table, batch.rows.get(table.name, ()))
        return told


class _Filing:
    """Files revisions: what is known of their alerts is read once a batch, then followed in memory."""

    def __init__(self, connection: Connection, rows: dict[str, list[Row]]) -> None:
        self._connection = connection
        self._rows = rows
        self._links: dict[tuple[str, str], Link] = {}
        self._sequences: dict[tuple[str, int], int] = {}
        self._breaks: list[Break] = []

    def file(self, alerts: Sequence[Revised]) -> list[Break]:
        """Make the rows of revisions in their order; the state of an alert is that of its newest one."""
        self._read(alerts)
        known = {link.alert for link in self._links.values()}
        numbers = self._numbers(alerts)
        newest: dict[int, Revised] = {}
        for one in alerts:
            link = self._links.get(one.key)
            self._note(one, link)
            if is_repeat(one, link):
                continue
            alert, opened_ms = (numbers[one.key], one.published_ms) if link is None else (link.alert, link.opened_ms)
            self._links[one.key] = Link(alert, one.body.revision, one.sha256, opened_ms)
            self._add(revision_rows(alert, one))
            newest[alert] = one
        self._replace(newest, known)
        for (source, partition), sequence in self._sequences.items():
            self._connection.execute(_SEQUENCE, (source, partition, sequence))
        return self._breaks

    def _read(self, alerts: Sequence[Revised]) -> None:
        ids = list({one.body.alert_id for one in alerts})
        for alert_id, source, alert, revision, sha256, opened_at in self._connection.execute(_KNOWN, (ids,)):
            self._links[alert_id, source] = Link(alert, revision, sha256, millis(opened_at))
        partitions = list({one.partition for one in alerts})
        asked = "SELECT source, partition, sequence FROM sequences WHERE partition = ANY(%s)"
        for source, partition, sequence in self._connection.execute(asked, (partitions,)):
            self._sequences[source, partition] = sequence

    def _numbers(self, alerts: Iterable[Revised]) -> dict[tuple[str, str], int]:
        """Draw a number for each alert that is not there yet."""
        new = list(dict.fromkeys(one.key for one in alerts if one.key not in self._links))
        drawn = self._connection.execute(_NUMBERS, (len(new),)).fetchall() if new else []
        return {key: number for key, (number,) in zip(new, drawn, strict=True)}

    def _note(self, one: Revised, link: Link | None) -> None:
        place = one.source, one.partition
        for found in breaks(one, link, self._sequences.get(place)):
            self._breaks.append(found)
            alert_id, source = one.key
            row = (one.partition, one.offset, alert_id, source, one.body.revision, *found, at(one.published_ms))
            self._rows["chain_breaks"].append(row)
        self._sequences[place] = one.sequence

    def _replace(self, newest: Mapping[int, Revised], known: set[int]) -> None:
        """Put the newest state in the place of what stood there."""
        stale = [alert for alert in newest if alert in known]
        if stale:
            for table in OF_THE_NEWEST:
                self._connection.execute(sql.SQL(_DELETE).format(sql.Identifier(table)), (stale,))
        opened = {link.alert: link.opened_ms for link in self._links.values()}
        for alert, one in newest.items():
            self._add(newest_rows(alert, one, opened[alert]))

    def _add(self, rows: Iterable[tuple[str, Row]]) -> None:
        for table, row in rows:
            self._rows[table].append(row)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    asked = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), columns)
    with connection.cursor() as cursor, cursor.copy(asked) as copy:
        copy.set_types(table.types)
        for row in rows:
            copy.write_row(row)
