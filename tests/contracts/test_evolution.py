"""The gate of evolution: what was published stays valid, decided by meaning and not by text.

published/ holds every published version of every schema as it was published. A version that is not yet released may
be published anew; one that is released never changes.
"""

import copy
import json
import warnings
from pathlib import Path

import pytest
from reading import INPUTS, WITH_SCHEMA, closed, kinds_of, schema

from monitor.wire.decode import Decoder

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from jsonsubschema import isSubschema

PUBLISHED = Path(__file__).parent / "published"
WORDS = {"description", "examples", "title", "x-unit", "x-known", "$id", "$schema"}


def published(topic):
    return json.loads((PUBLISHED / f"{topic}.v1.schema.json").read_text("utf-8"))


def bare(part):
    """The schema without the words for people."""
    if isinstance(part, list):
        return [bare(one) for one in part]
    if not isinstance(part, dict):
        return part
    names = part.get("properties")
    kept = {key: bare(value) for key, value in part.items() if key not in WORDS and key != "properties"}
    return kept | ({"properties": {name: bare(one) for name, one in names.items()}} if names is not None else {})


def within(inner, outer):
    """Whether all that `inner` allows is allowed by `outer`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return isSubschema(copy.deepcopy(bare(inner)), copy.deepcopy(bare(outer)))


def keeps_what_was_valid(old, new):
    """Backward: a record of the old schema, with no field that it does not name, is one of the new."""
    return old.keys() <= new.keys() and all(within(closed(old[kind]), closed(new[kind])) for kind in old)


def keeps_what_readers_know(old, new):
    """Forward: a record of the new schema is one of the old for a reader that ignores what it does not know."""
    return all(within(closed(new[kind]), old[kind]) for kind in old)


@pytest.mark.parametrize("topic", WITH_SCHEMA)
def test_what_was_valid_stays_valid(topic):
    """Every record of a published version is valid under the current one."""
    assert keeps_what_was_valid(kinds_of(published(topic), topic), kinds_of(schema(topic), topic))


@pytest.mark.parametrize("topic", ["alerts", "feedback"])
def test_readers_of_old_read_the_new(topic):
    """Every record of the current version is valid for a reader of a published one."""
    assert keeps_what_readers_know(kinds_of(published(topic), topic), kinds_of(schema(topic), topic))


@pytest.mark.parametrize("topic", INPUTS)
def test_published_examples_decode(topic):
    """The gate without tools: every published example still decodes."""
    for value in json.loads((PUBLISHED / f"{topic}.v1.examples.json").read_text("utf-8")):
        event = Decoder(1, 0).decode(topic, json.dumps(value).encode(), None, None, 0, 0).event

        assert value["type"] == getattr(event.__struct_config__, "tag", None)


def test_nothing_is_published_twice_or_never():
    """Each schema has its published version with examples."""
    files = {file.name for file in PUBLISHED.iterdir()}

    assert {f"{topic}.v1.{what}.json" for topic in WITH_SCHEMA for what in ("schema", "examples")} == files


def changed(topic, kind, change):
    """The kinds of a topic after a change to one of them."""
    new = kinds_of(schema(topic), topic)
    change(new[kind])
    return new


BREAKING = {
    "a new required field": lambda part: (
        part["properties"].update(weight={"type": "integer"}),
        part["required"].append("weight"),
    ),
    "a removed field": lambda part: part["properties"].pop("campaign"),
    "a tighter bound": lambda part: part["properties"]["list_fen"].update(maximum=10_000),
    "a shorter text": lambda part: part["properties"]["sku"].update(maxLength=64),
    "another type": lambda part: part["properties"]["sku"].update(type="integer"),
    "null no more": lambda part: part["properties"]["region"].update(type="string"),
    "a smaller enum": lambda part: part["properties"]["unit"].update(enum=["piece", "gram"]),
}
HARMLESS = {
    "a new optional field": lambda part: part["properties"].update(weight={"type": "integer"}),
    "a looser bound": lambda part: part["properties"]["list_fen"].update(maximum=10**13),
    "a larger enum": lambda part: part["properties"]["unit"]["enum"].append("metre"),
    "required no more": lambda part: part["required"].remove("first_order"),
}


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_is_found(change):
    """An input that would refuse what it took is not let through."""
    old = kinds_of(schema("orders"), "orders")

    assert not keeps_what_was_valid(old, changed("orders", "line_placed", change))


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_change_is_let_through(change):
    """An input may learn more and ask less."""
    old = kinds_of(schema("orders"), "orders")

    assert keeps_what_was_valid(old, changed("orders", "line_placed", change))


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part["properties"]["severity"]["enum"].append("fatal"),
        lambda part: part["required"].remove("severity"),
        lambda part: part["properties"]["sku"].update(type=["string", "null", "integer"]),
    ],
    ids=["a larger enum", "required no more", "another type besides"],
)
def test_an_alert_surprises_no_reader(change):
    """What an input may learn an alert may not: its readers cannot know."""
    old = kinds_of(schema("alerts"), "alerts")

    assert not keeps_what_readers_know(old, changed("alerts", "alerts", change))
