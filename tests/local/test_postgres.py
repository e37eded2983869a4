"""A PostgreSQL of our own: on loopback, with a password, gone when we are, and it says why it did not start."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from monitor.local import doctor
from monitor.local.errors import PostgresDidNotStart
from monitor.local.postgres import LocalPostgres, database

OFF = {"fsync": "off"}


def answer(server, asked="SELECT 1"):
    """Ask the server something."""
    with psycopg.connect(server.address(), password=server.password_file.read_text(), connect_timeout=5) as connection:
        return connection.execute(asked.encode()).fetchone()[0]


def is_alive(pid):
    """Whether a process is there, and no zombie."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"


@pytest.fixture(scope="module")
def server():
    """One for all that leave it as it is."""
    with LocalPostgres(settings=OFF) as found:
        yield found


def test_it_answers_on_loopback_alone_and_wants_the_password(server):
    """It listens on 127.0.0.1 and nowhere else, and lets nobody in without the password of its file."""
    assert "127.0.0.1" == answer(server, "SHOW listen_addresses")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.address(), password="wrong")  # noqa: S106 - it is


def test_the_password_file_is_closed_to_others(server):
    """Only its owner reads the file with the password."""
    assert 0o600 == server.password_file.stat().st_mode & 0o777


def test_it_comes_back_from_a_kill_with_what_was_committed(server):
    """After signal 9 a restart answers on the same port with the rows that were committed."""
    with psycopg.connect(server.address(), password=server.password_file.read_text()) as connection:
        connection.execute("CREATE TABLE kept (x int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    port = server.port
    server.kill()
    server.restart()

    assert (port, 7) == (server.port, answer(server, "SELECT x FROM kept"))


def test_nothing_is_left_behind():
    """After the end neither folder nor process is there."""
    with LocalPostgres(settings=OFF) as server:
        folder, pid = server.folder, server.pid
        assert is_alive(pid)

    assert not folder.exists()
    assert not is_alive(pid)


def test_it_dies_with_whoever_started_it():
    """A program that is killed by signal 9 leaves no server and no folder behind."""
    program = (
        "from monitor.local.postgres import LocalPostgres; import sys, time\n"
        "server = LocalPostgres(settings={'fsync': 'off'}).start()\n"
        "print(server.pid, server.folder, flush=True)\n"
        "time.sleep(60)\n"
    )
    started = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid, folder = started.stdout.readline().split()
    started.kill()
    started.communicate()
    deadline = time.monotonic() + 30
    while (is_alive(int(pid)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert (False, False) == (is_alive(int(pid)), Path(folder).exists())


def test_a_start_that_fails_says_why():
    """A setting that the server does not know is named in the error, with the server's own line."""
    with pytest.raises(PostgresDidNotStart, match="no_such_setting"):
        LocalPostgres(settings={"no_such_setting": "1"}).start()


def test_the_users_own_database_is_not_started():
    """With FAIRTRADE_STORE the database is the user's, and no server of ours runs."""
    given = {"FAIRTRADE_STORE": "postgresql://u@db/x", "FAIRTRADE_STORE_PASSWORD_FILE": "/run/secrets/x"}
    with database(given) as told:
        assert {"store": "postgresql://u@db/x", "store_password_file": "/run/secrets/x"} == told


def test_the_doctor_asks_the_users_database(server):
    """The doctor tells a database that answers from one that does not."""
    given = {"FAIRTRADE_STORE": server.address(), "FAIRTRADE_STORE_PASSWORD_FILE": str(server.password_file)}
    found = {one.name: one for one in doctor.diagnose({**os.environ, **given})}
    away = {one.name: one for one in doctor.diagnose({"FAIRTRADE_STORE": "postgresql://u@127.0.0.1:1/x"})}

    assert found["FAIRTRADE_STORE"].ok
    assert not away["FAIRTRADE_STORE"].ok
