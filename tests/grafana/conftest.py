"""One PostgreSQL with a province in it for the tests of boards, read as officers and as analysts read it."""

from collections.abc import Iterator

import psycopg
import pytest
from province import DATABASE, READERS, fill

from monitor.local.postgres import LocalPostgres


@pytest.fixture(scope="session")
def readers(tmp_path_factory) -> Iterator[dict[str, psycopg.Connection]]:
    """A connection for each data source of the alert store, by its uid."""
    with LocalPostgres() as postgres:
        fill(postgres, tmp_path_factory.mktemp("province"))
        password = postgres.password_file.read_text(encoding="utf-8").strip()
        opened = {
            f"fairtrade-{reader}": psycopg.connect(
                postgres.address(DATABASE, f"fairtrade_{reader}"), password=password, autocommit=True
            )
            for reader in READERS
        }
        yield opened
        for connection in opened.values():
            connection.close()
