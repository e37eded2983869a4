"""Pages of the site: figures filled in, links turned, and what is made of the program's own declarations."""

import json
import re
from pathlib import Path

import click
import pytest

from docs.site.book import book
from docs.site.detector_pages import spoken
from docs.site.figures import figures, span
from docs.site.pages import CHECKOUT, Page, filled, turned
from monitor.cli import cli
from monitor.detect.registry import registered
from monitor.errors import WeAreWrong
from monitor.eventtime.china import DAY, HOUR, MINUTE, SECOND
from monitor.observe.catalogue import CATALOGUE
from monitor.settings import Settings, environment_name
from monitor.wire import contracts

PROSE = sorted((CHECKOUT / "docs").glob("*.md")) + sorted((CHECKOUT / "docs" / "concepts").glob("*.md"))


@pytest.fixture(scope="module")
def pages():
    """Every page's text by its path."""
    return {page.path: page.text for page in book()}


def cells(text):
    """Answer the first cell of every row of a page's tables, without marks of code."""
    return {found.replace("`", "") for found in re.findall(r"^\| (.+?) \|", text, re.MULTILINE)}


def test_a_figure_is_filled_in():
    """A page that asks for a figure prints it."""
    page = filled(Page("a.md", "after {{figure grace}}."), {"grace": "30 minutes"})

    assert page.text == "after 30 minutes."


def test_a_figure_that_nobody_knows_is_refused():
    """A page cannot ask for a number that no constant decides."""
    with pytest.raises(WeAreWrong, match="'grace'"):
        filled(Page("a.md", "{{figure grace}}", "docs/a.md"), {"lateness": "7 days"})


def test_every_figure_is_used():
    """No figure is kept for a page that no longer asks for it."""
    asked = {name for file in PROSE for name in re.findall(r"\{\{figure ([a-z_]+)\}\}", file.read_text("utf-8"))}

    assert asked == set(figures()) - {"version"}


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (7 * DAY, "7 days"),
        (DAY, "1 day"),
        (36 * HOUR, "36 hours"),
        (90 * MINUTE, "90 minutes"),
        (6 * SECOND, "6 seconds"),
        (1_500, "1,500 ms"),
        (0, "0 ms"),
    ],
)
def test_a_span_is_written_in_its_largest_whole_unit(ms, text):
    """Nothing is rounded: a unit is taken only if it divides the span."""
    assert text == span(ms)


def test_a_link_to_a_page_leads_to_its_place_in_the_site():
    """A link between files of the checkout becomes one between pages."""
    page = Page("concepts/time.md", "[rules](../../topics/README.md#records)", "docs/concepts/time.md")

    assert turned(page, {"topics/README.md": "contracts/index.md"}).text == "[rules](../contracts/index.md#records)"


def test_a_link_to_a_source_becomes_its_path():
    """The site stands alone: what is no page of it is named, not linked."""
    page = Page("a.md", "[decode.py](../monitor/wire/decode.py) and [settings](../monitor/settings.py)", "docs/a.md")

    assert turned(page, {}).text == "`decode.py` and settings (`monitor/settings.py`)"


def test_a_link_to_nothing_is_refused():
    """A link that leads nowhere stops the build and is named."""
    with pytest.raises(WeAreWrong, match=r"docs/a\.md links to nowhere\.md"):
        turned(Page("a.md", "[x](nowhere.md)", "docs/a.md"), {})


def test_code_is_left_alone():
    """What looks like a link inside a block of code stays as it is."""
    page = Page("a.md", "```\n[x](nowhere.md)\n```\n", "docs/a.md")

    assert turned(page, {}).text == page.text


@pytest.mark.parametrize("detector", registered(), ids=lambda one: one.id)
def test_a_detector_page_has_every_parameter(pages, detector):
    """Each parameter stands there with its default and what its source says of it."""
    text = pages[f"detectors/{detector.id}.md"]
    defaults = detector.parameters()
    rows = [f"| `{name}` | {getattr(defaults, name):,} |" for name in detector.parameters.__struct_fields__]

    assert list(detector.parameters.__struct_fields__) == list(spoken(detector.parameters))
    assert not [row for row in rows if row not in text]


@pytest.mark.parametrize("detector", registered(), ids=lambda one: one.id)
def test_a_detector_page_has_the_whole_card(pages, detector):
    """Titles, conduct, decision, statutes, blind spots, innocent explanations and first steps of the card are there."""
    text = pages[f"detectors/{detector.id}.md"]
    card = detector.card
    told = [card.title_zh, card.title_en, card.conduct, card.decision, *card.cannot_see, *card.innocent]

    assert not [part for part in (*told, *card.first_steps, *card.statutes) if part not in text]


@pytest.mark.parametrize("topic", contracts.load().topics, ids=lambda one: one.name)
def test_a_contract_page_has_every_field_and_example(pages, topic):
    """What a schema names and every whole record stand on the topic's page."""
    text = pages[f"contracts/{topic.name}.md"]
    folder = CHECKOUT / "topics" / topic.name
    names = {name for file in folder.glob("*.schema.json") for name in properties(json.loads(file.read_text("utf-8")))}
    last = {cell.rpartition(".")[2] for cell in cells(text)}
    examples = [file.stem for file in (folder / "examples").glob("*.json")]

    assert names <= last
    assert not [name for name in examples if f'??? note "{name}"' not in text]


def properties(schema):
    """Yield the name of every property, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for inner in schema.values():
            yield from properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties(inner)


def test_the_metrics_page_has_the_catalogue(pages):
    """Each metric of the catalogue is on the page of the metrics."""
    assert {row.name for row in CATALOGUE} <= cells(pages["metrics.md"])


def test_the_settings_page_has_every_variable(pages):
    """Each setting is there by the name of its variable."""
    assert {environment_name(name) for name in Settings.__dataclass_fields__} <= cells(pages["settings.md"])


def test_the_commands_page_has_every_command(pages):
    """Each command is there under its whole name."""
    headings = {found.split(" ")[0] for found in re.findall(r"^## fairtrade (.+)$", pages["commands.md"], re.MULTILINE)}

    assert set(cli.commands) == headings


def test_every_option_says_what_it_does(pages):
    """No row of the page of the commands has an empty meaning."""
    assert not re.findall(r"^\| (.+) \|  \|$", pages["commands.md"], re.MULTILINE)


@pytest.mark.parametrize("file", PROSE, ids=lambda file: file.name)
def test_commands_that_a_page_names_are_there(file):
    """`fairtrade …` in a page is a command that exists, down to the subcommand."""
    named = re.findall(r"(?:^|/|`)fairtrade ([a-z]+)(?: ([a-z]+))?", file.read_text("utf-8"), re.MULTILINE)
    groups = {name: set(one.commands) for name, one in cli.commands.items() if isinstance(one, click.Group)}

    assert {first for first, _ in named} <= set(cli.commands)
    assert not [(first, second) for first, second in named if first in groups and second not in {"", *groups[first]}]


@pytest.mark.parametrize("file", PROSE, ids=lambda file: file.name)
def test_paths_that_a_page_names_are_there(file):
    """A path of the checkout in a page leads to a file or folder."""
    named = re.findall(r"`((?:monitor|tests|topics|bench|deploy|docs)/[\w./-]+)`", file.read_text("utf-8"))

    assert not [path for path in named if not Path(CHECKOUT, path).exists()]
