"""The tables made anew from the topics, beside those in use, and put in their place in one transaction.

Readers see the old tables until the new ones are whole. What the topics have forgotten is carried over where nothing
else depends on it (feedback, dead letters); where it would be lost (alerts) the rebuild is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from psycopg import sql

from monitor.settings import Settings
from monitor.store.contents import Content, contents
from monitor.store.database import SCHEMA, Connection, connect
from monitor.store.errors import PartitionsAreHeld, TopicForgot
from monitor.store.holding import hold
from monitor.store.migrate import grant, migrate, require
from monitor.store.positions import Place, read_positions
from monitor.store.reading import Reader, reading
from monitor.store.writing import Writer

FRESH = "fairtrade_rebuild"
FORGETFUL = {"feedback": "feedback", "dead_letters": "dead-letters"}
"""Tables that are older than their topics may be, with those topics."""

_SEARCH = "SET search_path TO {}"
_DROP = "DROP SCHEMA IF EXISTS {} CASCADE"
_OLDEST = 'SELECT partition, min("offset") FROM alert_revisions GROUP BY partition'
_CARRY = """
INSERT INTO {fresh}.{table} SELECT * FROM {old}.{table} WHERE partition = %s AND "offset" < %s
"""


class Rebuilt(NamedTuple):
    """What the tables held before and hold now."""

    before: Mapping[str, Content]
    after: Mapping[str, Content]

    @property
    def equal(self) -> bool:
        """Whether nothing has changed."""
        return self.before == self.after


async def rebuild(settings: Settings, progress: Callable[[int], None] = lambda _: None) -> Rebuilt:
    """Read every topic from its beginning into fresh tables and put them in the place of the old ones.

    Called by the owner of the tables while no store runs. `progress` is told how many records were written.
    Raises PartitionsAreHeld, TopicForgot, OtherInstallation or SchemaDiffers, and then the old tables are as they were.
    """
    with connect(settings) as connection:
        require(connection)
        read_positions(connection, *settings.prefixes)
        _hold_all(connection, settings)
        connection.execute(sql.SQL(_DROP).format(sql.Identifier(FRESH)))
        migrate(connection, FRESH)
        async with reading(settings, range(settings.partitions), {}) as reader:
            _refuse_loss(connection, settings, reader.begins)
            connection.execute(sql.SQL(_SEARCH).format(sql.Identifier(FRESH)))
            await _fill(connection, settings, reader, progress)
            _carry_over(connection, settings, reader.begins)
        done = Rebuilt(contents(connection, SCHEMA), contents(connection, FRESH))
        _swap(connection)
        return done


def _hold_all(connection: Connection, settings: Settings) -> None:
    wanted = set(range(settings.partitions))
    missing = wanted - hold(connection, wanted)
    if missing:
        raise PartitionsAreHeld(tuple(sorted(missing)))


def _refuse_loss(connection: Connection, settings: Settings, begins: Mapping[Place, int]) -> None:
    topic = settings.address("alerts")
    for partition, held in connection.execute(_OLDEST).fetchall():
        begin = begins[topic, partition]
        if begin > held:
            raise TopicForgot(topic, partition, begin, held)


async def _fill(connection: Connection, settings: Settings, reader: Reader, progress: Callable[[int], None]) -> None:
    writer = Writer(connection, settings.prefixes, {})
    written = 0
    while any((await reader.behind()).values()):
        records: dict[Place, list[Any]] = await reader.batch()
        if records:
            writer.write(records)
            written += sum(map(len, records.values()))
            progress(written)


def _carry_over(connection: Connection, settings: Settings, begins: Mapping[Place, int]) -> None:
    for table, topic in FORGETFUL.items():
        named = sql.SQL(_CARRY).format(
            fresh=sql.Identifier(FRESH), old=sql.Identifier(SCHEMA), table=sql.Identifier(table)
        )
        for partition in range(settings.partitions):
            connection.execute(named, (partition, begins[settings.address(topic), partition]))


def _swap(connection: Connection) -> None:
    old, fresh = sql.Identifier(SCHEMA), sql.Identifier(FRESH)
    with connection.transaction():
        connection.execute(sql.SQL(_DROP).format(old))
        connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(fresh, old))
        connection.execute(sql.SQL(_SEARCH).format(old))
        grant(connection)
