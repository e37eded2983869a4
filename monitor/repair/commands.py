"""The commands `fairtrade dead-letters list` and `fairtrade dead-letters replay`."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from monitor.events import Reason, Topic
from monitor.eventtime.china import written
from monitor.options import kafka_options, settings_of
from monitor.settings import Settings
from monitor.wire.legible import legible

if TYPE_CHECKING:
    from monitor.repair.choosing import Wanted
    from monitor.repair.repaired import Repaired
    from monitor.repair.replaying import Planned
    from monitor.wire.dead_letters import Letter

NO = 1
SHOWN_READY = 10
console = Console()
errors = Console(stderr=True)


@click.group("dead-letters")
def dead_letters() -> None:
    """Look through what was refused, and write it anew once it is repaired."""


def _choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that narrow what letters are meant."""
    for option in (
        click.option("--since", help="refused since: 2026-11-25, 2026-11-25T10:30 (China Standard Time), 36h, 7d"),
        click.option("--platform", help="of this platform's records"),
        click.option("--reason", type=click.Choice([reason.value for reason in Reason]), help="for this reason"),
        click.option("--topic", type=click.Choice([topic.value for topic in Topic]), help="of this input"),
    ):
        command = option(command)
    return command


def _wanted(options: dict[str, Any]) -> "Wanted":
    from monitor.repair.choosing import Wanted, moment

    since = options.pop("since")
    narrowed = {name: options.pop(name) for name in ("topic", "reason", "platform")}
    return Wanted(**narrowed, since=None if since is None else moment(since))


@dead_letters.command("list")
@kafka_options
@_choosing
@click.option("--waiting", is_flag=True, help="only those that were not replayed")
@click.option("--json", "as_json", is_flag=True, help="a JSON object a line, which `replay` takes once it is repaired")
def list_(waiting: bool, as_json: bool, **options: Any) -> None:  # noqa: FBT001 - click passes flags so
    """List refused records: where they stood, when, why, and whether they were replayed."""
    from monitor.repair.choosing import chosen, plain

    wanted = _wanted(options)
    found = asyncio.run(chosen(settings_of(options), wanted))
    shown = [letter for letter in found if not (waiting and letter.replayed)]
    if as_json:
        for letter in shown:
            click.echo(msgspec.json.encode(plain(letter)))
        return
    console.print(_table(shown))
    console.print(f"{len(shown)} dead letters, {sum(letter.replayed is not None for letter in shown)} replayed")


def _table(letters: Sequence["Letter"]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("stood at", "appended", "platform", "reason", "path", "detail", "replayed as"):
        table.add_column(heading, overflow="fold")
    for one in letters:
        told = (
            str(one.where),
            written(one.append_time),
            one.platform or "",
            one.reason.value,
            one.path,
            one.detail,
            one.replayed or "",
        )
        table.add_row(*(legible(cell).replace("[", r"\[") for cell in told))
    return table


@dead_letters.command("replay")
@kafka_options
@_choosing
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-is", is_flag=True, help="the original bytes, for our own contract was at fault and is repaired")
@click.option("--send", is_flag=True, help="write; without it nothing is written and only told")
def replay(files: tuple[Path, ...], as_is: bool, send: bool, **options: Any) -> None:  # noqa: FBT001
    """Write dead letters anew, each at most once, from the lines of FILES or, with --as-is, as they were.

    A line is {"topic", "partition", "offset", "value"}, as `dead-letters list --json` writes it, its value repaired.
    With --as-is and no file the options choose the letters. Exit 1 if something could not be replayed.
    """
    from monitor.repair import replaying

    wanted = _wanted(options)
    _check_usage(files, wanted, as_is=as_is)
    settings = settings_of(options)
    lines = asyncio.run(_lines(settings, files, wanted, as_is=as_is))
    with Progress(
        TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), console=errors, transient=True
    ) as progress:
        task = progress.add_task("replaying", total=len(lines))
        planned = asyncio.run(
            replaying.replay(settings, lines, send=send, progress=lambda count: progress.update(task, completed=count))
        )
    for line in _told(planned, send=send):
        console.print(legible(line), markup=False, highlight=False, soft_wrap=True)
    if any(one.outcome not in {replaying.Outcome.ready, replaying.Outcome.already} for one in planned):
        sys.exit(NO)


def _check_usage(files: Sequence[Path], wanted: "Wanted", *, as_is: bool) -> None:
    if not files and not (as_is and not wanted.is_everything):
        raise click.UsageError("name a file of repaired records, or --as-is and which letters are meant")
    if files and not wanted.is_everything:
        raise click.UsageError("a file says itself which letters are meant; leave the options that choose away")


async def _lines(settings: Settings, files: Sequence[Path], wanted: "Wanted", *, as_is: bool) -> list["Repaired"]:
    from monitor.repair.choosing import chosen
    from monitor.repair.repaired import Repaired

    if files:
        lines = [line for file in files for line in await asyncio.to_thread(_all, file)]
        return [line._replace(value=None) for line in lines] if as_is else _valued(lines)
    letters = await chosen(settings, wanted)
    return [Repaired(letter.where, str(letter.where), None) for letter in letters if letter.replayed is None]


def _all(file: Path) -> list["Repaired"]:
    from monitor.repair.repaired import read

    return list(read(file))


def _valued(lines: list["Repaired"]) -> list["Repaired"]:
    empty = next((line.line for line in lines if line.value is None), None)
    if empty is not None:
        raise click.UsageError(f"{empty}: holds no value; give the repaired one, or --as-is for the original bytes")
    return lines


def _told(planned: Iterable["Planned"], *, send: bool) -> list[str]:
    """Say what became of each line but of the many that are ready, then how many of each there are."""
    from monitor.repair.replaying import Outcome

    told, ready = [], 0
    for one in planned:
        ready += one.outcome is Outcome.ready
        if one.outcome is not Outcome.ready or ready <= SHOWN_READY:
            told.append(f"{one.where}: {one.outcome.value}, {one.detail}")
    counts = Counter(one.outcome for one in planned)
    others = "".join(f", {count} {outcome.value}" for outcome, count in counts.items() if outcome is not Outcome.ready)
    done = f"{ready} sent" if send else f"{ready} would be sent; --send does it"
    return [*told, f"{done}{others}"]
