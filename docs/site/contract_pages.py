"""The pages of the contracts, from topics/: what a topic is for, every field with its bounds, whole records."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from docs.site.figures import span
from docs.site.markdown import bullets, code, codes, folded, json_block, table
from docs.site.pages import Page
from monitor.wire.contracts import Catalogue, TopicContract
from monitor.wire.declared import INFINITE, Channel

Schema = Mapping[str, Any]

_FIELD_HEADINGS = ("field", "type", "what it says", "unit, bounds, values")
_SPANS = (("minimum", "maximum", ""), ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " items"))


def contract_pages(catalogue: Catalogue) -> list[Page]:
    """Make a page for every topic, in the order of the catalogue."""
    return [Page(f"contracts/{topic.name}.md", _page(catalogue, topic)) for topic in catalogue.topics]


def topics_table(catalogue: Catalogue) -> str:
    """List every topic with a link to its page, to stand under the rules that all share."""
    rows = (
        (f"[{topic.name}]({topic.name}.md)", topic.title, code(topic.key), _kept(topic), topic.compatibility)
        for topic in catalogue.topics
    )
    return "## Every topic\n\n" + table(("topic", "what it carries", "key", "kept", "promise"), rows)


def _page(catalogue: Catalogue, topic: TopicContract) -> str:
    folder = catalogue.folder / topic.name
    declared = msgspec.convert(yaml.safe_load((folder / "channel.yaml").read_text("utf-8")), Channel)
    parts = [f"# {topic.name}: {topic.title}\n\n{topic.description}\n\n", _card(topic, declared)]
    parts += _schemas(folder)
    parts += [_examples(folder), _refused(folder)]
    return "".join(parts)


def _card(topic: TopicContract, declared: Channel) -> str:
    rows = (
        ("key", code(topic.key)),
        ("written by", codes(topic.producers)),
        ("read by", codes(topic.consumers)),
        ("kept", f"{_kept(topic)}. {declared.retention_reason}"),
        ("a record on the broker", f"at most {topic.max_message_bytes:,} bytes, {topic.timestamp_type}"),
        ("refused records go to", code(topic.dead_letter) if topic.dead_letter else "nowhere: none is refused"),
        ("promise to readers and writers", topic.compatibility),
        ("personal data", declared.personal_data),
    )
    return table(("topic", code(topic.name)), rows)


def _kept(topic: TopicContract) -> str:
    if topic.retention_ms == INFINITE:
        return "the newest of every key, for ever"
    return span(topic.retention_ms)


def _schemas(folder: Path) -> Iterator[str]:
    # The value (v1) before the headers.
    for file in sorted(folder.glob("*.schema.json"), reverse=True):
        schema = json.loads(file.read_text("utf-8"))
        yield f"## {schema['title']}\n\n{schema['description']}\n\n"
        definitions = schema.get("definitions", {})
        for kind in schema.get("oneOf", ()):
            yield from _record(_resolved(kind, definitions), definitions)
        yield _fields(schema, definitions)


def _record(kind: Schema, definitions: Schema) -> Iterator[str]:
    yield f"### {kind['properties']['type']['const']}\n\n{kind['description']}\n\n"
    yield _fields(kind, definitions)


def _fields(schema: Schema, definitions: Schema) -> str:
    return table(_FIELD_HEADINGS, _field_rows(schema, definitions, ""))


def _field_rows(schema: Schema, definitions: Schema, before: str) -> Iterator[tuple[object, ...]]:
    """List fields in depth, parts named by their path; those that may be absent are marked."""
    required = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        field = _resolved(told, definitions)
        optional = "" if name in required else ", optional"
        yield code(before + name), _type(field) + optional, field["description"], _bounds(field)
        yield from _field_rows(field, definitions, f"{before}{name}.")
        yield from _field_rows(_resolved(field.get("items", {}), definitions), definitions, f"{before}{name}[].")


def _resolved(told: Schema, definitions: Schema) -> Schema:
    reference = told.get("$ref")
    if reference is None:
        return told
    found: Schema = definitions[reference.removeprefix("#/definitions/")]
    return found


def _type(field: Schema) -> str:
    kinds = field.get("type", "")
    return " or ".join(kinds) if isinstance(kinds, list) else kinds or "text"


def _bounds(field: Schema) -> str:
    told = [field["x-unit"]] if "x-unit" in field else []
    told += [
        _span(field.get(low), field.get(high), what) for low, high, what in _SPANS if low in field or high in field
    ]
    told += [f"like {code(field['pattern'])}"] if "pattern" in field else []
    values = [field["const"]] if "const" in field else field.get("enum", ())
    if values:
        told.append(codes("null" if value is None else value for value in values))
    return "; ".join(told)


def _span(low: int | None, high: int | None, what: str) -> str:
    if high is None:
        return f"{low:,}{what} or more"
    return f"at most {high:,}{what}" if low is None else f"{low:,} to {high:,}{what}"


def _examples(folder: Path) -> str:
    files = sorted((folder / "examples").glob("*.json"))
    if not files:
        return ""
    parts = (folded(file.stem, json_block(json.loads(file.read_text("utf-8")))) for file in files)
    return "## Whole records\n\nEach is checked against the schema, and decoded, by the tests.\n\n" + "".join(parts)


def _refused(folder: Path) -> str:
    names = sorted(file.stem for file in (folder / "refused").glob("*.json"))
    if not names:
        return ""
    told = (f"{code(reason)}{': ' + what.replace('_', ' ') if what else ''}" for reason, what in map(_reason, names))
    return (
        "## What is refused\n\nRecords that a test sees refused for the reason that they are named by; what the reasons"
        " mean stands [in the rules](index.md#why-a-record-is-refused).\n\n" + bullets(told)
    )


def _reason(name: str) -> tuple[str, str]:
    reason, _, what = name.partition("-")
    return reason, what
