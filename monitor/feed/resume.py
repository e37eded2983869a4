"""Where numbering goes on: the last sequence of every source, topic and partition, read back from the log."""

from typing import Any

from monitor.events import Topic
from monitor.feed.stamp import Place, Resumed
from monitor.settings import Settings
from monitor.wire.logs import opened


async def read_back(settings: Settings) -> Resumed:
    """Read the headers of every input from beginning to end, as it is now.

    A partition whose beginning retention has taken is named in `cut`: a source not found there may have written once.
    """
    last: dict[Place, int] = {}
    prefix = len(settings.prefix)
    async with opened(settings, Topic, range(settings.partitions)) as logs:
        async for record in logs.records():
            numbered = _numbered(record)
            if numbered is not None:
                place = Place(numbered[0], record.topic[prefix:], record.partition)
                last[place] = max(last.get(place, 0), numbered[1])
    cut = frozenset((place.topic[prefix:], place.partition) for place, begin in logs.begins.items() if begin > 0)
    return Resumed(last, cut)


def _numbered(record: Any) -> tuple[str, int] | None:
    """Answer source and sequence if the headers tell both; the gateway always writes them."""
    headers = dict(record.headers)
    if "source" in headers and headers.get("sequence", b"").isdigit():
        return headers["source"].decode(errors="replace"), int(headers["sequence"])
    return None
