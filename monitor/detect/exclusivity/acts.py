"""Levers as they are judged: reports of one lever made one, each with its release, and how long each was in force.

In force is [pulled, released).
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import takewhile

from monitor.detect.exclusivity.state import Act
from monitor.events import Lever as Kind
from monitor.events import Scope
from monitor.eventtime.china import HOUR, MINUTE, day_of, day_start
from monitor.law.levers import Pull

MEAL_PEAKS = ((10 * HOUR + 30 * MINUTE, 13 * HOUR + 30 * MINUTE), (16 * HOUR + 30 * MINUTE, 20 * HOUR))
"""Lunch and supper, in ms after China Standard midnight."""


_Target = tuple[str, Kind, Scope]


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
    ending = _Likes(releases)
    found: list[Lever] = []
    known = _Likes()
    for act in pulls:
        number = _repeated(act, found, known, same_ms)
        if number is None:
            number = len(found)
            found.append(Lever(act))
        else:
            found[number].add(act)
        known.enter(act, number)
        _pair(found[number], act, releases, ending)
    return found


class _Likes:
    """Which of a list of levers or releases speak of one lever: by id where both have one, else by shop and scope.

    It holds their numbers in the list, so that none of a flood of levers is held against every other.
    """

    def __init__(self, acts: Iterable[Act] = ()) -> None:
        self._by_id: dict[str, list[int]] = {}
        self._without_id: dict[_Target, list[int]] = {}
        self._by_target: dict[_Target, list[int]] = {}
        for number, act in enumerate(acts):
            self.enter(act, number)

    def enter(self, act: Act, number: int) -> None:
        """Enter a record as speaking of the one that has a number."""
        target, name = _target(act), act.pull.lever_id
        lists = [self._by_target.setdefault(target, [])]
        lists.append(
            self._without_id.setdefault(target, []) if name is None else self._by_id.setdefault(name, []),
        )
        for numbers in lists:
            at = bisect_left(numbers, number)
            if numbers[at : at + 1] != [number]:
                numbers.insert(at, number)

    def of(self, act: Act) -> tuple[list[int], ...]:
        """Answer the numbers of those that a record is about, each list ascending."""
        name = act.pull.lever_id
        if name is None:
            return (self._by_target.get(_target(act), []),)
        return self._by_id.get(name, []), self._without_id.get(_target(act), [])


def _target(act: Act) -> _Target:
    return act.shop, act.pull.lever, act.pull.scope


def _repeated(act: Act, found: list[Lever], known: _Likes, same_ms: int) -> int | None:
    """Answer the number of the last lever that a record repeats, None if it is a new one."""
    nearest = (_last_standing(act, found, numbers, same_ms) for numbers in known.of(act))
    return max((number for number in nearest if number is not None), default=None)


def _last_standing(act: Act, found: list[Lever], numbers: list[int], same_ms: int) -> int | None:
    near = takewhile(lambda number: act.time - found[number].time <= same_ms, reversed(numbers))
    return next((number for number in near if found[number].in_force_at(act.time)), None)


def _pair(lever: Lever, report: Act, releases: list[Act], ending: _Likes) -> None:
    """Pair a lever with the first release from its time on of what a report of it is about, if that is earlier."""
    since = bisect_left(releases, lever.time, key=lambda release: release.time)
    first = [numbers[at] for numbers in ending.of(report) if (at := bisect_left(numbers, since)) < len(numbers)]
    if first and (lever.release is None or releases[min(first)].order < lever.release.order):
        lever.release = releases[min(first)]


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
