"""The command `fairtrade`: every command a user has.

Exit codes: 0 done, 1 the answer is no, 2 usage, 3 the world is broken.

What a command needs is imported when it runs, so that `fairtrade backtest` starts without Kafka and help at once.
"""

import asyncio
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor import __version__
from monitor.errors import FairTradeError
from monitor.inquiry.commands import alerts_diff, alerts_evidence, why
from monitor.observe.commands import health
from monitor.options import Told, kafka_options, settings_of
from monitor.repair.commands import dead_letters
from monitor.settings import Settings
from monitor.store.commands import store
from monitor.wire.commands import topics

console = Console()
errors = Console(stderr=True)

NO = 1
BROKEN = 3

files_argument = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


def progress_bar() -> Progress:
    """Make the progress display of long work."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors, transient=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fairtrade")
def cli() -> None:
    """Find exclusivity coercion and sub-cost pricing in platform feeds on Kafka."""


@cli.command()
@click.option("--seed", type=int, default=20210401, show_default=True, help="seed of the simulated province")
@click.option("--small", is_flag=True, help="a province that is judged within 20 seconds")
@click.option("--keep", is_flag=True, help="leave broker and worker up and say how to look further")
def demo(seed: int, small: bool, keep: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Simulate a province, judge it live on a real Kafka, hold the alerts against the planted truth."""
    from monitor.local.demo import run

    sys.exit(run(console, seed=seed, small=small, keep=keep))


@cli.command()
@kafka_options
@click.option("--metrics-port", type=int, help="serve metrics on this port, of loopback by default; 0 for none")
@click.option("--health-port", type=int, help="answer /startup, /ready and /live on this port; 0 for none")
@click.option("--detectors", help="ids of the detectors to run, by commas; all if not given")
@click.option("--mode", type=click.Choice(["live", "shadow", "backtest", "probe"]), help="what alerts say they are")
@click.option("--candidate", is_flag=True, default=None, help="catch up beside the group that writes control")
def worker(detectors: str | None, **options: Any) -> None:
    """Judge the inputs, live, until SIGTERM."""
    from monitor.app import run_worker

    run_worker(settings_of({**options, "detectors": _ids(detectors)}))


cli.add_command(topics)
cli.add_command(store)
cli.add_command(dead_letters)
cli.add_command(why)


@cli.command()
@files_argument
@kafka_options
@click.option("--restamp", is_flag=True, help="give lines that carry source and sequence new ones")
def produce(files: tuple[Path, ...], restamp: bool, **options: Any) -> None:  # noqa: FBT001
    """Write the lines of FILES into the topics, stamped as a gateway stamps them."""
    from monitor.feed.produce import produce as write

    with progress_bar() as bar:
        task = bar.add_task("producing", total=None)
        done = asyncio.run(
            write(
                files, settings_of(options), restamp=restamp, progress=lambda count: bar.update(task, completed=count)
            )
        )
    console.print(str(done))


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), help="folder for files; without it straight to the topics")
@click.option("--seed", type=int, default=20210401, show_default=True, help="seed of the simulated province")
@click.option("--small", is_flag=True, help="a few thousand events")
@click.option("--rate", type=float, help="events a second on the topics; as fast as possible if not given")
@kafka_options
def simulate(out: Path | None, seed: int, small: bool, rate: float | None, **options: Any) -> None:  # noqa: FBT001
    """Simulate a province with planted offences, look-alikes and their truth."""
    from monitor.feed.simulate import simulate_to_files, simulate_to_topics

    settings = settings_of(options)
    scale = "small" if small else "demo"
    with progress_bar() as bar:
        task = bar.add_task("simulating", total=None)

        def progress(count: int) -> None:
            bar.update(task, completed=count)

        if out is not None:
            told = simulate_to_files(out, seed, scale, partitions=settings.partitions, progress=progress)
        else:
            told = asyncio.run(simulate_to_topics(settings, seed, scale, rate=rate, progress=progress))
    console.print(f"{told.records} records, {len(told.truths)} planted cases")


@cli.command()
@files_argument
@click.option("--out", type=click.Path(path_type=Path), required=True, help="where the revisions go, a line each")
@click.option("--detectors", help="ids of the detectors to run, by commas; all if not given")
def backtest(files: tuple[Path, ...], out: Path, detectors: str | None) -> None:
    """Judge the lines of FILES in virtual time, without Kafka; OUT.counts.json tells what was no alert."""
    from monitor.backtest import run

    settings = settings_of({"mode": "backtest", "detectors": _ids(detectors)})
    with progress_bar() as bar:
        task = bar.add_task("judging", total=None)
        revisions = run(files, out, settings, progress=lambda count: bar.update(task, completed=count))
    console.print(f"{revisions} revisions in {out}, counts in {out}.counts.json")


