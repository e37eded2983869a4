"""The schemas' copies of enums and tables, made from the program: `python -m monitor.wire.schemas --write`.

Every enum stands once, in `events.py` or `findings.py`, the tables of checks and statutes once in `law/`. The schemas
in topics/ are written by hand but for their `enum` and `x-known` lists, which this module fills in; a test compares
the files byte by byte. `x-known` binds nobody: what it lists may grow, and readers must live with that.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from msgspec import inspect

from monitor.errors import WeAreWrong
from monitor.events import Topic
from monitor.findings import Body
from monitor.law.checks import CHECKS
from monitor.law.statutes import BY_ID
from monitor.wire.contracts import load
from monitor.wire.decode import EVENTS
from monitor.wire.feedback import Feedback

SHAPES: dict[str, Any] = {**{topic.value: EVENTS[topic] for topic in Topic}, "alerts": Body, "feedback": Feedback}

KNOWN: dict[str, dict[tuple[str, ...], list[str]]] = {
    "alerts": {
        ("properties", "checks", "items", "properties", "look_alike"): list(CHECKS),
        ("properties", "elements", "items", "properties", "statute"): list(BY_ID),
        ("properties", "statutes", "items"): list(BY_ID),
    }
}


def enums(topic: str, schema: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[str | None]]]:
    """Pair each part of a topic's schema that holds an enum with the values that its Struct knows, in their order."""
    for struct in structs(topic):
        yield from _of_struct(inspect.type_info(struct), _part(schema, struct), schema)


def structs(topic: str) -> tuple[type, ...]:
    """The Structs that a topic carries, in the order of their declaration."""
    shape = SHAPES[topic]
    return get_args(shape) if isinstance(shape, UnionType) else (shape,)


def written(topic: str, text: str) -> str:
    """Return the text of a topic's schema with enums and tables as the program has them; the rest stays as it is."""
    schema = json.loads(text)
    for part, values in enums(topic, schema):
        part["enum"] = values
    for path, table in KNOWN.get(topic, {}).items():
        _at(schema, path)["x-known"] = table
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def resolve(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside one schema; everything else stands for itself."""
    reference = part.get("$ref")
    if reference is None:
        return part
    found: dict[str, Any] = schema["definitions"][reference.removeprefix("#/definitions/")]
    return found


def _at(schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        schema = schema[name]
    return schema


def _part(schema: dict[str, Any], struct: type) -> dict[str, Any]:
    described: Any = inspect.type_info(struct)
    return schema if described.tag is None else resolve({"$ref": described.tag}, schema)


def _of_struct(
    info: Any, part: dict[str, Any], schema: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], list[str | None]]]:
    for one in info.fields:
        if one.encode_name not in part["properties"]:
            raise WeAreWrong(f"{schema['$id']}: {info.cls.__name__}.{one.encode_name} has no property; describe it")
        yield from _of_type(one.type, resolve(part["properties"][one.encode_name], schema), schema)


def _of_type(kind: Any, part: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    match kind:
        case inspect.UnionType():
            inner = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
            for found, values in _of_type(inner[0], part, schema):
                yield found, [*values, None] if found is part else values
        case inspect.EnumType():
            yield part, [member.value for member in kind.cls]
        case inspect.StructType():
            yield from _of_struct(kind, part, schema)
        case inspect.VarTupleType() | inspect.ListType():
            yield from _of_type(kind.item_type, resolve(part["items"], schema), schema)


def newest(topic: str, folder: Path) -> Path:
    """The file of a topic's newest schema: older ones are published and stay as they are."""
    return max((folder / topic).glob("v*.schema.json"), key=lambda file: int(file.name[1:].split(".")[0]))


def main(arguments: list[str]) -> int:
    """Write the enums into the checkout's schemas, or say which differ: 0 none does, 1 one did."""
    differing = 0
    for topic in SHAPES:
        file = newest(topic, load().folder)
        text = file.read_text("utf-8")
        made = written(topic, text)
        differing |= made != text
        if made != text and "--write" in arguments:
            file.write_text(made, "utf-8")
    return int(differing and "--write" not in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
