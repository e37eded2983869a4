"""How the store reaches its PostgreSQL: one function makes every connection, and no password is ever shown."""

from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from monitor.errors import SettingIsWrong
from monitor.settings import Settings

SCHEMA = "fairtrade"
CONNECT_TIMEOUT_S = 5
# A peer that is gone without a word is found out by both sides within half a minute, and its locks are free.
_SERVER = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c timezone=UTC"

Connection = psycopg.Connection[tuple[Any, ...]]


def connect(settings: Settings, schema: str = SCHEMA) -> Connection:
    """Connect; unqualified names are of `schema`, and every statement is a transaction of its own unless told.

    Raises SettingIsWrong, or psycopg.OperationalError while nobody answers.
    """
    return psycopg.connect(
        _address(settings),
        password=_password(settings),
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name="fairtrade store",
        options=f"{_SERVER} -c search_path={schema}",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=30_000,
    )


def shown(settings: Settings) -> str:
    """Name the database for people: user, host, port and name."""
    told = conninfo_to_dict(_address(settings))
    return f"{told.get('user', '')}@{told.get('host', '')}:{told.get('port', 5432)}/{told.get('dbname', '')}"


def _address(settings: Settings) -> str:
    expected = "postgresql://user@host:port/name, the password apart in FAIRTRADE_STORE_PASSWORD_FILE"
    if not settings.store:
        raise SettingIsWrong("store", expected, "nothing")
    try:
        told = conninfo_to_dict(settings.store)
    except psycopg.ProgrammingError:
        raise SettingIsWrong("store", expected, "another text") from None
    if "password" in told:
        raise SettingIsWrong("store", expected, "a text with a password in it")
    return settings.store


def _password(settings: Settings) -> str | None:
    """The password told; None leaves it to libpq's own ways, such as certificates or a service file."""
    if settings.store_password_file is None:
        return None if settings.store_password is None else settings.store_password.reveal()
    try:
        return Path(settings.store_password_file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        expected = "a file of text that this user may read"
        raise SettingIsWrong("store_password_file", expected, settings.store_password_file) from error
