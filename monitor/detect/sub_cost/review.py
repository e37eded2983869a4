"""One evaluation of a SKU: its days are weighed anew and its alerts opened, revised, resolved or withdrawn.

Nothing is patched: episodes follow from the days and the clock, alerts follow from the episodes (design.md 7).
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from monitor.detect.sub_cost.body import body_of, id_of
from monitor.detect.sub_cost.case import DETECTOR, Case
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.episodes import Episode, Standing, judge, split
from monitor.detect.sub_cost.state import KEPT_DAYS, Alert
from monitor.eventtime.china import day_of
from monitor.eventtime.closing import last_closed
from monitor.findings import Body, Published, Status, Window, differs_at_close, differs_at_once, last_body


class Cause(StrEnum):
    """What brought an evaluation about; all but `hour` are reasons of a revision."""

    hour = "hour"
    day_closed = "day_closed"
    fact_added = "fact_added"
    late_event = "late_event"
    refund = "refund"
    cost_revised = "cost_revised"
    exemption = "exemption"
    successor = "successor"


_BRINGS = frozenset({Cause.late_event, Cause.refund, Cause.cost_revised, Cause.exemption, Cause.successor})


class Finding(Struct):
    """An episode, how far it goes, and the alert of its id; `succeeds` where it takes over another id's days."""

    episode: Episode
    standing: Standing
    alert: Alert | None
    succeeds: bool = False


def review(case: Case, days: Sequence[Day], now: int, cause: Cause) -> list[Finding]:
    """Bring a SKU's alerts in line with its days as the clock shows `now`; answers what was found."""
    found = findings(case, days, now)
    for alert in case.item.alerts:
        if alert.published.stands:
            _succeed(case, alert, found, now, cause)
    for finding in found:
        _publish(case, finding, now, cause)
    _forget(case, found, now)
    return found


def findings(case: Case, days: Sequence[Day], now: int) -> list[Finding]:
    """Answer the episodes of a SKU with how far each goes and the alert of its id, if there is one."""
    alerts = {alert.first: alert for alert in case.item.alerts}
    closed = last_closed(now)
    return [
        Finding(
            episode,
            judge(episode, days, closed, case.parameters, retail=case.is_retail),
            alerts.get(episode.first),
        )
        for episode in split(days, case.parameters)
    ]


def _succeed(case: Case, alert: Alert, found: list[Finding], now: int, cause: Cause) -> None:
    """Withdraw an alert whose first contributing day is none any more; an episode over its days succeeds it."""
    if any(finding.alert is alert for finding in found):
        return
    heir = next((f for f in found if f.episode.first <= alert.last and f.episode.last >= alert.first), None)
    if heir is None or not heir.standing.stays:
        _withdraw(case, alert, now, cause, None)
        return
    heir.succeeds = True
    _withdraw(case, alert, now, Cause.successor, id_of(case, heir.episode.first))


def _withdraw(case: Case, alert: Alert, now: int, cause: Cause, successor: str | None) -> None:
    """Say that an alert no longer holds: the body last published, with status, reason, successor and clock changed."""
    body = last_body(alert.published)
    body.successor = successor
    body.window = Window(body.window.start, body.window.end, now)
    case.desk.publish(alert.published, body, Status.withdrawn, _reason(cause), alert.time)
    case.desk.tally(DETECTOR, "clear")


def _publish(case: Case, finding: Finding, now: int, cause: Cause) -> None:
    """Bring one episode's alert in line; what an hour close may do is open one."""
    alert, standing = finding.alert, finding.standing
    if alert is None or not alert.published.stands:
        if finding.succeeds:
            _open(case, finding, now, Cause.successor)
        elif standing.opens or (cause is Cause.hour and standing.open_notice):
            _open(case, finding, now, cause)
    elif not standing.stays:
        _withdraw(case, alert, now, cause, None)
    elif finding.succeeds:
        _revise(case, finding, alert, now, Cause.successor)
    elif cause is not Cause.hour:
        _revise(case, finding, alert, now, cause)


def _open(case: Case, finding: Finding, now: int, cause: Cause) -> None:
    alert = finding.alert
    if alert is None:
        alert = Alert(Published(id_of(case, finding.episode.first)), finding.episode.first)
        case.item.alerts.append(alert)
    is_first = alert.published.revision == 0
    reason = "opened" if is_first and cause not in _BRINGS else _reason(cause)
    body = body_of(case, finding.episode, finding.standing, now, None)
    _follow(alert, finding)
    case.desk.publish(alert.published, body, Status.opened, reason, alert.time)
    case.desk.tally(DETECTOR, "alert")


def _reason(cause: Cause) -> str:
    return Cause.day_closed if cause is Cause.hour else cause


def _revise(case: Case, finding: Finding, alert: Alert, now: int, cause: Cause) -> None:
    """Publish what changed: at a day close anything, before it only what cannot wait."""
    _follow(alert, finding)
    at_close = cause is Cause.day_closed
    last = last_body(alert.published)
    body = body_of(case, finding.episode, finding.standing, now, None if at_close else last.coverage)
    ended = at_close and finding.episode.last + case.parameters.window_days <= last_closed(now)
    if ended and (last.status is not Status.resolved or differs_at_close(alert.published, body)):
        case.desk.publish(alert.published, body, Status.resolved, "ended", alert.time)
    elif not ended and _differs(alert.published, body, cause):
        case.desk.publish(alert.published, body, Status.updated, cause, alert.time)


def _differs(published: Published, body: Body, cause: Cause) -> bool:
    if cause is Cause.successor:
        return True
    return differs_at_close(published, body) if cause is Cause.day_closed else differs_at_once(published, body)


def _follow(alert: Alert, finding: Finding) -> None:
    alert.last = finding.episode.last
    alert.time = max(day.last for day in finding.episode.counting)


def _forget(case: Case, found: list[Finding], now: int) -> None:
    """Drop alerts that nothing can touch any more, and kept days that no living episode looks at.

    By the orders clock: that of a silent platform runs ahead of the records that it may yet send.
    """
    item, width, oldest = case.item, case.parameters.window_days, day_of(case.reading(now)) - KEPT_DAYS
    item.alerts = [alert for alert in item.alerts if alert.last >= oldest]
    spans = [(f.episode.first - width, f.episode.last + width) for f in found if f.episode.last >= oldest]
    item.kept = [kept for kept in item.kept if any(first <= kept.day.day <= last for first, last in spans)]
