"""When a case is looked at again, and when it is over: the due times of its two keys, and what is forgotten.

A case is due at day closes while something is open or unsaid, at the end of meal peaks, at 24:00 of a basis, and when
no clock can bring anything any more that touches it.
"""

from collections.abc import Iterator

from monitor.detect.exclusivity.alerts import TOPICS, Case, is_unsaid
from monitor.detect.exclusivity.checks import basis_deadline, gaps_around
from monitor.detect.exclusivity.episode import Episode, Pressed
from monitor.detect.exclusivity.keys import (
    accusation_key,
    holdback_key,
    side_key,
    subject_key,
    subject_of,
)
from monitor.detect.exclusivity.state import Alert, Holdback
from monitor.detect.exclusivity.verdict import throttled_at
from monitor.detect.registry import Desk
from monitor.eventtime.china import DAY, day_of
from monitor.eventtime.clocks import FOREVER
from monitor.eventtime.closing import closing, last_entry, next_closing
from monitor.findings import Status


def schedule(desk: Desk, case: Case) -> None:
    """Forget what is over, and set when the case is due next; called after every evaluation."""
    finished = _finished(desk, case)
    if finished:
        _forget(desk, case, finished)
    platform = case.dossier.platform
    known = subject_of(desk, case.subject)
    pulls = case.dossier.side.pulls
    _await_rivals(desk, case)
    if pulls:
        desk.put(accusation_key(case.subject, platform), case.accusation, min(_dues(desk, case)))
        known.accused[platform] = pulls[0].time - (case.parameters.history_window_days + 1) * DAY
    else:
        desk.drop(accusation_key(case.subject, platform))
        known.accused.pop(platform, None)
    desk.put(subject_key(case.subject), known)


def _finished(desk: Desk, case: Case) -> set[tuple[int, str]]:
    """List the reports of levers that nothing can touch any more, by time and event id: a feed may repeat an id."""
    reached = _reached(desk, case)
    done: list[Pressed] = [p for p, _ in case.reading.non_verdicts if reached > last_entry(day_of(p.lever.time))]
    for name, episode in list(case.episodes.items()):
        alert = case.accusation.alerts[name]
        over = max(_episode_end(case, episode), _filled_by(case, episode))
        if _is_quiet(alert) and reached > over and not is_unsaid(desk, case, name):
            done.extend(episode.levers)
            del case.episodes[name]
    return {report.order for pressed in done for report in pressed.lever.reports}


def _reached(desk: Desk, case: Case) -> int:
    """Answer the least of the topic clocks of all platforms on which the subject is known.

    Nobody waits for the rivals of a platform that is retired.
    """
    if desk.clock(case.dossier.platform) >= FOREVER:
        return FOREVER
    platforms = (case.dossier.platform, *case.dossier.rivals)
    clocks = [desk.topic_clock(platform, topic) for platform in platforms for topic in TOPICS]
    return min((clock for clock in clocks if clock >= 0), default=-1)


def _is_quiet(alert: Alert) -> bool:
    return alert.published.status is Status.resolved


def _episode_end(case: Case, episode: Episode) -> int:
    return last_entry(max(day_of(episode.until), episode.last_day + case.parameters.resolve_days))


def _filled_by(case: Case, episode: Episode) -> int:
    """Answer until which topic clock what is missing around the levers may still come, and turn a check; 0 if nothing.

    A check turns at a day close, so that until then every one is looked at.
    """
    rival = episode.homing.rival
    platforms = [case.dossier.platform] if rival is None else [case.dossier.platform, rival]
    gaps = [
        gap
        for pressed in episode.levers
        for _, gap in gaps_around(pressed.lever, platforms, case.parameters, case.feed)
        if gap.until
    ]
    return max((last_entry(day_of(gap.until)) for gap in gaps), default=0)


def _forget(desk: Desk, case: Case, finished: set[tuple[int, str]]) -> None:
    side, accusation = case.dossier.side, case.accusation
    side.pulls = [act for act in side.pulls if act.order not in finished]
    side.left_out = side.left_out if side.pulls else 0
    left = {act.cited.event_id for act in side.pulls}
    case.reading.non_verdicts = [one for one in case.reading.non_verdicts if one[0].lever.id in left]
    accusation.alerts = {name: alert for name, alert in accusation.alerts.items() if not left.isdisjoint(alert.levers)}
    accusation.counted = {name: whys for name, whys in accusation.counted.items() if name in left}
    desk.put(side_key(case.subject, case.dossier.platform), side)


def _dues(desk: Desk, case: Case) -> Iterator[int]:
    reached = _reached(desk, case)
    for pressed, _ in case.reading.non_verdicts:
        day = day_of(pressed.lever.time)
        yield _after(case, pressed, closing(day), last_entry(day) + 1)
    for name, episode in case.episodes.items():
        first = episode.levers[0]
        is_open = _filled_by(case, episode) >= reached
        if _is_quiet(case.accusation.alerts[name]) and not is_open and not is_unsaid(desk, case, name):
            yield _after(case, first, _episode_end(case, episode) + 1)
        else:
            yield _after(case, first)
        for pressed in episode.levers:
            yield from (time for time in _moments(case, episode, pressed) if time > case.now)


def _after(case: Case, pressed: Pressed, *times: int) -> int:
    """Answer the first of the times that is still to come, else the next day close."""
    now = max(case.now, pressed.lever.time)
    return next((time for time in times if time > case.now), next_closing(now))


def _moments(case: Case, episode: Episode, pressed: Pressed) -> Iterator[int]:
    """List when a lever alone can change a verdict: the end of its meal peaks, of its basis, of a hold-back alone."""
    lever = pressed.lever
    filled = throttled_at(lever, case.parameters)
    if filled is not None:
        yield filled
    if lever.told.notice is not None:
        yield basis_deadline(lever)
    if episode.homing.rival is None:
        yield lever.time + case.parameters.holdback


def _await_rivals(desk: Desk, case: Case) -> None:
    """Wait for each rival named whose clock has not passed the hold-back of a lever; let the others be."""
    platform = case.dossier.platform
    waits: dict[str, int] = {}
    for name, episode in case.episodes.items():
        rival = episode.homing.rival
        held = case.accusation.alerts[name].held
        ends = [pressed.lever.time + case.parameters.holdback for pressed in episode.levers]
        pending = [end for end in ends if end > held]
        if rival is not None and pending:
            waits[rival] = min(*pending, waits.get(rival, FOREVER))
    for rival in case.accusation.waiting:
        if rival not in waits:
            desk.drop(holdback_key(case.subject, platform, rival))
    for rival, due in waits.items():
        desk.put(holdback_key(case.subject, platform, rival), Holdback(), due)
    case.accusation.waiting = sorted(waits)
