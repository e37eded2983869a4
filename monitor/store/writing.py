"""One batch of records becomes one transaction: rows, the state of every alert they touch, and the positions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg import sql

from monitor.store.chain import Break, Link, breaks, is_repeat
from monitor.store.control import READ_PARTITION, write_entry
from monitor.store.database import Connection
from monitor.store.positions import Place, Position, after, move
from monitor.store.revised import Revised, at, millis, revised
from monitor.store.rows import Row, dead_letter_row, feedback_row, newest_rows, revision_rows
from monitor.store.tables import OF_THE_NEWEST, TABLES

Rows = defaultdict[str, list[Row]]
Records = Mapping[Place, Sequence[Any]]
"""Records by place, in the order of their offsets."""

_KNOWN = "SELECT alert_id, source, alert, revision, value_sha256, opened_at FROM alerts WHERE alert_id = ANY(%s)"
_NUMBERS = "SELECT nextval(pg_get_serial_sequence('alerts', 'alert')) FROM generate_series(1, %s)"
_DELETE = "DELETE FROM {} WHERE alert = ANY(%s)"
_SEQUENCE = """
INSERT INTO sequences (source, partition, sequence) VALUES (%s, %s, %s)
ON CONFLICT (source, partition) DO UPDATE SET sequence = excluded.sequence
"""


class Written(NamedTuple):
    """What a transaction brought: breaks of revision chains, and where each partition stands now."""

    breaks: list[Break]
    positions: dict[Place, Position]


class Writer:
    """Writes batches of one installation over one connection, which holds the locks of the partitions written.

    `positions` are those of the database; a batch moves them, so another writer's move is noticed.
    """

    def __init__(self, connection: Connection, prefix: str, positions: Mapping[Place, Position]) -> None:
        self._connection = connection
        self._prefix = prefix
        self.positions = dict(positions)

    def write(self, records: Records) -> Written:
        """Write records and positions in one transaction; after an error nothing of it is there.

        Raises PositionMoved, or psycopg.OperationalError when the database is gone: then connect anew and read on
        from the positions there.
        """
        with self._connection.transaction():
            told = self._write(records)
            moved = {place: after(of_place[-1]) for place, of_place in records.items() if of_place}
            for place, position in moved.items():
                before = self.positions.get(place)
                move(self._connection, place, before, position, records[place][-1].timestamp)
        self.positions |= moved
        return Written(told, moved)

    def _write(self, records: Records) -> list[Break]:
        rows: Rows = defaultdict(list)
        alerts: list[Revised] = []
        for (topic, partition), of_place in records.items():
            match topic.removeprefix(self._prefix):
                case "alerts":
                    alerts += map(revised, of_place)
                case "feedback":
                    rows["feedback"] += map(feedback_row, of_place)
                case "dead-letters":
                    rows["dead_letters"] += (dead_letter_row(record, self._prefix) for record in of_place)
                case "control" if partition == READ_PARTITION:
                    for record in of_place:
                        write_entry(self._connection, record.value or b"")
        told = _Filing(self._connection, rows).file(alerts) if alerts else []
        for table, columns in TABLES.items():
            _copy(self._connection, table, columns, rows[table])
        return told


class _Filing:
    """Files revisions: what is known of their alerts is read once a batch, then followed in memory."""

    def __init__(self, connection: Connection, rows: Rows) -> None:
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


def _copy(connection: Connection, table: str, columns: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
