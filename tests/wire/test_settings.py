"""Settings are read from the environment by derivable names and refuse what cannot work."""

from dataclasses import fields

import pytest

from monitor.errors import SettingIsWrong
from monitor.settings import Settings, environment_name


def test_every_setting_is_described():
    """Each field says what it is."""
    undescribed = [one.name for one in fields(Settings) if len(one.metadata["says"]) < 20]

    assert undescribed == []


def test_the_environment_names_settings_by_their_field():
    """Numbers, lists and words are read from FAIRTRADE_ and the field's name."""
    given = {
        "FAIRTRADE_GROUP": "shadow-2",
        "FAIRTRADE_PARTITIONS": "64",
        "FAIRTRADE_DETECTORS": "sub-cost, exclusivity",
        "FAIRTRADE_INSTANCE_ID": "",
        "PATH": "/",
    }
    read = Settings.from_env(environ=given)

    assert (read.group, read.partitions, read.detectors, read.instance_id) == (
        "shadow-2",
        64,
        ("sub-cost", "exclusivity"),
        None,
    )


def test_what_a_command_is_told_wins():
    """An override beats the environment; one that is None is none."""
    read = Settings.from_env({"group": "told", "prefix": None}, {"FAIRTRADE_GROUP": "env", "FAIRTRADE_PREFIX": "p."})

    assert (read.group, read.prefix) == ("told", "p.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partitions", "0"),
        ("partitions", "eight"),
        ("mode", "dry"),
        ("prefix", "Ft/"),
        ("prefix", ""),
        ("metrics_port", "65536"),
        ("slice_records", "501"),
        ("heartbeat_ms", "2001"),
        ("commit_interval_ms", "10000"),
    ],
)
def test_an_impossible_setting_is_refused(name, value):
    """A value outside its bounds is refused by name, before anything starts."""
    with pytest.raises(SettingIsWrong, match=f"(?i){name}"):
        Settings.from_env(environ={environment_name(name): value})


def test_an_unknown_override_is_refused():
    """A misspelt setting is no setting."""
    with pytest.raises(SettingIsWrong, match="kafak"):
        Settings.from_env({"kafak": "x"}, {})
