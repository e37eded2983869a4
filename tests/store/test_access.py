"""Who may see what: tried as each role, on tables that hold a trade secret and a merchant."""

from collections import defaultdict

import psycopg
import pytest
from alerting import MERCHANT, SECRET_FEN, SHOP, Judge, batch

from monitor.store.database import connect
from monitor.store.migrate import grant
from monitor.store.writing import Writer

PASSWORD = "of-a-test"  # noqa: S105 - of a role in a database that is thrown away
OF_AN_ALERT = "source alert_id alert"
SHOWN_TO_ANALYSTS = {
    "alerts": f"{OF_AN_ALERT} partition revision sequence status reason successor mode typology level class grade "
    "cost_grade severity provisional platform rival other_rivals respondent_is_platform sequences statutes "
    "authority_hint window_start window_end clock event_time opened_at revised_at coverage_band coverage_late "
    "coverage_gaps rule_id rule_version rule_digest engine template measures",
    "revisions": f"{OF_AN_ALERT} typology mode platform revision partition offset sequence status reason successor "
    "level class grade cost_grade severity provisional rival window_start window_end clock event_time published_at "
    "coverage_band rule_version measures",
    "facts": f"{OF_AN_ALERT} position name value threshold unit drawn_from restricted",
    "checks": f"{OF_AN_ALERT} position look_alike state",
    "elements": f"{OF_AN_ALERT} position statute element state",
    "evidence": f"{OF_AN_ALERT} position topic partition offset role",
    "evidence_days": f"{OF_AN_ALERT} position partition day topic count first_offset last_offset",
    "chain_breaks": "partition offset alert_id source revision what published_at",
    "feedback": "partition offset kind platform topic record_offset reason path count from_time to_time published_at",
    "dead_letters": "partition offset topic record_partition record_offset reason appended_at published_at",
    "platforms": "platform name_zh name_en topics registered_from retired_from",
    "campaigns": "campaign name_zh name_en signup_from begins ends",
    "rule_changes": "event_id rule_set version effective_from reason parameters",
    "positions": "topic partition next_offset last_offset moved_at",
}
"""Every column that an analyst may see; whatever is not here is a merchant, a cost, or leads to one."""
SHAPES = (repr, bytes.hex)
HASHES = ("sha256", "previous", "digest")
READERS = ("fairtrade_officer", "fairtrade_analyst")


@pytest.fixture
def filled(database):
    """A store with one alert that holds everything that is to be hidden."""
    judge = Judge()
    Writer(database, "ft.", {}).write(batch(judge.say(1), judge.say(1, units=30)))
    return database


@pytest.fixture
def as_role(filled, settings):
    """A way to be somebody: a connection that logged in as a role, as Grafana does."""

    def connected(role):
        filled.execute(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'".encode())
        address = settings.store.replace("postgres@", f"{role}@")
        return psycopg.connect(address, password=PASSWORD, autocommit=True)

    return connected


def seen_by(connection):
    """Answer everything that a role can read in its own schema, as text."""
    views = connection.execute("SELECT viewname FROM pg_views WHERE schemaname = current_user").fetchall()
    return {name: str(connection.execute(b"TABLE " + name.encode()).fetchall()) for (name,) in views}


def test_an_officer_sees_everything_by_plain_names(as_role):
    """The officer's unqualified queries answer subject, restricted facts, words and the body itself."""
    with as_role("fairtrade_officer") as connection:
        seen = seen_by(connection)

    assert MERCHANT in seen["alerts"]
    assert str(SECRET_FEN) in seen["facts"]
    assert f"cost {SECRET_FEN} fen" in seen["alerts"]
    assert str(SECRET_FEN) in seen["bodies"]


def test_an_analyst_sees_no_secret_and_no_merchant(as_role):
    """Nothing that an analyst can read holds a cost, what was drawn from it, the subject, its shop, its goods."""
    hidden = (str(SECRET_FEN), str(3 * SECRET_FEN), MERCHANT, SHOP, "taomall-k-", "taomall-cost-1")
    with as_role("fairtrade_analyst") as connection:
        seen = seen_by(connection)

    assert [] == [(view, text) for view, found in seen.items() for text in hidden if text in found]


def test_an_analyst_sees_these_columns_and_no_others(as_role):
    """The catalogue of what the role can select, in any schema but the system's own, is the list above."""
    asked = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"""
    with as_role("fairtrade_analyst") as connection:
        shown = defaultdict(set)
        for table, column in connection.execute(asked):
            shown[table].add(column)

    assert {table: set(columns.split()) for table, columns in SHOWN_TO_ANALYSTS.items()} == shown


def test_an_analyst_sees_no_hash_of_a_value(as_role):
    """By a hash the one unknown number of a value is found: only the digest of the public rules is shown."""
    hashes = {
        (table, column)
        for table, columns in SHOWN_TO_ANALYSTS.items()
        for column in columns.split()
        if any(word in column for word in HASHES)
    }
    with as_role("fairtrade_analyst") as connection:
        seen = seen_by(connection)
    with as_role("fairtrade_officer") as connection:
        chained = [
            shape(one) for (one,) in connection.execute("SELECT value_sha256 FROM revisions") for shape in SHAPES
        ]

    assert {("alerts", "rule_digest")} == hashes
    assert [] == [view for view, text in seen.items() for one in chained if one in text]


def test_an_analyst_sees_conduct(as_role):
    """An analyst's view is not empty: levers with their kind and time, numbers of public facts, checks, evidence."""
    with as_role("fairtrade_analyst") as connection:
        seen = seen_by(connection)

    assert "PROMO_FORCE" in seen["facts"]
    assert "'units': 30" in seen["alerts"]
    assert "no_data" in seen["checks"]
    assert "'orders', 0, 17, 'line'" in seen["evidence"]
    assert "costs" not in seen["evidence"]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(
    "asked",
    [
        "SELECT * FROM fairtrade.alerts",
        "SELECT * FROM fairtrade.restricted_parts",
        "SELECT * FROM fairtrade.restricted_revisions",
        "INSERT INTO campaigns (campaign, name_zh, name_en, begins) VALUES ('x', 'x', 'x', now())",
        "DELETE FROM feedback",
        "UPDATE positions SET next_offset = 0",
        "CREATE TABLE mine (x int)",
    ],
)
def test_readers_reach_no_table_and_change_nothing(as_role, role, asked):
    """What is behind the views is closed to readers, and so is every change."""
    with as_role(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(asked.encode())


def test_an_analyst_reads_no_view_of_the_officer(as_role):
    """The officer's schema is closed to an analyst, by its full name too."""
    with as_role("fairtrade_analyst") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM fairtrade_officer.alerts")


def test_the_writer_writes_and_makes_no_tables(as_role, settings):
    """The writer's role copies a batch, and may neither drop a table nor touch the schema's version."""
    with as_role("fairtrade_writer") as connection:
        connection.execute("SET search_path TO fairtrade")
        Writer(connection, "ft.", {}).write(batch(Judge().say(2, partition=1)))

        for asked in ("DROP TABLE alerts", "DELETE FROM schema_version", "CREATE TABLE fairtrade.mine (x int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(asked.encode())
    with connect(settings) as connection:
        assert (2,) == connection.execute("SELECT count(*) FROM alerts").fetchone()


def test_granting_again_changes_nothing(filled, as_role):
    """The rights are set anew at every migration and stay as they are."""
    grant(filled)

    with as_role("fairtrade_analyst") as connection:
        assert (1,) == connection.execute("SELECT count(*) FROM alerts").fetchone()
