"""When an alert is opened, updated, resolved or withdrawn: the facts are read anew and held against what was said.

One evaluation a (subject, platform) and record or due time; nothing is patched.
"""

from collections.abc import Callable
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from monitor.detect.exclusivity.body import ID, build, last_event_time
from monitor.detect.exclusivity.checks import Feed
from monitor.detect.exclusivity.episode import Episode, Reading, read
from monitor.detect.exclusivity.keys import accusation_of, dossier_of
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.rival_side import Dossier
from monitor.detect.exclusivity.state import Accusation, Alert
from monitor.detect.exclusivity.verdict import judge
from monitor.detect.explanation import explain
from monitor.detect.registry import Desk
from monitor.eventtime.china import day_of, iso
from monitor.eventtime.closing import closing
from monitor.findings import (
    Body,
    Check,
    Level,
    Published,
    State,
    Status,
    alert_id,
    differs_at_close,
    differs_at_once,
    last_body,
)

MAJOR = "1"
TOPICS = ("orders", "offers", "shops")

OPENED, ENDED, RELEASED, SUCCESSOR = "opened", "ended", "released", "successor"
LATE, REFUND, FACT_ADDED = "late_event", "refund", "fact_added"
DAY_CLOSED, HOLDBACK_PASSED = "day_closed", "holdback_passed"
OPENING = frozenset({LATE, REFUND, SUCCESSOR})
"""Reasons that stand even on the first revision of an id."""


class Cause(Struct, frozen=True):
    """What brought an evaluation about.

    `reason` is that of a clock, or of a record that releases nothing. `day` counts for a resolved alert that changes:
    the event's day, or the day it was read if that is later. `event_id` is null for a clock.
    """

    reason: str
    day: int
    event_id: str | None = None
    at_close: bool = False


class Case(Struct):
    """One evaluation: what is known of the subject, what was said, what the facts say now, by which clock and cause."""

    subject: str
    dossier: Dossier
    accusation: Accusation
    parameters: Parameters
    reading: Reading
    episodes: dict[str, Episode]
    now: int
    cause: Cause
    feed: Feed


def evaluate(desk: Desk, subject: str, platform: str, now: int, cause: Cause) -> Case:
    """Read a (subject, platform) anew, publish what is new, count what is no verdict."""
    parameters: Parameters = desk.parameters(ID)
    dossier = dossier_of(desk, subject, platform)
    reading = read(dossier, parameters, now)
    episodes = {
        alert_id(ID, subject, platform, None, iso(episode.first_day), MAJOR): episode for episode in reading.episodes
    }
    accusation = accusation_of(desk, subject, platform)
    named = _with_reason(cause, reading, parameters.holdback, now)
    case = Case(subject, dossier, accusation, parameters, reading, episodes, now, named, feed_of(desk))
    moved = _withdraw(desk, case)
    for name in episodes:
        _publish(desk, case, name, SUCCESSOR if name in moved else case.cause.reason)
    _count(desk, case)
    return case


def _with_reason(cause: Cause, reading: Reading, holdback: int, now: int) -> Cause:
    """Call a record that released a lever a release, and the end of a hold-back without a rival by its name."""
    alone = {
        pressed.lever.time + holdback
        for episode in reading.episodes
        for pressed in episode.levers
        if episode.homing.rival is None
    }
    if cause.event_id is None:
        return Cause(HOLDBACK_PASSED, cause.day) if now in alone and not cause.at_close else cause
    levers = [pressed.lever for episode in reading.episodes for pressed in episode.levers]
    if any(lever.release is not None and lever.release.cited.event_id == cause.event_id for lever in levers):
        return Cause(RELEASED, cause.day, cause.event_id)
    return cause


def _withdraw(desk: Desk, case: Case) -> set[str]:
    """Withdraw what stands and is no episode any more; answers the ids that take over its levers."""
    moved = set()
    for name, alert in case.accusation.alerts.items():
        if name not in case.episodes and alert.published.stands:
            body = last_body(alert.published)
            body.window = replace(body.window, clock=case.now)
            body.successor = _successor(case, alert)
            reason = case.cause.reason if body.successor is None else SUCCESSOR
            explained = None if body.successor else _explanation(case, alert)
            if explained is not None:
                reason = f"explained:{explained.look_alike}"
                body.checks = [explained if one.look_alike == explained.look_alike else one for one in body.checks]
                body.explanation = explain(body)
            desk.publish(alert.published, body, Status.withdrawn, reason, alert.event_time)
            desk.tally(ID, "suppressed")
            moved.add(body.successor or "")
    return moved


def _successor(case: Case, alert: Alert) -> str | None:
    for name, episode in case.episodes.items():
        if any(report in alert.levers for report in reports_of(episode)):
            return name
    return None


