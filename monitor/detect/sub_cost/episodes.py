"""Episodes of days that count, and how far each goes: notice, lead, critical (verdicts.md 2 and 7).

All of it is recomputed from the days at every evaluation: level and severity are the highest reached at any close.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from monitor.detect.sub_cost.classes import classify, depth_bp, is_severe, units_of
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.parameters import Parameters


class Episode(Struct):
    """Days that count with fewer than `window_days` closed days between two of them; `span` is all days of it."""

    counting: list[Day]
    span: list[Day]

    @property
    def first(self) -> int:
        """The first contributing day."""
        return self.counting[0].day

    @property
    def last(self) -> int:
        """The last contributing day."""
        return self.counting[-1].day


class Standing(Struct):
    """How far an episode goes; `notice` is by its closed days, `open_notice` by those still open."""

    notice: bool = False
    open_notice: bool = False
    lead: bool = False
    ask: bool = False
    severe: bool = False
    priority: bool = False
    sustained: bool = False

    @property
    def opens(self) -> bool:
        """Whether it opens an alert at any moment, open days left out."""
        return self.notice or self.lead or self.ask

    @property
    def stays(self) -> bool:
        """Whether it keeps an alert that stands."""
        return self.opens or self.open_notice


def split(days: Sequence[Day], parameters: Parameters) -> list[Episode]:
    """Split days, ascending, into episodes."""
    groups: list[list[Day]] = []
    for day in days:
        if not day.counts(parameters):
            continue
        if groups and day.day - groups[-1][-1].day <= parameters.window_days:
            groups[-1].append(day)
        else:
            groups.append([day])
    return [Episode(group, [d for d in days if group[0].day <= d.day <= group[-1].day]) for group in groups]


def judge(episode: Episode, days: Sequence[Day], closed: int, parameters: Parameters, *, retail: bool) -> Standing:
    """Answer how far an episode goes; `days` are all that is known, `closed` is the last closed day."""
    found = Standing()
    for day in episode.counting:
        if day.is_firm and day.is_enough(parameters):
            _enough(found, day, closed, parameters, retail=retail)
    last = min(episode.last + parameters.window_days - 1, closed)
    for close in range(episode.first, last + 1):
        _close(found, episode, days, close, parameters, retail=retail)
    return found


def _enough(found: Standing, day: Day, closed: int, parameters: Parameters, *, retail: bool) -> None:
    if day.day > closed:
        found.open_notice = True
        return
    found.notice = True
    if is_severe(day, classify([day], parameters, retail=retail), parameters):
        found.severe = found.lead = True


def _close(
    found: Standing, episode: Episode, days: Sequence[Day], close: int, parameters: Parameters, *, retail: bool
) -> None:
    window = _within(days, close, parameters.window_days)
    firm = [day for day in window if day.is_firm]
    if not _leads(firm, parameters):
        found.ask = found.ask or (len(firm) < len(window) and _leads(window, parameters))
        return
    found.lead = True
    long = [day for day in _within(episode.counting, close, parameters.long_days) if day.is_firm]
    found.sustained = found.sustained or len(long) >= parameters.priority_days
    counting = [day for day in firm if day.counts(parameters)]
    depth = depth_bp(counting, classify(counting, parameters, retail=retail))
    found.priority = found.priority or found.sustained or depth >= parameters.depth_bp


def _within(days: Iterable[Day], close: int, width: int) -> list[Day]:
    return [day for day in days if close - width < day.day <= close]


def _leads(window: Sequence[Day], parameters: Parameters) -> bool:
    """Answer whether a window meets the lead's conditions; minima are over its days that count."""
    counting = [day for day in window if day.counts(parameters)]
    if len(counting) < parameters.lead_days or sum(day.lines for day in counting) < parameters.lines:
        return False
    if units_of(counting, "below") < parameters.units:
        return False
    return units_of(window, "below") * 10_000 >= parameters.share_bp * units_of(window, "total")
