"""What the README says is so: its links lead somewhere, and its commands and targets are there."""

import re
from pathlib import Path

import click
import pytest

from monitor.cli import cli
from monitor.detect.registry import registered
from monitor.settings import environment_name

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text()
LINKS = sorted(set(re.findall(r"\]\(([^)#]+)\)", README)))
COMMANDS = re.findall(r"^\| `fairtrade ([^`]+)` \|", README, re.MULTILINE)
FIRST_SCREEN = 60


def leaves(group, before=()):
    """Yield the words of every command below a group."""
    for name, command in group.commands.items():
        words = (*before, name)
        if isinstance(command, click.Group):
            yield from leaves(command, words)
        else:
            yield words


def named(row):
    """Answer the commands of a row of the table: alternatives are split, arguments dropped."""
    words = [word for word in row.replace("\\|", "|").split() if not word.isupper() and not word.endswith("…")]
    return {(*words[:-1], last) for last in words[-1].split("|")}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_somewhere(link):
    """Each link of the README names a file or folder of the repository."""
    assert (CHECKOUT / link).exists()


def test_every_command_is_in_the_table():
    """The table of commands is the list of commands, no more and no less."""
    rows = [row.replace(" ID", "") for row in COMMANDS]

    assert set(leaves(cli)) == {words for row in rows for words in named(row)}


def test_make_targets_exist():
    """Each `make` target that the README names is one that `make help` lists."""
    targets = re.findall(r"^([a-z-]+):.*## ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    named = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)`|`KEEP=1 make ([a-z]+)`", README, re.MULTILINE))

    assert {("demo", "", ""), ("test", "", "")} <= named
    assert {"".join(parts) for parts in named} <= set(targets)


def test_every_detector_is_in_the_table():
    """The table of what is detected has a row for each registered detector, with the statutes of its card."""
    rows = dict(re.findall(r"^\| ([a-z-]+) \| [A-Z].*? \| ([A-Z].*?) \|", README, re.MULTILINE))

    assert {one.id: ", ".join(one.card.statutes) for one in registered()} == rows


def test_the_start_stands_on_the_first_screen():
    """`make demo` is found before anything else is explained."""
    first = "\n".join(README.splitlines()[:FIRST_SCREEN])

    assert "make demo" in first
    assert environment_name("kafka") in README
