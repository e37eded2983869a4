"""Whether two sets of tables hold the same: count and hash of every table, whatever order and numbers the rows have."""

from typing import NamedTuple

from psycopg import sql

from monitor.store.database import Connection

OWN = ("positions", "sequences", "chain_breaks", "feedback", "dead_letters", "platforms", "campaigns", "rule_changes")
"""Tables whose rows say all by themselves."""
NUMBERED = ("alerts", "alert_revisions", "restricted_revisions", "parts", "restricted_parts", "checks")
"""Tables whose rows name their alert by a number that another database need not share."""

_OWN = (
    "SELECT count(*), coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)::numeric), 0)::text FROM {schema}.{table} t"
)
_NUMBERED = """
SELECT count(*), coalesce(sum(hashtextextended(
    jsonb_build_array(a.alert_id, a.source, to_jsonb(t) - 'alert')::text, 0)::numeric), 0)::text
FROM {schema}.{table} t JOIN {schema}.alerts a USING (alert)
"""


class Content(NamedTuple):
    """Rows of a table and a hash over them all that knows no order."""

    rows: int
    digest: str


def contents(connection: Connection, schema: str) -> dict[str, Content]:
    """Answer the content of every table."""
    asked = dict.fromkeys(OWN, _OWN) | dict.fromkeys(NUMBERED, _NUMBERED)
    return {table: _content(connection, schema, table, text) for table, text in asked.items()}


def _content(connection: Connection, schema: str, table: str, text: str) -> Content:
    named = sql.SQL(text).format(schema=sql.Identifier(schema), table=sql.Identifier(table))
    rows, digest = connection.execute(named).fetchone() or (0, "0")
    return Content(int(rows), str(digest))
