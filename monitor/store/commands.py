"""The commands of the alert store: `fairtrade store …`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TextColumn

from monitor.options import kafka_options, settings_of
from monitor.settings import Settings
from monitor.store.errors import ClientIsMissing, DatabaseRefuses

NO = 1
console = Console()
errors = Console(stderr=True)

store_option = click.option("--store", help="PostgreSQL, postgresql://user@host/name, no password (FAIRTRADE_STORE)")


@click.group()
def store() -> None:
    """Keep every revision of every alert in PostgreSQL, exactly once."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise ClientIsMissing from error


@store.command()
@store_option
def migrate(**options: Any) -> None:
    """Bring the tables to this program's version and set who may see what; refused on newer tables."""
    from monitor.store.database import connect, shown
    from monitor.store.migrate import migrate as apply
    from monitor.store.migrate import version

    settings = settings_of(options)
    with _told(settings), connect(settings) as connection:
        applied = apply(connection)
        done = ", ".join(applied) or "nothing to apply"
        console.print(f"{escape(shown(settings))}: {done}; version {version(connection)}", highlight=False)


@store.command()
@kafka_options
@store_option
@click.option(
    "--only", metavar="PARTITIONS", help="write these alone, as 0-3,7; all that nobody else writes, if not given"
)
@click.option("--metrics-port", type=int, help="serve metrics on this port, of loopback by default; 0 for none")
@click.option("--health-port", type=int, help="answer /startup, /ready and /live on this port; 0 for none")
def run(only: str | None, **options: Any) -> None:
    """Copy alerts, feedback and the places of dead letters into the database, until SIGTERM.

    Several may run: each partition is written by one of them, and the others stand by. A broker or a database that is
    away is waited for; the store ends with 3 only where somebody must repair something.
    """
    from monitor.observe.logs import configure
    from monitor.observe.server import serve
    from monitor.store.figures import Figures
    from monitor.store.health import watch_health
    from monitor.store.run import Store, run_until_signalled

    settings = settings_of(options)
    partitions = chosen(only, settings.partitions)
    configure()
    figures = Figures(settings)
    serve(figures.registry, settings.metrics_port, settings.listen)

    async def live() -> None:
        store = Store(settings, partitions, figures)
        watch_health(settings, store.vitals)
        await run_until_signalled(store)

    with _told(settings):
        asyncio.run(live())


@store.command()
@kafka_options
@store_option
def rebuild(**options: Any) -> None:
    """Make the tables anew from the topics and put them in the place of the old ones; no store may run."""
    from monitor.store.rebuild import rebuild as make_anew

    settings = settings_of(options)
    with _told(settings), Progress(TextColumn("{task.description}"), console=errors, transient=True) as bar:
        task = bar.add_task("reading")
        done = asyncio.run(make_anew(settings, lambda count: bar.update(task, description=f"{count} records written")))
    for table, after in done.after.items():
        before = done.before[table]
        changed = "as before" if before == after else f"[yellow]changed[/], {before.rows} before"
        console.print(f"{table}: {after.rows} rows, {changed}", highlight=False)


@store.command()
@kafka_options
@store_option
@click.option(
    "--wait", "wait_s", type=float, default=0, help="seconds that a running store may take to come to the end"
)
def check(wait_s: float, **options: Any) -> None:
    """Hold the database against the topic alerts, record by record; exit 1 and name the places if they differ."""
    from monitor.store.check import report

    settings = settings_of(options)
    with _told(settings):
        told = asyncio.run(report(settings, wait_s))
    for line in told.lines():
        console.print(escape(line), highlight=False, soft_wrap=True)
    sys.exit(0 if told.ok else NO)


def chosen(only: str | None, partitions: int) -> range | set[int]:
    """Read a list of partitions such as `0-3,7`; nothing means all. Raises click.BadParameter."""
    if only is None:
        return range(partitions)
    found: set[int] = set()
    for part in only.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdigit() or (last and not last.isdigit()) or int(last or first) >= partitions:
            raise click.BadParameter(f"{part!r} is no partition of 0-{partitions - 1}", param_hint="--only")
        found |= set(range(int(first), int(last or first) + 1))
    return found


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Name what PostgreSQL refuses, with the database and without a password."""
    import psycopg

    from monitor.store.outage import away

    try:
        yield
    except psycopg.Error as error:
        raise DatabaseRefuses(away(settings, error)) from error
