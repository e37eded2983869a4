"""Lapses of a feed: what the engine sees wrong with how records came, whatever they say."""

from enum import StrEnum

from msgspec import Struct

from monitor.events import Record


class Kind(StrEnum):
    """What is wrong with a feed.

    Numbers missing; nothing delivered; fewer records than a clock record counts; other content under a number that
    was seen, or from number 1 on; records of days that their own clock had closed; records that retention took before
    they were read; more sources than a platform may have; a source of another platform's feed.
    """

    gap = "gap"
    silence = "silence"
    miscounted = "miscounted"
    changed_history = "changed_history"
    restarted = "restarted"
    back_dated = "back_dated"
    retention = "retention"
    sources = "sources"
    foreign_source = "foreign_source"


class Lapse(Struct, frozen=True, gc=False):
    """One lapse: whose feed, which run of numbering, where and when.

    `platform` is empty where no platform's own feed lapsed, `source` where all sources of a platform did. `time` is
    an event time in ms, `lost` the records that are not judged for it, `other` the platform whose source it is.
    """

    kind: Kind
    platform: str
    source: str
    topic: str
    time: int = 0
    lost: int = 0
    record: Record | None = None
    other: str | None = None


class Missing(Struct, frozen=True):
    """What one run of numbering lacks on one topic.

    `holes` are (first, last, event time before, event time after), numbers inclusive; `closed` counts the numbers of
    holes that were closed for lack of room.
    """

    topic: str
    holes: list[tuple[int, int, int, int]]
    closed: int


class Silence(Struct, frozen=True):
    """A platform's silences: since when one is in force (event time in ms, null for none), past ones [since, until)."""

    since: int | None
    past: tuple[tuple[int, int], ...]
