"""topics/ is AsyncAPI 3.0 by the standard's own JSON Schema (vendor/NOTICE), which is shown to find mistakes."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from reading import TOPICS

STANDARD = json.loads((Path(__file__).parent / "vendor" / "asyncapi-3.0.0.schema.json").read_text("utf-8"))
VALIDATOR = Draft7Validator(STANDARD)


def bundle(folder):
    """The whole document with what its references point to in their place, as AsyncAPI's own tools bundle it."""
    return _followed(yaml.safe_load((folder / "asyncapi.yaml").read_text("utf-8")), folder)


def _followed(part, folder):
    if isinstance(part, list):
        return [_followed(one, folder) for one in part]
    if not isinstance(part, dict):
        return part
    target = part.get("$ref", "#")
    if target.startswith("#"):
        return {key: _followed(value, folder) for key, value in part.items()}
    file = folder / target
    read = yaml.safe_load(file.read_text("utf-8"))
    return _followed(read, file.parent)


def complaints(folder):
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in VALIDATOR.iter_errors(bundle(folder))]


def test_the_document_is_valid():
    """The bundled document is AsyncAPI 3.0, with its Kafka bindings and payload schemas."""
    assert [] == complaints(TOPICS)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("asyncapi.yaml", "asyncapi: 3.0.0", "asyncapi: 3.0"),
        ("asyncapi.yaml", "action: receive", "action: consume"),
        ("asyncapi.yaml", "title: Fair Trade Monitor", "tittle: Fair Trade Monitor"),
        ("orders/channel.yaml", "address:", "adress:"),
        ("orders/channel.yaml", "partitions: 8", "partitions: 0"),
        ("orders/channel.yaml", "cleanup.policy: [delete]", "cleanup.policy: delete"),
        ("orders/channel.yaml", "bindingVersion: 0.5.0\nx-owner", "bindingVersion: 0.9.0\nx-owner"),
        ("orders/channel.yaml", "contentType:", "content-type:"),
        ("orders/v1.schema.json", '"type": "integer"', '"type": "int"'),
        ("orders/v1.schema.json", '"required": [', '"required": "type", "requires": ['),
    ],
)
def test_a_mistake_is_found(broken, file, old, new):
    """A misspelt word, a wrong type or an unknown version in any file is found by the standard's schema."""
    assert complaints(broken(file, old, new))


def test_every_channel_has_an_operation():
    """Each topic is received or sent by an operation."""
    document = yaml.safe_load((TOPICS / "asyncapi.yaml").read_text("utf-8"))
    used = {one["channel"]["$ref"].removeprefix("#/channels/") for one in document["operations"].values()}

    assert set(document["channels"]) == used
