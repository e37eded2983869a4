"""Every example is used: good ones validate and decode, bad ones are refused for the reason they are named by."""

import json

import msgspec
import pytest
from jsonschema import Draft7Validator
from reading import INPUTS, TOPICS, WITH_SCHEMA, closed, kinds, schema

from monitor.events import Reason, Refusal
from monitor.findings import Body
from monitor.wire.decode import Decoder
from monitor.wire.feedback import Feedback, Kind, feedback_value

EXAMPLES = sorted(TOPICS.glob("*/examples/*.json"))
REFUSED = sorted(TOPICS.glob("*/refused/*.json"))
# What is about two fields at once, a whole number written as a float, characters that cannot be seen.
WORDLESS = {
    "half_a_shop",
    "no_product",
    "no_sku",
    "merchant_on_a_retail_line",
    "retail_on_a_merchants_line",
    "float_in_money",
    "control_character",
    "hidden_character_in_platform",
}
CONTEXT_FREE = {"too_large", "depth", "not_json", "shape", "bounds", "arithmetic", "subject_kind"}


def topic_of(file):
    return file.parent.parent.name


def named(file):
    return f"{topic_of(file)}/{file.stem}"


def decoded(file):
    return Decoder(1, 0).decode(topic_of(file), file.read_bytes(), None, None, 0, 0).event


def is_valid(file, part):
    return Draft7Validator(part).is_valid(json.loads(file.read_text("utf-8")))


@pytest.mark.parametrize("file", EXAMPLES, ids=named)
def test_an_example_validates(file):
    """Each example fits its schema, as readers have it and as producers are held to it."""
    assert is_valid(file, schema(topic_of(file)))
    assert is_valid(file, closed(schema(topic_of(file))))


@pytest.mark.parametrize("file", [file for file in EXAMPLES if topic_of(file) in INPUTS], ids=named)
def test_an_example_decodes(file):
    """Each input example decodes into an event of the type that its name begins with."""
    assert file.stem.split("-")[0] == decoded(file).__struct_config__.tag


@pytest.mark.parametrize("topic", WITH_SCHEMA)
def test_every_kind_has_an_example(topic):
    """No kind of record is without an example, and no example without a kind."""
    found = {file.stem.split("-")[0] for file in EXAMPLES if topic_of(file) == topic}
    wanted = {"alerts": {"opened", "updated", "resolved", "withdrawn"}, "feedback": set(Kind)}

    assert wanted.get(topic, set(kinds(topic))) == found


@pytest.mark.parametrize("file", [file for file in EXAMPLES if topic_of(file) == "alerts"], ids=named)
def test_an_alert_example_is_one_of_ours(file):
    """An alert example reads into the body that the program writes, and is written back the same."""
    value = json.loads(file.read_text("utf-8"))

    assert value == json.loads(msgspec.json.encode(msgspec.convert(value, Body)))


@pytest.mark.parametrize("file", [file for file in EXAMPLES if topic_of(file) == "feedback"], ids=named)
def test_a_feedback_example_is_one_of_ours(file):
    """A feedback example reads into what the program writes, and is written back the same."""
    value = json.loads(file.read_text("utf-8"))

    assert value == json.loads(feedback_value(msgspec.convert(value, Feedback)))


@pytest.mark.parametrize("file", REFUSED, ids=named)
def test_a_bad_example_is_refused_for_its_reason(file):
    """A refused example is refused for the reason that its name begins with."""
    assert Reason(file.stem.split("-")[0]) is decoded(file).reason


@pytest.mark.parametrize(
    "file", [file for file in REFUSED if file.stem.split("-")[0] in {"shape", "subject_kind"}], ids=named
)
def test_a_bad_shape_is_also_invalid(file):
    """A shape that is refused is invalid by its schema as well, but for what JSON Schema has no words for."""
    assert (file.stem.split("-", 1)[1] in WORDLESS) is is_valid(file, schema(topic_of(file)))


@pytest.mark.parametrize("topic", INPUTS)
def test_every_input_shows_what_it_refuses(topic):
    """Each input has refused examples of more than two reasons; together they show every reason of one record."""
    reasons = {file.stem.split("-")[0] for file in REFUSED if topic_of(file) == topic}

    assert len(reasons) > 2
    assert {file.stem.split("-")[0] for file in REFUSED} == CONTEXT_FREE


def test_a_good_example_under_a_bad_name_would_show():
    """The check of refused examples can fail: a good record is no refusal."""
    good = TOPICS / "orders" / "examples" / "line_placed.json"

    assert not isinstance(decoded(good), Refusal)