def _explanation(case: Case, alert: Alert) -> Check | None:
    """Answer the check that explains the first lever of an alert, None if none does."""
    for pressed, _ in case.reading.non_verdicts:
        if pressed.explained is not None and pressed.lever.id in alert.levers:
            return next(check for check in pressed.checks if check.look_alike == pressed.explained)
    return None


def reports_of(episode: Episode) -> list[str]:
    """List the event ids of all reports of an episode's levers."""
    return [report.cited.event_id for pressed in episode.levers for report in pressed.lever.reports]


def _publish(desk: Desk, case: Case, name: str, reason: str) -> None:
    """Judge an episode and say what is new of it."""
    alert = case.accusation.alerts.get(name)
    if alert is None:
        alert = case.accusation.alerts[name] = Alert(Published(name))
    episode = case.episodes[name]
    alert.levers = reports_of(episode)
    alert.event_time = last_event_time(episode)
    alert.held = max(alert.held, joint_clock(desk, case.dossier.platform, episode.homing.rival))
    body = body_of(desk, case, name)
    desk.tally(ID, "alert" if body.level is Level.lead else "suspect")
    _say(desk, case, alert, body, reason)


def joint_clock(desk: Desk, platform: str, rival: str | None) -> int:
    """Answer the clock that a hold-back waits for: the accused platform's alone where no rival is named."""
    return desk.clock(platform) if rival is None else desk.joint_clock(platform, rival)


def feed_of(desk: Desk) -> Feed:
    """Answer what tells, during one evaluation, the gaps of a platform's own feed in any topic; ends are inclusive."""
    return cache(lambda platform, start, end: desk.gap(platform, TOPICS, start, end + 1))


def body_of(desk: Desk, case: Case, name: str) -> Body:
    """Judge an episode and make its body; its coverage is told anew at day closes only."""
    episode, alert = case.episodes[name], case.accusation.alerts[name]
    verdict = judge(episode, case.dossier, case.parameters, case.now, alert.held, case.feed)
    if case.cause.at_close or not alert.published.stands:
        start = episode.levers[0].lever.time
        coverage = desk.coverage(case.dossier.platform, start, max(case.now, start) + 1)
    else:
        coverage = last_body(alert.published).coverage
    return build(name, verdict, case.dossier, case.subject, case.parameters, case.now, desk.rule(ID), coverage)


def _say(desk: Desk, case: Case, alert: Alert, body: Body, reason: str) -> None:
    published, cause = alert.published, case.cause
    ends = closing(max(case.episodes[published.alert_id].last_day, alert.touched) + case.parameters.resolve_days)
    over = case.now >= ends
    if not published.stands:
        is_told = published.revision > 0 or reason in OPENING
        status, why = Status.opened, reason if is_told else OPENED
    elif over and cause.at_close and published.status is not Status.resolved:
        status, why, over = Status.resolved, ENDED, False
    elif _differs(cause)(published, body):
        over = over or published.status is Status.resolved
        status, why = Status.updated, FACT_ADDED if _is_filled(published, body) else reason
    else:
        return
    desk.publish(published, body, status, why, alert.event_time)
    if over:
        alert.touched = cause.day


def _differs(cause: Cause) -> Callable[[Published, Body], bool]:
    return differs_at_close if cause.at_close else differs_at_once


def _is_filled(published: Published, body: Body) -> bool:
    """Answer whether all that is new is that a silence has been filled which the last body told of."""
    last = last_body(published)
    if not _tells_silence(last.checks) or _tells_silence(body.checks):
        return False
    rest = replace(body, checks=last.checks, level=last.level, severity=last.severity, explanation=last.explanation)
    return not differs_at_close(published, rest)


def _tells_silence(checks: list[Check]) -> bool:
    return any(check.look_alike == "feed_quality" and check.state is State.no_data for check in checks)


def is_unsaid(desk: Desk, case: Case, name: str) -> bool:
    """Answer whether a body holds what the next day close will have to say."""
    return differs_at_close(case.accusation.alerts[name].published, body_of(desk, case, name))


def _count(desk: Desk, case: Case) -> None:
    """Count the levers that are no verdict, each reason once, when their day is closed."""
    for pressed, why in case.reading.non_verdicts:
        lever = pressed.lever
        day = day_of(lever.time)
        counted = case.accusation.counted.setdefault(lever.id, [])
        if case.now >= closing(day) and why not in counted:
            counted.append(why)
            shop = case.dossier.side.shops.get(lever.shop)
            desk.count(why, case.dossier.platform, "" if shop is None else shop.category, day)
            desk.tally(ID, "suppressed" if pressed.explained else "insufficient_data")
