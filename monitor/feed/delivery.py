"""What a reporter hands to the gateway: one event without its place in a run of numbering, and when it arrives."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

import orjson

from monitor.events import Topic

HEAD = ("type", "event_id", "platform", "shop", "subject")


class Kind(IntEnum):
    """Whom a delivery reaches and what becomes of it on its way."""

    fact = 0
    entry = 1
    """stands in every partition, written in one transaction"""
    clock = 2
    """stands in every partition, where the gateway fills `last_sequence` and `count`"""
    repeated = 3
    """a fact that the writer sends twice under the same sequence"""
    lost = 4
    """a fact that takes its sequence and never arrives"""
    raw = 5
    """`head` is all of the value, as it stands: malformed on purpose"""


class Delivery(NamedTuple):
    """One event on its way; ordered by (arrival, number), so that equal arrivals keep the order of their making.

    The value is `head`, source and sequence, `tail`. `reporter` is a source without its incarnation.
    """

    arrival: int
    number: int
    kind: Kind
    topic: str
    key: str
    platform: str
    reporter: str
    head: bytes
    tail: bytes


def split(value: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Write an event as the bytes before and after its source and sequence; those two are left out if it has them."""
    head = {name: value[name] for name in HEAD if name in value}
    tail = {name: part for name, part in value.items() if name not in HEAD and name not in {"source", "sequence"}}
    return orjson.dumps(head)[:-1] + (b"," if head else b""), (b"," if tail else b"") + orjson.dumps(tail)[1:]


def reporter_of(topic: str, value: Mapping[str, Any]) -> str:
    """Name who reports an unstamped event: its own `source` if it has one, else by grade, platform and topic.

    Never two platforms' feeds in one: each platform's feed is a reporter of its own.
    """
    if isinstance(value.get("source"), str):
        return str(value["source"]).partition("#")[0]
    if topic == Topic.control:
        return str(value.get("author", "office"))
    if value.get("platform") is None:
        return "price-office"
    grade = value.get("source_grade", "platform_feed")
    return {"crawl": "crawler", "complaint": "complaints-12315"}.get(grade, f"{value['platform']}-feed")


def is_for_everyone(topic: str, value: Mapping[str, Any]) -> bool:
    """Tell what stands in every partition: control entries but exemptions, costs of products, clock records."""
    return value.get("subject") is None and (
        topic in {Topic.control, Topic.costs} or value.get("type") == "clock_advanced"
    )
