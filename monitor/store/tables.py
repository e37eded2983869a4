"""The columns of every table that is written, with their types, in the order in which rows are made.

Rows are copied in PostgreSQL's binary form, which asks for the types: no text is then made of bytes, instants and
lists, and none is read again.
"""

from typing import NamedTuple


class Table(NamedTuple):
    """A table, its columns and PostgreSQL's names of their types."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


def _table(name: str, told: str) -> Table:
    pairs = [column.split() for column in told.split(",")]
    return Table(name, tuple(column for column, _ in pairs), tuple(kind for _, kind in pairs))


TABLES = (
    _table(
        "alerts",
        "alert int8, source text, alert_id text, partition int4, revision int4, value_sha256 bytea, sequence int8, "
        "status text, reason text, successor text, mode text, typology text, level text, class text, grade text, "
        "cost_grade text, severity text, provisional bool, platform text, subject text, shops text[], sku text, "
        "rival text, other_rivals text[], respondent text, sequences text[], statutes text[], authority_hint text, "
        "window_start timestamptz, window_end timestamptz, clock timestamptz, event_time timestamptz, "
        "opened_at timestamptz, revised_at timestamptz, coverage_band text, coverage_late int8, coverage_gaps int8, "
        "rule_id text, rule_version text, rule_digest text, engine text, template text, measures jsonb",
    ),
    _table(
        "alert_revisions",
        "alert int8, revision int4, partition int4, offset int8, sequence int8, status text, reason text, "
        "successor text, level text, class text, grade text, cost_grade text, severity text, provisional bool, "
        "rival text, window_start timestamptz, window_end timestamptz, clock timestamptz, event_time timestamptz, "
        "published_at timestamptz, coverage_band text, rule_version text, measures jsonb, previous bytea, "
        "value_sha256 bytea",
    ),
    _table("restricted_revisions", "alert int8, revision int4, value bytea"),
    _table("parts", "alert int8, facts jsonb, elements jsonb, evidence jsonb, evidence_days jsonb"),
    _table("restricted_parts", "alert int8, facts jsonb, measures jsonb, zh text, en text"),
    _table("checks", "alert int8, position int2, look_alike text, state text, seen text"),
    _table(
        "chain_breaks",
        "partition int4, offset int8, alert_id text, source text, revision int4, what text, expected text, "
        "actual text, published_at timestamptz",
    ),
    _table(
        "feedback",
        "partition int4, offset int8, kind text, platform text, topic text, record_offset int8, record_source text, "
        "sequence int8, last_sequence int8, event_id text, reason text, path text, detail text, count int8, "
        "from_time timestamptz, to_time timestamptz, published_at timestamptz",
    ),
    _table(
        "dead_letters",
        "partition int4, offset int8, topic text, record_partition int4, record_offset int8, reason text, "
        "appended_at timestamptz, published_at timestamptz",
    ),
)

OF_THE_NEWEST = ("alerts", "parts", "restricted_parts", "checks")
"""Tables that say what the newest revision of an alert says."""
