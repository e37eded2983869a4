"""The commands that ask: `fairtrade why`, `fairtrade alerts diff` and `fairtrade alerts evidence`."""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.options import kafka_options, settings_of
from monitor.settings import WORD, Settings

if TYPE_CHECKING:
    from monitor.inquiry.evidence import Cited

NO = 1
SHOWN_CHANGES = 8
FOUND = {"same": "green", "differs": "red", "forgotten": "yellow", "missing": "red"}
console = Console()
errors = Console(stderr=True)


@click.command()
@click.argument("subject")
@kafka_options
@click.option("--platform", help="this platform alone")
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of lines")
def why(subject: str, platform: str | None, as_json: bool, **options: Any) -> None:  # noqa: FBT001
    """Say of SUBJECT, per detector, what is known, which clock is waited for and what is missing; exit 1 if unknown."""
    from monitor.inquiry.asking import ask
    from monitor.inquiry.sides import unapplied
    from monitor.inquiry.told import told, unknown

    settings = settings_of(options)
    answer = asyncio.run(ask(settings, subject, platform))
    is_known = bool(answer.accounts) if platform is None else platform in answer.platforms
    if as_json:
        click.echo(msgspec.json.encode(answer))
    elif is_known:
        _print(told(answer))
    else:
        _print(unknown(answer, platform, asyncio.run(unapplied(settings, answer.partition))))
    if not is_known:
        sys.exit(NO)


def _print(lines: Iterable[str]) -> None:
    from monitor.wire.legible import legible

    for line in lines:
        console.print(legible(line), markup=False, highlight=False, soft_wrap=True)


@click.command("diff")
@kafka_options
@click.option(
    "--against", required=True, metavar="PREFIX|FILE", help="output prefix of another group, or a file of revisions"
)
@click.option("--ignore", "ignored", multiple=True, metavar="PATH", help="what may differ, such as rule.engine")
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of lines")
def alerts_diff(against: str, ignored: tuple[str, ...], as_json: bool, **options: Any) -> None:  # noqa: FBT001
    """Compare the alerts of two groups at rest, by the projection of design.md 7; exit 1 if they differ."""
    from monitor.inquiry.comparing import compare

    settings = settings_of(options)
    file = Path(against) if Path(against).is_file() else None
    if file is None and not (against and WORD.issuperset(against)):
        raise click.BadParameter("no file of that name, and no prefix of topics", param_hint="--against")
    left, right, waiting = asyncio.run(_both(settings, file or against))
    found = compare(left, right, ignored)
    if as_json:
        click.echo(msgspec.json.encode({"comparison": found, "not_at_rest": waiting}))
    else:
        _print(_told(found, settings.address("alerts"), against, waiting))
    if not found.is_equal:
        sys.exit(NO)


async def _both(settings: Settings, against: str | Path) -> tuple[dict[str, bytes], dict[str, bytes], list[str]]:
    """Read both sides, and say which of them still has records to judge: their alerts may yet change."""
    from monitor.inquiry.sides import beside, in_file, on_topic, unapplied

    waiting = [f"{settings.prefixes[-1]} {one}" for one in await unapplied(settings)]
    if isinstance(against, Path):
        return await on_topic(settings), await asyncio.to_thread(in_file, against), waiting
    other = beside(settings, against)
    waiting += [f"{against} {one}" for one in await unapplied(other)]
    return await on_topic(settings), await on_topic(other), waiting


def _told(found: Any, left: str, right: str, waiting: list[str]) -> list[str]:
    lines = [f"not at rest, this may change: {one} not applied yet" for one in waiting]
    lines += [f"only on {left}: {name}" for name in found.only_left]
    lines += [f"only on {right}: {name}" for name in found.only_right]
    for one in found.differing:
        lines.append(f"differs: {one.alert_id} {one.typology} {one.platform} {one.subject}")
        lines += [f"  {c.path}: {c.left} → {c.right}" for c in one.changes[:SHOWN_CHANGES]]
        if len(one.changes) > SHOWN_CHANGES:
            lines.append(f"  and {len(one.changes) - SHOWN_CHANGES} more; --json tells all")
    alone = f"{len(found.only_left)} only on {left}, {len(found.only_right)} only on {right}"
    return [*lines, f"{found.equal} equal, {alone}, {len(found.differing)} differing"]


@click.command("evidence")
@click.argument("alert_id")
@kafka_options
@click.option("--record", metavar="TOPIC/PARTITION/OFFSET", help="this record alone, with its content")
def alerts_evidence(alert_id: str, record: str | None, **options: Any) -> None:
    """Fetch every record that an alert cites and hold it against its SHA-256; the beginning of the id is enough.

    Exits with 1 where a record is not there, is another one, or the alert does not cite it.
    """
    from monitor.inquiry.evidence import Finding, verified

    settings = settings_of(options)
    evidence = asyncio.run(_evidence(settings, alert_id))
    if record is not None:
        evidence = [one for one in evidence or () if f"{one['topic']}/{one['partition']}/{one['offset']}" == record]
    if not evidence:
        errors.print(
            f"no alert begins with {alert_id!r}{'' if record is None else f' and cites {record}'}", markup=False
        )
        sys.exit(NO)
    found = asyncio.run(verified(settings, evidence))
    console.print(_laid_out(found))
    if record is not None:
        _print_values(found)
    if any(one.finding is not Finding.same for one in found):
        sys.exit(NO)


async def _evidence(settings: Settings, alert_id: str) -> list[dict[str, Any]] | None:
    """Answer what the newest revision of an alert cites; None where no alert has that id."""
    from monitor.wire.subscriber import alerts

    newest: bytes | None = None
    async for one in alerts(settings):
        if one.key.startswith(alert_id):
            newest = one.value
    return None if newest is None else msgspec.json.decode(newest)["evidence"]


def _laid_out(found: Iterable["Cited"]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("found", "role", "topic/partition/offset", "SHA-256"):
        table.add_column(column, overflow="fold")
    for one in found:
        finding = Text(one.finding.value, style=FOUND[one.finding.value])
        table.add_row(finding, one.role, str(one.place), one.sha256)
    return table


def _print_values(found: Iterable["Cited"]) -> None:
    from monitor.wire.legible import legible

    for one in found:
        if one.value is not None:
            text = one.value.decode(errors="backslashreplace")
            console.print(legible(text), markup=False, highlight=False, soft_wrap=True)
