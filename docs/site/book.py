"""All pages of the site: which files of the checkout it takes, what is made, and where each stands."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from docs.site.contract_pages import contract_pages, topics_table
from docs.site.detector_pages import detector_pages
from docs.site.figures import figures
from docs.site.markdown import table
from docs.site.navigation import navigation
from docs.site.pages import CHECKOUT, Page, filled, standing, turned
from docs.site.program_pages import program_pages
from monitor.observe.reference import reference
from monitor.wire import contracts

ASSETS = ("docs/images", "docs/styles")
"""Folders that are copied as they are, to the same place below the site."""

_FOLDERS = {"docs/decisions": "decisions", "deploy/runbooks": "runbooks", "docs/concepts": "concepts"}
_FILES = {"README.md": "index.md", "CHANGELOG.md": "changes.md", "topics/README.md": "contracts/index.md"}
_MADE = {"docs/metrics.md": "metrics.md"}
"""Files of the checkout that the site makes anew from what they are made of."""

_PRINTED = {"docs/subscriber.py": "subscribe.md", "docs/chain.py": "subscribe.md"}
"""Programs of the checkout that a page prints whole."""


def book() -> list[Page]:
    """Answer every page, ready to be written: figures filled in, links turned to the site."""
    told = figures()
    catalogue = contracts.load(CHECKOUT / "topics")
    found = _standing()
    places = _places(found)
    read = [turned(filled(page, told), places) for page in found]
    made = [*detector_pages(), *contract_pages(catalogue), *program_pages(), Page("metrics.md", reference())]
    lists = {"contracts": topics_table(catalogue)} | {
        folder: _list(folder, read) for folder in ("decisions", "runbooks")
    }
    return [*_listing(read, lists), *made]


def _standing() -> list[Page]:
    texts = [(path.name, f"docs/{path.name}") for path in sorted((CHECKOUT / "docs").glob("*.md"))]
    for folder, place in _FOLDERS.items():
        found = sorted((CHECKOUT / folder).glob("*.md"))
        texts += [(f"{place}/{path.name.replace('README', 'index')}", f"{folder}/{path.name}") for path in found]
    texts += [(place, origin) for origin, place in _FILES.items()]
    return [standing(place, origin) for place, origin in texts if origin not in _MADE]


def _listing(pages: Iterable[Page], lists: Mapping[str, str]) -> Iterator[Page]:
    """Put under the first page of a folder the list of what is in it."""
    for page in pages:
        folder, _, name = page.path.rpartition("/")
        yield replace(page, text=f"{page.text}\n{lists[folder]}") if name == "index.md" and folder in lists else page


def _places(pages: Iterable[Page]) -> Mapping[str, str]:
    """Say where in the site a link to a file or folder of the checkout leads."""
    files = {page.origin: page.path for page in pages if page.origin is not None}
    folders = {folder: f"{place}/index.md" for folder, place in _FOLDERS.items()}
    assets = {
        f"{folder}/{path.name}": f"{Path(folder).name}/{path.name}"
        for folder in ASSETS
        for path in (CHECKOUT / folder).iterdir()
    }
    return files | folders | assets | _MADE | _PRINTED | {"topics": "contracts/index.md"}


def _list(folder: str, pages: Iterable[Page]) -> str:
    """List the pages of a folder by their first headings."""
    inside = [page for page in pages if page.path.startswith(f"{folder}/") and page.path != f"{folder}/index.md"]
    return table(("page",), ((f"[{page.title}]({page.path.removeprefix(f'{folder}/')})",) for page in inside))


def write(folder: Path) -> int:
    """Write pages, assets and the configuration of Zensical into a folder; answer how many pages.

    Pages are in `docs` there, which is made anew; Zensical makes the site beside it, in `site`.
    """
    pages = book()
    shutil.rmtree(folder / "docs", ignore_errors=True)
    for page in pages:
        file = folder / "docs" / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page.text, "utf-8")
    for asset in ASSETS:
        shutil.copytree(CHECKOUT / asset, folder / "docs" / Path(asset).name)
    told = (CHECKOUT / "docs" / "site" / "zensical.toml").read_text("utf-8")
    (folder / "zensical.toml").write_text(told.replace("[]  # the menu is made", navigation(pages)), "utf-8")
    return len(pages)
