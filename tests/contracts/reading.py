"""Reading topics/ as a stranger would: YAML and JSON, with none of the program's loader."""

import json
from pathlib import Path
from typing import Any

import yaml

TOPICS = Path(__file__).parents[2] / "topics"
NAMES = sorted(file.parent.name for file in TOPICS.glob("*/channel.yaml"))
INPUTS = ["control", "costs", "offers", "orders", "shops"]
WITH_SCHEMA = sorted({file.parent.name for file in TOPICS.glob("*/v*.schema.json")})


def channel(name: str) -> dict[str, Any]:
    return yaml.safe_load((TOPICS / name / "channel.yaml").read_text("utf-8"))


def schema(name: str, version: int = 1) -> dict[str, Any]:
    return json.loads((TOPICS / name / f"v{version}.schema.json").read_text("utf-8"))


def inlined(part: Any, root: dict[str, Any]) -> Any:
    """A schema with every reference replaced by what it points to."""
    if isinstance(part, list):
        return [inlined(one, root) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return inlined(root["definitions"][part["$ref"].removeprefix("#/definitions/")], root)
    return {key: inlined(value, root) for key, value in part.items() if key != "definitions"}


def kinds(name: str) -> dict[str, dict[str, Any]]:
    """Every kind of record of a topic as declared now."""
    return kinds_of(schema(name), name)


def kinds_of(root: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """Every kind of record in a schema, by its `type`; a topic of one kind has it under the topic's name."""
    tags = [one["$ref"].removeprefix("#/definitions/") for one in root.get("oneOf", [])]
    return {tag: inlined(root["definitions"][tag], root) for tag in tags} or {name: inlined(root, root)}


def closed(part: Any) -> Any:
    """The schema that allows nothing it does not name: what a producer is held to."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    strict = {key: closed(value) for key, value in part.items()}
    return {"additionalProperties": False, **strict} if "properties" in part else strict
