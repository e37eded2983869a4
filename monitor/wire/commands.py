"""The commands about topics and about who may do what with them: `fairtrade topics …`."""

import asyncio
import sys
from typing import Any

import click
import orjson
from rich.console import Console
from rich.markup import escape

from monitor.options import kafka_options, settings_of
from monitor.settings import Settings

NO = 1
console = Console()


@click.group()
def topics() -> None:
    """Create, check and show the topics that topics/ declares, and who may do what with them."""


@topics.command("apply")
@kafka_options
def topics_apply(**options: Any) -> None:
    """Create what is missing and seed the platform registry; what is there already is left alone."""
    from monitor.wire import admin, contracts

    settings = settings_of(options)
    for line in asyncio.run(admin.apply(settings, contracts.load(settings.topics_folder))):
        console.print(f"{line.name}: {line.done}")


@topics.command("check")
@kafka_options
def topics_check(**options: Any) -> None:
    """Compare the broker's topics with their declarations; exit 1 if one differs."""
    from monitor.wire import admin, contracts

    settings = settings_of(options)
    drift = asyncio.run(admin.check(settings, contracts.load(settings.topics_folder)))
    for one in drift:
        console.print(f"[red]✗[/] {escape(str(one))}")
    if drift:
        sys.exit(NO)
    console.print("[green]✓[/] every topic is as declared")


@topics.command("show")
def topics_show() -> None:
    """Show every topic: key, retention, clean-up, owner."""
    from monitor.wire import admin, contracts

    console.print(admin.show(contracts.load(Settings.from_env().topics_folder)))


@topics.command("acls")
@kafka_options
@click.option("--user", "users", multiple=True, metavar="ROLE=USER", help="who logs in as a role; by default its name")
@click.option("--json", "todo", flag_value="json", help="print the grants as JSON")
@click.option("--apply", "todo", flag_value="apply", help="create on the broker what is missing there")
@click.option("--check", "todo", flag_value="check", help="compare with the broker; exit 1 if it differs")
def topics_acls(users: tuple[str, ...], todo: str | None, **options: Any) -> None:
    """Print what each role needs and no more; apply or check it on a broker whose authorizer refuses all else."""
    from monitor.wire import acls, contracts, granting

    settings = settings_of(options)
    catalogue = contracts.load(settings.topics_folder)
    where = acls.installation(settings.prefix, settings.group, users, settings.output_prefix)
    grants = acls.all_grants(catalogue, where)
    if todo is None:
        console.print(acls.table(catalogue, where))
    elif todo == "json":
        click.echo(orjson.dumps([acls.plain(grant) for grant in grants], option=orjson.OPT_INDENT_2))
    else:
        work = granting.grant if todo == "apply" else granting.compare
        _tell(granting.told(asyncio.run(work(settings, grants)), granted=todo == "apply"), failing=todo == "check")


def _tell(differences: list[str], *, failing: bool) -> None:
    for line in differences:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if differences and failing:
        sys.exit(NO)
    if not differences:
        console.print("[green]✓[/] every role may do what is declared, and no more")
