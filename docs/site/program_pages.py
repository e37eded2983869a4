"""The pages of what a user can tell the program: commands with their options, settings with their variables."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import click

from docs.site.markdown import code, codes, table
from docs.site.pages import Page
from monitor.cli import cli
from monitor.settings import Settings, environment_name
from monitor.stream import exits


def program_pages() -> list[Page]:
    """Make the page of the commands and the page of the settings."""
    return [Page("commands.md", "".join(_commands())), Page("settings.md", _settings())]


def _commands() -> Iterator[str]:
    yield "# Commands\n\nExit codes: 0 done, 1 the answer is no, 2 usage, 3 the world is broken.\n\n"
    yield from _of_group(cli, "fairtrade")
    yield "## How a worker ends itself\n\nIts supervisor starts it again, and it goes on from the last transaction: "
    yield "[why and when](decisions/0006-one-transaction-a-partition.md#how-a-worker-ends).\n\n"
    yield table(("exit code", "cause"), ((value, name.lower().replace("_", " ")) for name, value in _exit_codes()))


def _exit_codes() -> Iterator[tuple[str, int]]:
    for name, value in vars(exits).items():
        if name.isupper() and isinstance(value, int):
            yield name, value


def _of_group(group: click.Group, called: str) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _of_group(command, f"{called} {name}")
        else:
            yield _command(command, f"{called} {name}")


def _command(command: click.Command, called: str) -> str:
    takes = "".join(f" {one.make_metavar(click.Context(command))}" for one in command.params if not _is_option(one))
    says = (command.help or "").split("\f")[0]
    rows = (
        (codes(one.opts + one.secondary_opts), one.help or "")
        for one in command.params
        if isinstance(one, click.Option)
    )
    return f"## {called}{takes}\n\n{says}\n\n" + table(("option", "meaning"), rows)


def _is_option(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option)


def _settings() -> str:
    rows = (
        (code(environment_name(one.name)), one.metadata["says"], _default(one.default), _values(one.metadata))
        for one in fields(Settings)
    )
    return (
        "# Settings\n\nEvery setting is a variable of the environment; options of a command go before it, defaults"
        " after it. A value that is out of its bounds stops the start and says so.\n\n"
        + table(("variable", "meaning", "default", "bounds"), rows)
    )


def _default(value: object) -> str:
    return "none" if value in (None, (), "") else code(value)


def _values(told: Mapping[str, Any]) -> str:
    if "low" in told:
        return f"{told['low']:,} to {told['high']:,}"
    return "true, false" if told.get("flag") else codes(told.get("choices", ()))
