"""The schema: applied in order, once, by whoever comes first, and never on newer tables."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.errors import SettingIsWrong
from monitor.settings import Secret, Settings
from monitor.store.database import connect, shown
from monitor.store.errors import SchemaDiffers
from monitor.store.migrate import migrate, migrations, require, version


def test_an_empty_database_gets_every_migration_once(empty):
    """The first run applies all files in order, the second none."""
    with connect(empty) as connection:
        names = [one.name for one in migrations()]

        assert names == migrate(connection)
        assert [] == migrate(connection)


def test_two_that_migrate_at_once_do_it_once(empty):
    """Of four programs that migrate an empty database together, one applies the files and the others find them."""

    def run(_):
        with connect(empty) as connection:
            return migrate(connection)

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(run, range(4)))

    assert [[], [], [], [one.name for one in migrations()]] == done


def test_a_newer_schema_is_refused(settings):
    """Tables that a newer program made are left alone, by migrate and by everything that writes."""
    with connect(settings) as connection:
        connection.execute("INSERT INTO schema_version (number, name) VALUES (9999, 'from tomorrow')")

        with pytest.raises(SchemaDiffers, match="9999"):
            migrate(connection)
        with pytest.raises(SchemaDiffers, match="newer program"):
            require(connection)


def test_a_database_without_tables_is_refused(empty):
    """A store that runs on an empty database says which command makes the tables."""
    with connect(empty) as connection, pytest.raises(SchemaDiffers, match="fairtrade store migrate"):
        require(connection)


def test_a_migration_that_fails_leaves_nothing(empty, monkeypatch):
    """All files are one transaction: after an error in a later one the database is as empty as before."""
    known = migrations()
    broken = known[-1]._replace(number=known[-1].number + 1, name="broken.sql", sql="SELECT no_such_column")
    monkeypatch.setattr("monitor.store.migrate.migrations", lambda: [*known, broken])
    with connect(empty) as connection:
        with pytest.raises(Exception, match="no_such_column"):
            migrate(connection)

        assert 0 == version(connection)


def test_numbers_of_migrations_are_contiguous():
    """Files are numbered from one without a hole, so that the version of a schema says which are applied."""
    assert list(range(1, len(migrations()) + 1)) == [one.number for one in migrations()]


@pytest.mark.parametrize(
    "address", ["postgresql://u:hush@127.0.0.1/x", "host=127.0.0.1 password=hush", None, "not one"]
)
def test_a_password_in_the_address_is_refused_and_not_shown(address):
    """A connection string shows in lists and logs, so a password in it is refused and never repeated."""
    with pytest.raises(SettingIsWrong) as refused:
        shown(Settings(store=address))

    assert "hush" not in str(refused.value)


def test_an_address_is_shown_without_its_password():
    """What is shown of a database is user, host, port and name."""
    settings = Settings(store="postgresql://u@127.0.0.1:5/x", store_password=Secret("hush"))

    assert "u@127.0.0.1:5/x" == shown(settings)
