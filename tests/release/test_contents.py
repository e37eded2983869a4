"""What a release holds: the program and its contracts, all of them, and nothing else."""

import tarfile
from email.parser import Parser
from zipfile import ZipFile

import pytest
from artefacts import CHECKOUT, build

from monitor import __version__

BUILT_FROM = {"monitor", "topics", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"}
ADDED = {"PKG-INFO", ".gitignore"}
"""What the build itself puts into a source distribution."""


def files(folder):
    """List the files below a folder of the checkout, by their path in it, without what running leaves behind."""
    found = (path for path in (CHECKOUT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(CHECKOUT).as_posix() for path in found}


@pytest.fixture(scope="module")
def wheel(artefacts):
    """The bytes of every file of the wheel by name."""
    with ZipFile(artefacts.wheel) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def sdist(artefacts):
    """The bytes of every file of the source distribution by name, without the folder that all are in."""
    with tarfile.open(artefacts.sdist) as packed:
        members = [member for member in packed.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: packed.extractfile(member).read() for member in members}


def test_the_wheel_is_the_package_with_the_contracts_inside(wheel):
    """Every file of monitor/ and of topics/ is in the wheel, and beside its metadata nothing else."""
    metadata = f"fairtrade_monitor-{__version__}.dist-info/"
    expected = files("monitor") | {f"monitor/{path}" for path in files("topics")}

    assert {"monitor/py.typed", "monitor/topics/asyncapi.yaml"} <= expected
    assert expected == {name for name in wheel if not name.startswith(metadata)}


def test_the_wheel_carries_every_migration(wheel):
    """The tables of the alert store can be made from the wheel alone."""
    expected = {name for name in files("monitor") if name.endswith(".sql")}

    assert expected
    assert expected <= set(wheel)


def test_the_source_distribution_has_what_a_build_needs(sdist):
    """Its top level is exactly what a wheel is built from, and what the build adds."""
    assert BUILT_FROM | ADDED == {name.partition("/")[0] for name in sdist}
    assert files("monitor") | files("topics") <= set(sdist)


def test_nothing_tells_where_it_was_built(wheel, sdist):
    """No file of a release names a folder of the machine that built it, or is one of its tests."""
    here = str(CHECKOUT).encode()

    assert not [name for name, content in (wheel | sdist).items() if here in content or "tests/" in name]


def test_two_builds_are_equal(artefacts, tmp_path):
    """Whoever builds the same sources gets the same bytes, and may compare."""
    again = [build("wheel", CHECKOUT, tmp_path), build("sdist", CHECKOUT, tmp_path)]

    assert [artefacts.wheel.read_bytes(), artefacts.sdist.read_bytes()] == [file.read_bytes() for file in again]


def test_the_metadata_says_what_the_project_says(wheel):
    """Version, licence and Python of the wheel are those of the project."""
    told = Parser().parsestr(wheel[f"fairtrade_monitor-{__version__}.dist-info/METADATA"].decode())

    assert (__version__, "Apache-2.0", ">=3.11") == (
        told["Version"],
        told["License-Expression"],
        told["Requires-Python"],
    )
    assert b"fairtrade = monitor.cli:main" in wheel[f"fairtrade_monitor-{__version__}.dist-info/entry_points.txt"]
