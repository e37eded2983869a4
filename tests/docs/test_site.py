"""The documentation site, built as `make docs` builds it: whole, strict, and closed in itself."""

import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from docs.site.book import write

LOADING = {
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("form", "action"),
}


class Reader(HTMLParser):
    """What a page links to, what it makes a browser load, and where one may link into it."""

    def __init__(self, html):
        super().__init__()
        self.links, self.loads, self.ids, self.classes = [], [], set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        """Take what a tag has to say."""
        told = {name: value for name, value in attributes if value}
        self.links += [told["href"]] if tag == "a" and "href" in told else []
        self.loads += [told[name] for kind, name in LOADING if kind == tag and name in told]
        self.ids |= {told["id"]} if "id" in told else set()
        self.classes |= set(told.get("class", "").split())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of a build, with the sources in `docs` and the site in `site`."""
    folder = tmp_path_factory.mktemp("build")
    write(folder)
    command = [Path(sys.executable).parent / "zensical", "build", "--strict", "--config-file", folder / "zensical.toml"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return folder


@pytest.fixture(scope="module")
def sources(built):
    """Every source by its path."""
    return {file.relative_to(built / "docs").as_posix(): file.read_text("utf-8") for file in built.glob("docs/**/*.md")}


@pytest.fixture(scope="module")
def pages(built):
    """Every page of the site by its path there."""
    files = sorted((built / "site").rglob("*.html"))
    return {file.relative_to(built / "site").as_posix(): Reader(file.read_text("utf-8")) for file in files}


def test_every_page_that_was_written_is_on_the_site(sources, pages):
    """Zensical makes a page of each source, and none is made of nothing."""
    expected = {Path(source).with_suffix(".html").as_posix() for source in sources}

    assert expected == set(pages) - {"404.html"}


def test_every_page_is_in_the_menu(built, sources):
    """What a reader may look for is found from the menu."""
    nav = tomllib.loads((built / "zensical.toml").read_text("utf-8"))["project"]["nav"]
    listed = [path for chapter in nav for entries in chapter.values() for entry in entries for path in entry.values()]

    assert sorted(sources) == sorted(listed)


def test_nothing_is_loaded_from_elsewhere(pages):
    """No page makes a browser ask another host: it is read on closed networks."""
    foreign = {
        (page, target)
        for page, reader in pages.items()
        for target in reader.loads
        if urlsplit(target).netloc and urlsplit(target).scheme != "data"
    }

    assert not foreign


def test_no_style_asks_another_host(built):
    """Style sheets bring their fonts and images along."""
    styles = "\n".join(file.read_text("utf-8") for file in (built / "site").rglob("*.css"))

    assert styles
    assert not re.findall(r"@import[^;]*//|url\(\s*[\"']?(?:https?:)?//[^)]*\)", styles)


def test_no_page_calls_for_what_a_script_fetches(pages):
    """Diagrams and formulas whose programs come from a foreign host are not used."""
    assert not {
        page for page, reader in pages.items() if reader.classes & {"mermaid", "language-mermaid", "arithmatex"}
    }


def test_every_link_inside_leads_to_a_heading_that_is_there(pages):
    """Links of the built site, those of made pages included, name a page and a place in it."""
    found = [(page, link) for page, reader in pages.items() if page != "404.html" for link in reader.links]
    broken = {(page, link) for page, link in found if not leads(pages, page, link)}

    assert found
    assert not broken


def leads(pages, page, link):
    """Answer whether a link of a page leads somewhere; other hosts are the reader's own choice."""
    told = urlsplit(link)
    if told.scheme or told.netloc:
        return True
    base = Path("/", page).parent
    path = (base / unquote(told.path)).resolve().relative_to("/").as_posix() if told.path else page
    target = "index.html" if path == "." else path
    found = pages.get(target, pages.get(f"{target}/index.html"))
    return found is not None and (not told.fragment or told.fragment == "__top" or unquote(told.fragment) in found.ids)


def test_no_figure_is_left_to_fill_in(sources):
    """Every figure and file that a page asks for is there."""
    left = [source for source, text in sources.items() if re.search(r"\{\{(figure|file) ", text)]

    assert not left
