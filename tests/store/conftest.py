"""One real PostgreSQL a process, and a database of its own for each test."""

import secrets

import psycopg
import pytest

from monitor.local.postgres import LocalPostgres
from monitor.settings import Settings
from monitor.store.database import connect
from monitor.store.migrate import migrate


@pytest.fixture(scope="session")
def postgres():
    """The server of this process."""
    with LocalPostgres(settings={"fsync": "off"}) as server:
        yield server


@pytest.fixture
def superuser(postgres):
    """A connection that may do everything, to no database in particular."""
    with psycopg.connect(postgres.address(), password=postgres.password_file.read_text(), autocommit=True) as found:
        yield found


@pytest.fixture
def empty(postgres, superuser):
    """The settings of a store whose database is empty."""
    name = f"t{secrets.token_hex(6)}"
    superuser.execute(f"CREATE DATABASE {name}".encode())
    return Settings(store=postgres.address(name), store_password_file=str(postgres.password_file), partitions=2)


@pytest.fixture
def settings(empty):
    """The settings of a store whose tables are there."""
    with connect(empty) as connection:
        migrate(connection)
    return empty


@pytest.fixture
def database(settings):
    """A connection to such a store."""
    with connect(settings) as connection:
        yield connection
