"""The version stands in one place, and the changelog knows it."""

import re
import tomllib

from artefacts import CHECKOUT

from monitor import __version__


def test_the_version_stands_in_the_package_alone():
    """pyproject.toml names no version of its own: it is read from monitor/__init__.py."""
    told = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))

    assert "version" in told["project"]["dynamic"]
    assert told["tool"]["hatch"]["version"]["path"] == "monitor/__init__.py"


def test_the_changelog_begins_with_the_version():
    """The newest entry of the changelog is that of the version of the package."""
    entries = re.findall(r"^## (\S+) ", (CHECKOUT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert entries[0] == __version__
