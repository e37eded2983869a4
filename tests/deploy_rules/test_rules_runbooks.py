"""Every alert leads to a page that is true: its links, commands, settings and queries exist."""

import re
from dataclasses import fields
from pathlib import Path

import click
import promql
import promql_parser
import pytest

from deploy.prometheus.build import ALERTS, DEPLOY, files
from monitor.cli import cli
from monitor.settings import Settings, environment_name

RUNBOOKS = DEPLOY / "runbooks"
PAGES = sorted(RUNBOOKS.glob("*.md"))
ALERT_PAGES = [page for page in PAGES if page.name != "README.md"]
SECTIONS = ["Meaning", "What it does to cases", "First look", "Fix", "Replay"]
COMMAND = re.compile(r"`fairtrade ([a-z -]+)|^fairtrade ([a-z -]+)", re.MULTILINE)
# How a worker's last line begins, which is no command.
ENDS = "worker ends with exit code "
# What is set by the launcher of a local node, and no setting of a worker.
OTHER_VARIABLES = {"FAIRTRADE_KAFKA_HOME"}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
every_alert_page = pytest.mark.parametrize("page", ALERT_PAGES, ids=lambda page: page.stem)


def queries(page: Path) -> list[str]:
    """Answer the queries of a page, one a line."""
    blocks = re.findall(r"```promql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def anchors(page: Path) -> set[str]:
    """Answer the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {heading.lower().replace(" ", "-") for heading in headings}


def test_every_alert_has_its_page_and_every_page_its_alert():
    """The set of pages is the set of alerts."""
    assert {alert.name for alert in ALERTS} == {page.stem for page in ALERT_PAGES}


def test_an_alert_links_to_its_page():
    """The last part of `runbook_url` is the page's name, and the base is the installation's to choose."""
    rules = files(runbooks="https://runbooks.example/of-ours")["prometheus/rules/alerts.yml"]

    assert {f"https://runbooks.example/of-ours/{page.stem}/" for page in ALERT_PAGES} == set(
        re.findall(r"runbook_url: (\S+)", rules)
    )


@every_alert_page
def test_a_page_says_what_an_operator_needs(page):
    """Name and Chinese title, one Chinese sentence, then meaning, effect on cases, first look, fix and replay."""
    title, _, summary, *_ = page.read_text(encoding="utf-8").splitlines()

    assert re.fullmatch(rf"# {page.stem} · .*[\u4e00-\u9fff].*", title)
    assert re.search(r"[\u4e00-\u9fff].*。$", summary)
    assert SECTIONS == re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)


@every_page
def test_links_of_a_page_resolve(page):
    """A link leads to a page that is there, and to a heading that it has."""
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        found = RUNBOOKS / (name or page.name)

        assert found.is_file(), target
        assert not anchor or anchor in anchors(found), target


@every_alert_page
def test_queries_of_a_page_ask_for_what_is_exported(page):
    """Each query parses, and each series and label of it is in the catalogue or recorded."""
    assert queries(page)
    for query in queries(page):
        tree = promql_parser.parse(query)
        named = [selector for selector in promql.selectors(tree) if selector.name]

        assert not {one.name for one in named} - promql.exported().keys() - promql.RECORDED.keys(), query
        if named:
            assert not [label for label, there in promql.asked(tree) if label not in there], query


@every_page
def test_commands_of_a_page_exist(page):
    """Each `fairtrade …` is a command, with the options that it has."""
    for quoted, line in COMMAND.findall(page.read_text(encoding="utf-8")):
        words = (quoted or line).removeprefix(ENDS).split()
        command: click.Command = cli
        while isinstance(command, click.Group) and words:
            assert words[0] in command.commands, (quoted, line)
            command = command.commands[words.pop(0)]
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}

        assert {word for word in words if word.startswith("--")} <= known, (quoted, line)


@every_page
def test_settings_of_a_page_exist(page):
    """Each FAIRTRADE_ variable is a setting."""
    known = {environment_name(one.name) for one in fields(Settings)} | OTHER_VARIABLES

    assert set(re.findall(r"FAIRTRADE_[A-Z_]+", page.read_text(encoding="utf-8"))) <= known
