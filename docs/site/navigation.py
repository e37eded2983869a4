"""What stands in the site's menu, and in which order: chapters of pages, each listed by its first heading."""

import json
from collections.abc import Iterable, Mapping

from docs.site.pages import Page

CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "Start": ("index.md", "start.md", "commands.md"),
    "Concepts": ("concepts/index.md", "concepts/time.md", "concepts/revisions.md", "concepts/guarantees.md"),
    "Detectors": ("read-an-alert.md", "detectors/", "write-a-detector.md"),
    "Subscribe": ("subscribe.md", "contracts/"),
    "Operate": ("operate.md", "upgrade.md", "settings.md", "metrics.md", "bench.md", "runbooks/"),
    "Decisions": ("decisions/",),
    "Changes": ("changes.md",),
}
"""Files by their place in the site; a folder stands for all that is in it, its index first, the others as they come."""


def navigation(pages: Iterable[Page]) -> str:
    """Write the menu in TOML; a page that no chapter names is on the site, but in no menu."""
    listed = list(pages)
    chapters = [{chapter: _entries(names, listed)} for chapter, names in CHAPTERS.items()]
    return "[\n" + "".join(f"  {_toml(chapter)},\n" for chapter in chapters) + "]"


def _entries(names: Iterable[str], pages: list[Page]) -> list[object]:
    found = [page for name in names for page in _of(name, pages)]
    return [{page.title: page.path} for page in found]


def _of(name: str, pages: list[Page]) -> list[Page]:
    if not name.endswith("/"):
        return [page for page in pages if page.path == name]
    inside = [page for page in pages if page.path.startswith(name)]
    return sorted(inside, key=lambda page: page.path != f"{name}index.md")


def _toml(value: object) -> str:
    """Write tables and lists of text as TOML has them; JSON's texts are TOML's."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
