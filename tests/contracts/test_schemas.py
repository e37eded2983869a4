"""The schemas and the Structs say the same, property by property."""

import json
import random

import msgspec
import pytest
from jsonschema import Draft7Validator
from msgspec import inspect
from reading import INPUTS, WITH_SCHEMA, kinds, schema
from shapes import fields, instance, properties, said

from monitor.settings import MODES
from monitor.wire.contracts import load
from monitor.wire.decode import EVENTS
from monitor.wire.schemas import SHAPES, main, newest, structs, written

KINDS = [(topic, kind) for topic in WITH_SCHEMA for kind in kinds(topic)]


@pytest.mark.parametrize("topic", WITH_SCHEMA)
def test_schemas_are_draft_seven(topic):
    """Each schema is a valid one, in the words that mean the same in 2020-12."""
    Draft7Validator.check_schema(schema(topic))
    text = json.dumps(schema(topic))

    assert not [word for word in ('"$defs"', '"dependencies"', '"additionalItems"', '"nullable"') if word in text]


@pytest.mark.parametrize(("topic", "kind"), KINDS)
def test_every_property_is_described(topic, kind):
    """Each property has a sentence, a number has its unit, and the examples are valid."""
    found = dict(properties(kinds(topic)[kind]))

    assert [] == [path for path, one in found.items() if not one["description"].endswith(".")]
    assert [] == [path for path, one in found.items() if "integer" in one.get("type", ()) and not one.get("x-unit")]
    assert [] == [
        path
        for path, one in found.items()
        if not one["examples"] or [1 for each in one["examples"] if not Draft7Validator(one).is_valid(each)]
    ]


@pytest.mark.parametrize("topic", INPUTS)
def test_schema_and_struct_agree(topic):
    """Fields, types, bounds, enums and the required ones are the same on both sides."""
    for struct in structs(topic):
        described = inspect.type_info(struct)
        part = kinds(topic)[described.tag]
        tag = part["properties"].pop("type")
        part["required"].remove("type")

        assert described.tag == tag["const"]
        assert {"types": ["object"], **fields(described)} == said(part)


@pytest.mark.parametrize("topic", ["alerts", "feedback"])
def test_what_we_write_is_declared(topic):
    """An output's fields are those of its Struct, in its order, of its types, and all of them are always there."""
    (struct,) = structs(topic)
    wanted = fields(inspect.type_info(struct))["fields"]
    part = kinds(topic)[topic]

    assert list(wanted) == list(part["properties"]) == part["required"]
    assert {name: one["types"] for name, one in wanted.items()} == {
        name: said(one)["types"] for name, one in part["properties"].items()
    }


def test_an_alerts_modes_are_those_of_the_settings():
    """The mode of an alert is one that a worker can be told to run in."""
    assert list(MODES) == kinds("alerts")["alerts"]["properties"]["mode"]["enum"]


@pytest.mark.parametrize("topic", SHAPES)
def test_enums_stand_once(topic):
    """The schemas' enums are those of the Structs, byte for byte."""
    text = newest(topic, load().folder).read_text("utf-8")

    assert text == written(topic, text)


def test_a_changed_enum_shows():
    """A value that is missing in a schema is filled in again."""
    text = newest("shops", load().folder).read_text("utf-8")
    without = text.replace('        "BLOCK_SHOP",\n', "")

    assert without != text
    assert text == written("shops", without)


def test_the_command_finds_nothing_to_write():
    """`python -m monitor.wire.schemas` answers 0: the files are as generated."""
    assert main([]) == 0


@pytest.mark.parametrize("topic", INPUTS)
def test_what_the_schema_allows_decodes(topic):
    """Instances made from the schema alone, at its bounds, decode into the Struct of their type."""
    chance = random.Random(20_201_111)
    decoder = msgspec.json.Decoder(EVENTS[topic])
    for kind, part in kinds(topic).items():
        for _ in range(40):
            made = instance(part, chance)
            event = decoder.decode(json.dumps(made).encode())

            assert kind == event.__struct_config__.tag
