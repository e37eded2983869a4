"""The committed JSON is what the definition makes, in a model that Grafana's own SDK reads without loss."""

import json
import warnings

import pytest
from board_files import DASHBOARDS, NAMES, PATHS, read
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins

from deploy.grafana.boards.render import model
from deploy.grafana.boards.words import LOOK_ALIKES
from deploy.grafana.build import files, write

CHINESE = range(0x4E00, 0x9FFF)


def test_committed_files_are_what_the_definition_makes():
    """Every file below dashboards equals the definition's text byte for byte, and no other file lies there."""
    committed = {str(path.relative_to(DASHBOARDS)): path.read_text(encoding="utf-8") for path in PATHS}

    assert committed == files(), "make dashboards"


def test_a_board_that_no_definition_makes_is_removed(tmp_path):
    """Building takes away a file whose board is gone."""
    stale = tmp_path / "zh" / "officers" / "gone.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    write(tmp_path)

    assert not stale.exists()


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_sdk_reads_a_board_without_losing_anything(path):
    """A board that went through the SDK's model is equal: the SDK drops keys that it does not know."""
    register_default_plugins()
    board = read(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        again = model.Dashboard.from_json(board)

    assert board == json.loads(json.dumps(again, cls=JSONEncoder))


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_board_is_of_the_classic_schema(path):
    """Grafana 10 to 13 load schema version 42 from files."""
    assert read(path)["schemaVersion"] == 42


def _titles(board):
    return [panel["title"] for panel in board["panels"]] + [board["title"]]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("zh/")])
def test_both_languages_have_the_same_panels(name):
    """The English board asks what the Chinese one asks, but for the columns in the reader's language."""
    zh, en = read(DASHBOARDS / name), read(DASHBOARDS / name.replace("zh/", "en/"))
    asked = [json.dumps(panel.get("targets"), ensure_ascii=False) for panel in zh["panels"]]
    said = [json.dumps(panel.get("targets"), ensure_ascii=False) for panel in en["panels"]]

    assert [text.replace("_zh", "_en") for text in _without_legends(asked)] == _without_legends(said)


def _without_legends(targets):
    return [
        json.dumps([{k: v for k, v in one.items() if k != "legendFormat"} for one in json.loads(text) or []])
        for text in targets
    ]


@pytest.mark.parametrize("path", [p for p in PATHS if p.parts[-3] == "zh"], ids=lambda p: p.stem)
def test_titles_of_chinese_boards_are_chinese(path):
    """Every title of a Chinese board holds a Chinese word."""
    assert [title for title in _titles(read(path)) if not any(ord(c) in CHINESE for c in title)] == []


@pytest.mark.parametrize("path", [p for p in PATHS if p.parts[-3] == "en"], ids=lambda p: p.stem)
def test_english_boards_hold_no_chinese(path):
    """Nothing of an English board is in Chinese."""
    text = path.read_text(encoding="utf-8")

    assert sorted({c for c in text if ord(c) in CHINESE}) == []


def test_every_look_alike_has_words():
    """The checks are shown by the names that the law package gives them."""
    assert LOOK_ALIKES["stock"].text.en == "the goods were out of stock"
