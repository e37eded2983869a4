"""The schema and its versions: plain SQL files applied in order, each once, all of them in one transaction or none."""

from importlib.resources import files
from typing import NamedTuple

from psycopg import sql

from monitor.store.database import SCHEMA, Connection
from monitor.store.errors import SchemaDiffers

# An advisory lock of two numbers: whose it is, and what for. Partitions have numbers of their own (see holding).
LOCK = 0x46_54_53
_VERSIONS = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.schema_version (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class Migration(NamedTuple):
    """One file of `migrations/`; its name begins with its number."""

    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """List every migration in the order of application."""
    found = (files("monitor.store") / "migrations").iterdir()
    read = [(one.name, one.read_text(encoding="utf-8")) for one in found if one.name.endswith(".sql")]
    return sorted(Migration(int(name.partition("_")[0]), name, sql) for name, sql in read)


def migrate(connection: Connection, schema: str = SCHEMA) -> list[str]:
    """Bring a schema to the newest version, set who may see what, and answer the files applied.

    Two that run at once wait for each other. `schema` is another than the usual one only for a rebuild, and then
    nobody is granted anything. Raises SchemaDiffers for a schema that is newer than this program.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, -1)", (LOCK,))
        connection.execute(_in(schema, _VERSIONS))
        found = version(connection, schema)
        known = migrations()
        if found > known[-1].number:
            raise SchemaDiffers(found, known[-1].number)
        applied = [one for one in known if one.number > found]
        for one in applied:
            _apply(connection, schema, one)
        if schema == SCHEMA:
            grant(connection)
    return [one.name for one in applied]


def grant(connection: Connection) -> None:
    """Make the roles, and anew the views that the reading ones see (access.sql)."""
    connection.execute(_in(SCHEMA, (files("monitor.store") / "access.sql").read_text(encoding="utf-8")))


def version(connection: Connection, schema: str = SCHEMA) -> int:
    """Answer the version of a schema, 0 where there is none."""
    named = f"{schema}.schema_version"
    (there,) = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (named,)).fetchone() or (False,)
    if not there:
        return 0
    newest = sql.SQL("SELECT coalesce(max(number), 0) FROM {}").format(sql.Identifier(schema, "schema_version"))
    (number,) = connection.execute(newest).fetchone() or (0,)
    return int(number)


def require(connection: Connection) -> None:
    """Raise SchemaDiffers unless the tables are those that this program knows."""
    found, known = version(connection), migrations()[-1].number
    if found != known:
        raise SchemaDiffers(found, known)


def _apply(connection: Connection, schema: str, one: Migration) -> None:
    connection.execute(f"SET LOCAL search_path TO {schema}".encode())
    connection.execute(one.sql.encode())
    connection.execute("INSERT INTO schema_version (number, name) VALUES (%s, %s)", (one.number, one.name))


def _in(schema: str, text: str) -> bytes:
    return text.replace("{schema}", schema).encode()