def _ids(text: str | None) -> tuple[str, ...] | None:
    from monitor.detect.registry import registered

    if text is None:
        return None
    ids = tuple(name for name in text.split(",") if name)
    try:
        registered(ids)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--detectors") from error
    return ids


@cli.group()
def alerts() -> None:
    """Read the alerts that are on the topic."""


alerts.add_command(alerts_diff)
alerts.add_command(alerts_evidence)


@alerts.command("tail")
@kafka_options
@click.option("--follow/--no-follow", default=True, help="wait for more, or end at the end of the topic")
def alerts_tail(follow: bool, **options: Any) -> None:  # noqa: FBT001
    """Print a line for every revision as it comes."""
    from monitor.eventtime.china import written
    from monitor.wire.legible import legible
    from monitor.wire.subscriber import alerts as read

    async def run() -> None:
        async for one in read(settings_of(options), follow=follow):
            alert = orjson.loads(one.value)
            verdict = alert["class"] or alert["grade"]
            text = (
                f"{written(alert['window']['clock'])} {alert['alert_id'][:8]}.{alert['revision']} {alert['status']:9} "
                f"{alert['level']:6} {alert['typology']} {verdict} {alert['severity']} {alert['platform']} "
                f"{alert['subject']} ({alert['reason']})"
            )
            console.print(legible(text), highlight=False, markup=False, soft_wrap=True)

    asyncio.run(run())


@alerts.command("show")
@click.argument("alert_id")
@kafka_options
def alerts_show(alert_id: str, **options: Any) -> None:
    """Lay out the newest revision of an alert; the beginning of its id is enough."""
    from monitor.local.pages import page

    found = asyncio.run(_newest(settings_of(options), alert_id))
    if not found:
        errors.print(f"no alert begins with {alert_id!r}", markup=False)
        sys.exit(NO)
    for alert in found:
        console.print(page(alert))


async def _newest(settings: Settings, alert_id: str) -> list[dict[str, Any]]:
    from monitor.wire.subscriber import alerts as read

    newest = {one.key: one.value async for one in read(settings) if one.key.startswith(alert_id)}
    return [orjson.loads(value) for value in newest.values()]


@alerts.command("export")
@kafka_options
@click.option("--out", type=click.Path(path_type=Path), required=True, help="the file, which is made anew")
def alerts_export(out: Path, **options: Any) -> None:
    """Write every revision to a file, a line each: key, headers, value."""
    from monitor.wire.subscriber import alerts as read

    async def lines() -> list[bytes]:
        return [_line(one.key, one.headers, one.value) async for one in read(settings_of(options))]

    exported = asyncio.run(lines())
    out.write_bytes(b"".join(exported))
    console.print(f"{len(exported)} revisions in {out}")


def _line(key: str, headers: dict[str, str], value: bytes) -> bytes:
    return orjson.dumps({"key": key, "headers": headers, "value": orjson.Fragment(value)}) + b"\n"


@cli.command()
@kafka_options
def audit(**options: Any) -> None:
    """Count the inputs and compare every term of the ledger; exit 1 if one differs."""
    from monitor.stream import audit as ledger

    rows = asyncio.run(ledger.audit(settings_of(options)))
    console.print(ledger.format(rows))
    if not all(row.ok for row in rows):
        sys.exit(NO)


cli.add_command(health)


@cli.command()
def doctor() -> None:
    """Say what this machine lacks and which package brings it."""
    from monitor.local.doctor import report

    sys.exit(report(console))


def main(arguments: Iterable[str] | None = None) -> None:
    """Run a command; an error that has a name is one line, not a traceback."""
    # Clients cry of a broker that is away before and after they raise; only the worker, which keeps a log, wants that.
    logging.lastResort = logging.NullHandler()
    told = Told()
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="fairtrade", obj=told)
    except FairTradeError as error:
        _end(error)
    except Exception as error:
        from monitor.wire.diagnosis import named  # only now, for its import takes a fifth of a second

        known = named(error, told.settings)
        if known is None:
            raise
        _end(known)


def _end(error: FairTradeError) -> None:
    from monitor.wire.legible import legible

    text = escape(legible(str(error), keep="\n\t"))
    errors.print(f"[red]{type(error).__name__}[/] {text}", soft_wrap=True, highlight=False)
    sys.exit(BROKEN)
