"""Clocks of one partition: a topic clock for each (platform, topic), a platform clock over them (design.md 5).

Only the platform's own log moves a clock, and none ever goes back. A topic gates its platform's clock from its first
record of the platform's own feed on, and before that while its log is not read: a backlog that is read topic by topic
would else close the days of one before the other was opened. While a platform is declared silent the entry's clock
stands for its own.
"""

from msgspec import Struct

NEVER = -1
FOREVER = 4_102_444_800_000


class TopicClock(Struct, gc=False, array_like=True):
    """The event time that a platform's topic has reached here, the newest append time and the records seen of it.

    `platform` is what the platform clock showed when this was last written: it never goes back, so a restart needs it.
    """

    value: int = NEVER
    appended: int = 0
    records: int = 0
    platform: int = NEVER


class Standing(Struct, gc=False):
    """What the control log says of a platform: since when it is registered, whether it sends clock records, silence.

    `silent_since` is NEVER unless silence is in force; `silences` are the past ones as [since, until) in event time,
    the newest last.
    """

    registered_from: int
    disorder_ms: int
    sends_clock: bool
    topics: tuple[str, ...]
    retired_from: int = FOREVER
    silent_since: int = NEVER
    silent_clock: int = NEVER
    silences: tuple[tuple[int, int], ...] = ()


class Clocks:
    """All clocks of a partition; the engine moves them, detectors read them."""

    def __init__(self) -> None:
        self.standings: dict[str, Standing] = {}
        self.topics: dict[tuple[str, str], TopicClock] = {}
        self.platforms: dict[str, int] = {}
        self.unread: frozenset[str] = frozenset()
        """topics whose log holds more than was read: whom they concern first is not known yet"""
        self.is_restored = False
        """whether nobody has said yet, since a restart, which logs hold more"""
        self._of_platform: dict[str, list[TopicClock]] = {}

    def topic(self, platform: str, topic: str) -> TopicClock:
        """Answer a topic clock; from its first call on, with the first record there, the topic gates."""
        found = self.topics.get((platform, topic))
        if found is None:
            found = TopicClock()
            self.place(platform, topic, found)
        return found

    def place(self, platform: str, topic: str, clock: TopicClock) -> None:
        """Put a topic clock, new or restored."""
        self.topics[platform, topic] = clock
        self._of_platform.setdefault(platform, []).append(clock)

    def topic_value(self, platform: str, topic: str) -> int:
        """Answer what a topic clock shows, NEVER before its first record; FOREVER once the platform is retired."""
        if self.platforms.get(platform, NEVER) == FOREVER:
            return FOREVER
        found = self.topics.get((platform, topic))
        return NEVER if found is None else found.value

    def value(self, platform: str) -> int:
        """Answer what the platform clock shows, NEVER before it first moved."""
        return self.platforms.get(platform, NEVER)

    def joint(self, platform: str, rival: str) -> int:
        """Answer the clock of a join: the smaller one; a silent rival is left out."""
        own = self.value(platform)
        return own if self.is_silent(rival) else min(own, self.value(rival))

    def is_silent(self, platform: str) -> bool:
        """Answer whether silence of a platform is in force."""
        standing = self.standings.get(platform)
        return standing is not None and standing.silent_since != NEVER

    def settle(self, platform: str) -> bool:
        """Recompute a platform clock after anything that may move it; true if it moved."""
        standing = self.standings[platform]
        if standing.silent_since != NEVER:
            now = standing.silent_clock
        elif self.unread and self._may_begin(platform, standing):
            return False
        else:
            now = self._slowest(platform)
        if now >= standing.retired_from:
            now = FOREVER
        if now <= self.value(platform):
            return False
        self.platforms[platform] = now
        return True

    def _slowest(self, platform: str) -> int:
        """Answer the smallest topic clock of a platform; a loop, for it runs once a clock record."""
        clocks = self._of_platform.get(platform)
        if clocks is None:
            return NEVER
        now = FOREVER
        for clock in clocks:
            if clock.value < now:  # noqa: PLR1730 - a comparison costs a third of a call
                now = clock.value
        return now

    def _may_begin(self, platform: str, standing: Standing) -> bool:
        """Answer whether a topic clock of a platform may yet begin in what is not read: then it gates already."""
        return any(topic in self.unread and (platform, topic) not in self.topics for topic in standing.topics)

    def restored(self) -> None:
        """Settle the platforms of which every topic has begun, once all is placed after a restart.

        The others wait for `read_up` or for their own log: what is not read may hold the beginning of a topic that
        gates, and a clock that went ahead of it would close days that are yet to be read.
        """
        self.unread = self._declared()
        for platform in self.standings:
            self.settle(platform)
        self.unread, self.is_restored = frozenset(), True

    def _declared(self) -> frozenset[str]:
        return frozenset(topic for standing in self.standings.values() for topic in standing.topics)

    def read_up(self, unread: frozenset[str]) -> list[str]:
        """Say which topics' logs hold more than was read; answers the platforms whose clocks moved by that."""
        ended = (self._declared() if self.is_restored else self.unread) - unread
        self.unread, self.is_restored = unread, False
        waited = [name for name, standing in self.standings.items() if self._waited(name, standing, ended)]
        return [platform for platform in waited if self.settle(platform)]

    def _waited(self, platform: str, standing: Standing, ended: frozenset[str]) -> bool:
        return any(topic in ended and (platform, topic) not in self.topics for topic in standing.topics)

    def unfilled_silences(self, platform: str) -> list[tuple[int, int]]:
        """List silences as [since, until) that no backlog has filled: some topic clock has not passed their end."""
        standing = self.standings.get(platform)
        if standing is None:
            return []
        reached = self._slowest(platform)
        spans = [span for span in standing.silences if span[1] > reached]
        if standing.silent_since != NEVER:
            spans.append((standing.silent_since, max(standing.silent_clock, standing.silent_since) + 1))
        return spans
