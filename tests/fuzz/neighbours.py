"""The good records of other platforms: logs of stories with alerts, tick by tick, and what is said of them alone."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from heapq import merge
from operator import attrgetter
from pathlib import Path

import msgspec
from payloads import TOPICS, Payload
from writers import OTHER, OWN

sys.path.insert(0, str(Path(__file__).parent.parent / "stories"))

from story_book import story
from story_log import Tick, log, platforms

from monitor.feed.stamp import Stamped
from monitor.wire.headers import input_headers

CASES = (
    "two-products",
    "refund-after-resolved",
    "g9",
    "opening-names-the-rival",
    "two-rivals-tie",
    "contract-after-t0",
)
WRITERS = (OWN, OTHER)


@cache
def ticks(cases: Sequence[str] = CASES) -> tuple[Tick, ...]:
    """Merge the logs of stories, each with merchants and platforms of its own, by their minutes."""
    return tuple(merge(*(log(story(case), sparse=True) for case in cases), key=attrgetter("minute")))


@cache
def names(cases: Sequence[str] = CASES) -> frozenset[str]:
    """The platforms that the stories speak of."""
    return frozenset(name for case in cases for name in platforms(story(case)))


def sent(records: Iterable[Stamped]) -> Iterator[Payload]:
    """Write stamped records with the gateway's headers."""
    for one in records:
        headers = input_headers(one.platform or None, one.source, one.sequence)
        yield Payload(one.topic, one.value, one.key, tuple(headers))


def registrations() -> Iterator[Payload]:
    """Register the writers of poison: what they send is held against all that is held against anybody."""
    example = msgspec.json.decode((TOPICS / "control/examples/platform_registered.json").read_bytes())
    for number, platform in enumerate(WRITERS, 1):
        told = {"event_id": f"{platform}-registered", "source": "fuzz-registrar#1", "sequence": number}
        entry = {**example, **told, "platform": platform, "effective_from": 0, "topics": ["orders", "offers", "shops"]}
        yield Payload("control", msgspec.json.encode(entry), platform.encode(), ())
