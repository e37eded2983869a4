"""Silence: what a judge says on control of platforms that deliver nothing (design.md 5); nothing reads a clock."""

from collections.abc import Iterator
from typing import NamedTuple

from monitor.events import Topic
from monitor.eventtime.clocks import FOREVER, NEVER, Clocks, Standing


class Saying(NamedTuple):
    """What is to be said of a platform: its silence from `since` (event time) on, or its return."""

    platform: str
    silent: bool
    topics: tuple[str, ...]
    since: int
    clock: int


class Said(NamedTuple):
    """What was last said of a silent platform: at which append time, and its newest record then."""

    read_to: int
    newest: int


class Silences:
    """The silences of one partition: declared, repeated while they last, and ended by the platform's next record.

    What is in force stands in the log; `_said` only remembers entries that are still on their way through it.
    """

    def __init__(self, silence_ms: int, repeat_ms: int) -> None:
        self._silence_ms = silence_ms
        self._repeat_ms = repeat_ms
        self._said: dict[str, Said | None] = {}

    def due(self, clocks: Clocks, read_to: int) -> list[Saying]:
        """Answer what is to be said now that every input is read to an append time."""
        return [saying for platform in clocks.standings for saying in self._of(clocks, platform, read_to)]

    def _of(self, clocks: Clocks, platform: str, read_to: int) -> Iterator[Saying]:
        topics, newest = _seen(clocks, platform)
        if not topics or clocks.value(platform) == FOREVER:
            return
        said = self._last_said(platform, clocks.standings[platform])
        if said is not None and newest > said.newest:
            self._said[platform] = None
            yield Saying(platform, silent=False, topics=topics, since=NEVER, clock=NEVER)
        elif self._is_due(said, newest, read_to):
            self._said[platform] = Said(read_to, newest)
            clock = read_to - self._silence_ms
            since = clocks.value(platform)
            yield Saying(platform, silent=True, topics=topics, since=newest if since == NEVER else since, clock=clock)

    def _is_due(self, said: Said | None, newest: int, read_to: int) -> bool:
        if newest >= read_to - self._silence_ms:
            return False
        return said is None or read_to >= said.read_to + self._repeat_ms

    def _last_said(self, platform: str, standing: Standing) -> Said | None:
        in_force = standing.silent_since != NEVER
        if self._said.get(platform, ...) is None:
            # The end was said; it stands in the log once silence is no longer in force.
            if in_force:
                return None
            del self._said[platform]
        if platform in self._said:
            return self._said[platform]
        return Said(standing.silent_clock + self._silence_ms, standing.silent_clock) if in_force else None


def _seen(clocks: Clocks, platform: str) -> tuple[tuple[str, ...], int]:
    """Answer the topics on which a platform ever delivered here, and the append time of its newest record."""
    places = {topic.value: clocks.topics.get((platform, topic.value)) for topic in Topic}
    seen = {topic: clock.appended for topic, clock in places.items() if clock is not None}
    return tuple(sorted(seen)), max(seen.values(), default=0)
