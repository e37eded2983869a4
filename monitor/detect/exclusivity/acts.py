"""Levers as they are judged: reports of one lever made one, each with its release, and how long each was in force.

In force is [pulled, released).
"""

from itertools import takewhile

from monitor.detect.exclusivity.state import Act
from monitor.eventtime.china import HOUR, MINUTE, day_of, day_start
from monitor.law.levers import Pull

MEAL_PEAKS = ((10 * HOUR + 30 * MINUTE, 13 * HOUR + 30 * MINUTE), (16 * HOUR + 30 * MINUTE, 20 * HOUR))
"""Lunch and supper, in ms after China Standard midnight."""


class Lever:
    """One lever of a platform: `act` is its earliest report, `told` the platform's own where there is one."""

    __slots__ = ("act", "release", "reports", "told")

    def __init__(self, act: Act) -> None:
        self.act = act
        self.told = act
        self.reports = [act]
        self.release: Act | None = None

    @property
    def time(self) -> int:
        """When it was pulled."""
        return self.act.time

    @property
    def id(self) -> str:
        """The event id of its earliest report."""
        return self.act.cited.event_id

    @property
    def pull(self) -> Pull:
        """What was pulled."""
        return self.told.pull

    @property
    def shop(self) -> str:
        """The shop that it hit."""
        return self.act.shop

    def add(self, report: Act) -> None:
        """Take another report of the same lever; the platform's own word counts before a crawler's."""
        self.reports.append(report)
        if report.own and not self.told.own:
            self.told = report

    @property
    def telling(self) -> list[Act]:
        """The reports that say all that is told of it: when, and who did it on what basis; further ones add nothing."""
        return [self.act] if self.told is self.act else [self.act, self.told]

    def in_force_at(self, time: int) -> bool:
        """Answer whether it had not been released by then."""
        return self.release is None or self.release.time > time

    def last_day(self, cap_days: int, until: int) -> int:
        """Answer its last contributing day, at most `cap_days` after its own; a release after `until` is none."""
        first = day_of(self.time)
        release = self.release
        if release is None or release.time > until:
            return first + cap_days
        return min(max(first, day_of(release.time - 1)), first + cap_days)


def merged(pulls: list[Act], releases: list[Act], same_ms: int) -> list[Lever]:
    """Make one of the reports of the same lever within `same_ms`, never over a release, and pair it with its release.

    Both lists are in the order of facts; so is the answer.
    """
    found: list[Lever] = []
    for act in pulls:
        near = takewhile(lambda one: act.time - one.time <= same_ms, reversed(found))  # noqa: B023 - used up at once
        known = next((one for one in near if _is_repeat(one, act, releases)), None)
        if known is None:
            found.append(Lever(act))
        else:
            known.add(act)
    for lever in found:
        lever.release = next((one for one in releases if _ends(one, lever)), None)
    return found


def _is_repeat(lever: Lever, act: Act, releases: list[Act]) -> bool:
    if not any(_is_same(report, act) for report in lever.reports):
        return False
    return not any(_ends(one, lever) and one.time <= act.time for one in releases)


def _ends(release: Act, lever: Lever) -> bool:
    return release.time >= lever.time and any(_is_same(report, release) for report in lever.reports)


def _is_same(one: Act, other: Act) -> bool:
    """Answer whether two records speak of one lever: by lever id where both have one, else by shop, lever and scope."""
    if one.pull.lever_id is not None and other.pull.lever_id is not None:
        return one.pull.lever_id == other.pull.lever_id
    return one.shop == other.shop and one.pull.lever == other.pull.lever and one.pull.scope == other.pull.scope


def peaks_filled_at(lever: Lever, peaks: int) -> int | None:
    """Answer when a lever has been in force throughout so many meal peaks, None if it is released before."""
    day = day_of(lever.time)
    ends = [
        day_start(day + after) + end
        for after in range(peaks + 2)
        for start, end in MEAL_PEAKS
        if day_start(day + after) + start >= lever.time
    ]
    filled = ends[peaks - 1]
    return filled if lever.release is None or lever.release.time >= filled else None
