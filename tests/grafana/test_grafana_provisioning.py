"""Provisioning: data sources, folders and boards fit each other, and no secret stands in a file."""

import re

import pytest
import yaml
from board_files import DASHBOARDS, PATHS

from deploy.grafana.boards.spec import Audience, Source
from deploy.grafana.build import LANGUAGES

PROVISIONING = DASHBOARDS.parent / "provisioning"
SOURCES = [
    one
    for path in sorted(PROVISIONING.glob("datasources/*.yaml"))
    for one in yaml.safe_load(path.read_text())["datasources"]
]
FOLDERS = {path.stem: yaml.safe_load(path.read_text())["providers"] for path in PROVISIONING.glob("dashboards/*.yaml")}


def test_sources_are_those_that_boards_name():
    """The uids and plugins that boards reference are the provisioned ones, neither more nor fewer."""
    referenced = {
        pair
        for path in PATHS
        for pair in re.findall(r'"type": "([\w-]+)",\s*"uid": "(fairtrade-[\w-]+)"', path.read_text(encoding="utf-8"))
    }

    assert {(one["type"], one["uid"]) for one in SOURCES} == referenced == {(s.plugin, s.value) for s in Source}


def test_sources_are_fixed():
    """A source is changed in its file, never by hand."""
    assert [one["uid"] for one in SOURCES if one["editable"]] == []


@pytest.mark.parametrize("role", ["officer", "analyst"])
def test_each_reader_has_its_role_and_a_secret_of_its_own(role):
    """A source of the store logs in as its role, with a password from a file."""
    source = next(one for one in SOURCES if one["uid"] == f"fairtrade-{role}")

    assert (f"fairtrade_{role}", {"password": f"$__file{{/run/secrets/fairtrade_{role}_password}}"}) == (
        source["user"],
        source["secureJsonData"],
    )


def test_each_audience_has_a_folder_in_each_language():
    """There is a file an audience, with a provider and a folder a language."""
    expected = {a.value: [f"$FAIRTRADE_DASHBOARDS/{lang}/{a.value}" for lang in LANGUAGES] for a in Audience}

    assert expected == {name: [one["options"]["path"] for one in of] for name, of in FOLDERS.items()}


def test_folders_hold_boards():
    """Every provided folder exists with boards in it."""
    folders = {path.parent.relative_to(DASHBOARDS).as_posix() for path in PATHS}

    assert folders == {
        p["options"]["path"].removeprefix("$FAIRTRADE_DASHBOARDS/") for of in FOLDERS.values() for p in of
    }


def test_boards_of_officers_ask_nothing_as_analysts():
    """A folder's boards use the role of their audience, so that the other's file need not be there."""
    crossed = [
        path.name
        for path in PATHS
        for other in [{"officers": "fairtrade-analyst", "analysts": "fairtrade-officer"}.get(path.parent.name)]
        if other and other in path.read_text(encoding="utf-8")
    ]

    assert crossed == []


def test_an_exemplar_opens_a_board_that_exists():
    """The alert id of a latency's exemplar leads to the file of its case."""
    link = next(one for one in SOURCES if one["type"] == "prometheus")["jsonData"]["exemplarTraceIdDestinations"][0]
    uids = {re.search(r'"uid": "(ft-[\w-]+)"', path.read_text(encoding="utf-8"))[1] for path in PATHS}

    assert re.search(r"/d/([\w-]+)\?", link["url"])[1] in uids
