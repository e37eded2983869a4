"""Who may see what: tried as each role, on tables that hold a trade secret and a merchant."""

import psycopg
import pytest
from alerting import MERCHANT, SECRET_FEN, SHOP, Judge, batch

from monitor.store.database import connect
from monitor.store.migrate import grant
from monitor.store.writing import Writer

PASSWORD = "of-a-test"  # noqa: S105 - of a role in a database that is thrown away
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
