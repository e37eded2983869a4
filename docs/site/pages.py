"""Pages as they stand in the checkout, and their way into the site: figures filled in, links turned.

A page of the checkout is read twice: on a forge, where its links lead to files, and on the site, which stands alone on
a closed network. So a link to a file that is no page of the site becomes the path of that file, as text.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.errors import WeAreWrong

CHECKOUT = Path(__file__).resolve().parents[2]

_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]\n]+)\]\((?P<href>[^)\s]+)\)")
_CODE = re.compile(r"^(```.*?^```$)", re.DOTALL | re.MULTILINE)
_FIGURE = re.compile(r"\{\{figure (?P<name>[a-z_]+)\}\}")
_FILE = re.compile(r"\{\{file (?P<path>[\w./-]+)\}\}")
_TITLE = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)
_ELSEWHERE = re.compile(r"^[a-z]+:")


@dataclass(frozen=True)
class Page:
    """One page: its place in the site, its Markdown, and the file of the checkout that its links start from."""

    path: str
    text: str
    origin: str | None = None

    @property
    def title(self) -> str:
        """What the first heading says; raises WeAreWrong where there is none."""
        found = _TITLE.search(self.text)
        if found is None:
            raise WeAreWrong(f"{self.origin or self.path} has no heading '# …'; a page is listed by its first heading")
        return found["title"].replace("`", "")


def standing(path: str, origin: str) -> Page:
    """Take a file of the checkout as a page."""
    return Page(path, (CHECKOUT / origin).read_text("utf-8"), origin)


def filled(page: Page, figures: Mapping[str, str]) -> Page:
    """Put figures and whole files where a page asks for them, as {{figure NAME}} and {{file PATH}}.

    Raises WeAreWrong for a figure that is not known.
    """

    def figure(found: re.Match[str]) -> str:
        if found["name"] not in figures:
            raise WeAreWrong(f"{page.origin}: no figure is called {found['name']!r}; there are {', '.join(figures)}")
        return figures[found["name"]]

    def file(found: re.Match[str]) -> str:
        return (CHECKOUT / found["path"]).read_text("utf-8").rstrip()

    return replace(page, text=_FILE.sub(file, _FIGURE.sub(figure, page.text)))


def turned(page: Page, places: Mapping[str, str]) -> Page:
    """Turn the links of a page of the checkout to the pages of the site; `places` maps files and folders to these."""
    if page.origin is None:
        return page
    parts = _CODE.split(page.text)
    parts[::2] = [_LINK.sub(lambda found: _link(page, found, places), part) for part in parts[::2]]
    return replace(page, text="".join(parts))


def _link(page: Page, found: re.Match[str], places: Mapping[str, str]) -> str:
    href, _, anchor = found["href"].partition("#")
    if not href or _ELSEWHERE.match(href):
        return found[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.origin or ""), href))
    if target in places:
        way = posixpath.relpath(places[target], posixpath.dirname(page.path) or ".")
        return f"{found['image']}[{found['text']}]({way}{'#' + anchor if anchor else ''})"
    if not (CHECKOUT / target).exists():
        raise WeAreWrong(f"{page.origin} links to {href}, and there is no {target}; correct the link")
    return _as_text(found["text"], target)


def _as_text(text: str, target: str) -> str:
    bare = text.strip("`")
    return f"`{bare}`" if target.endswith(bare.rstrip("/")) else f"{text} (`{target}`)"
