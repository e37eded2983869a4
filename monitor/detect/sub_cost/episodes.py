"""Episodes of days that count, and how far each goes: notice, lead, critical (verdicts.md 2 and 7).

All of it is recomputed from the days at every evaluation: level and severity are the highest reached at any close.
"""

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from monitor.detect.sub_cost.classes import Scale, Sums, classify, is_severe, scale_of, sums_of
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
    near = [day for day in days if episode.first - parameters.window_days < day.day]
    scale = scale_of(near)
    last = min(episode.last + parameters.window_days - 1, closed)
    for close in range(episode.first, last + 1):
        window = _within(near, close, parameters.window_days)
        _close(found, window, scale, parameters, retail=retail)
        if found.lead and not found.sustained:
            _sustain(found, episode, window, scale, close, parameters)
    return found


def _enough(found: Standing, day: Day, closed: int, parameters: Parameters, *, retail: bool) -> None:
    if day.day > closed:
        found.open_notice = True
        return
    found.notice = True
    if not found.severe and is_severe(day, classify(sums_of([day]), parameters, retail=retail), parameters):
        found.severe = found.lead = True


def _close(found: Standing, window: list[Day], scale: Scale, parameters: Parameters, *, retail: bool) -> None:
    """Take one close: the lead's conditions by costs that may bear one, else by all costs, which only asks."""
    if found.priority:
        return
    firm = [day for day in window if day.is_firm]
    sums = _leads(firm, scale, parameters)
    if sums is not None:
        found.lead = True
        found.priority = sums.depth_bp(classify(sums, parameters, retail=retail)) >= parameters.depth_bp
    elif not found.ask and len(firm) < len(window):
        found.ask = _leads(window, scale, parameters) is not None


def _sustain(
    found: Standing, episode: Episode, window: list[Day], scale: Scale, close: int, parameters: Parameters
) -> None:
    """Look at the long window of a close, which needs the lead's conditions too."""
    long = [day for day in _within(episode.counting, close, parameters.long_days) if day.is_firm]
    if len(long) < parameters.priority_days:
        return
    if _leads([day for day in window if day.is_firm], scale, parameters) is not None:
        found.sustained = found.priority = True


def _within(days: Sequence[Day], close: int, width: int) -> list[Day]:
    """List the days of a window, found by halving: days are ascending."""
    return list(days[bisect_right(days, close - width, key=_number) : bisect_right(days, close, key=_number)])


def _number(day: Day) -> int:
    return day.day


def _leads(window: Sequence[Day], scale: Scale, parameters: Parameters) -> Sums | None:
    """Answer the sums of a window's days that count if it meets the lead's conditions; the share is of all its days."""
    counting = [day for day in window if day.counts(parameters)]
    if len(counting) < parameters.lead_days:
        return None
    sums = sums_of(counting, scale)
    if sums.lines < parameters.lines or sums.below < parameters.units * scale.size:
        return None
    below, total = sums.below, sums.total
    for day in window:
        if not day.counts(parameters):
            below += day.below * (scale.size // day.size)
            total += day.total * (scale.size // day.size)
    return sums if below * 10_000 >= parameters.share_bp * total else None
