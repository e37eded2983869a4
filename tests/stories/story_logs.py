"""All stories as the logs of two partitions: what real topics hold, and what a judge without a broker is fed."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain, zip_longest

from story_book import ORDERLY, story
from story_log import log

from monitor.feed.stamp import Stamped

PARTITIONS = 2
NO_OFFSETS = b'"offsets":{}'


@cache
def logs() -> dict[tuple[str, int], list[Stamped]]:
    """Answer the records of each topic and partition, the stories minute by minute through one another."""
    found: dict[tuple[str, int], list[Stamped]] = {}
    read: Counter[tuple[str, int]] = Counter()
    for one in _through_one_another():
        place = one.topic, one.partition
        value = one.value.replace(NO_OFFSETS, _offsets(read, one.partition)) if one.topic == "control" else one.value
        found.setdefault(place, []).append(one._replace(value=value))
        read[place] += 1
    return found


def _through_one_another() -> Iterator[Stamped]:
    told = [log(story(case), sparse=True, partitions=PARTITIONS) for case in ORDERLY]
    for ticks in zip_longest(*told):
        yield from chain.from_iterable(tick.records for tick in ticks if tick is not None)


def _offsets(read: Counter[tuple[str, int]], partition: int) -> bytes:
    """What a silence names: the last offset read of each input that moves clocks."""
    last = ",".join(
        f'"{topic}":{read[topic, partition] - 1}' for topic in ("orders", "offers", "shops") if read[topic, partition]
    )
    return b'"offsets":{%b}' % last.encode()
