"""When a finding is said: at once when it opens, an hour later, then at day closes, and at its end."""

from monitor.detect.explanation import explain
from monitor.detect.integrity.body import body_of, is_filled
from monitor.detect.integrity.finding import ID, Finding, begun, key_of
from monitor.detect.lapses import Kind, Lapse
from monitor.detect.registry import Desk
from monitor.eventtime.china import hour_end
from monitor.eventtime.closing import next_closing
from monitor.findings import Check, State, Status, differs_at_close, last_body, severity
from monitor.law.checks import is_unsure

OPENED, ENDED, FACT_ADDED = "opened", "ended", "fact_added"
HOLDBACK_PASSED, DAY_CLOSED, EXPLAINED = "holdback_passed", "day_closed", "explained:late_arrival"


def heed(desk: Desk, lapse: Lapse) -> None:
    """Take a lapse as the engine sees it.

    What follows waits for the platform's clock. Of those who are no platform there is none: their findings are told
    anew whenever the lapses have doubled.
    """
    key = key_of(lapse.kind, lapse.platform, lapse.source)
    finding: Finding | None = desk.get(key)
    if finding is None:
        if lapse.kind is Kind.gap and is_filled(desk, lapse.platform, lapse.source):
            return
        finding = begun(desk, lapse)
    if lapse.kind is Kind.back_dated and not finding.is_dense(lapse):
        desk.put(key, finding, desk.due_of(key))
        return
    finding.note(desk, lapse)
    now = desk.clock(lapse.platform)
    if not finding.published.stands or _is_told_at_once(desk, finding, lapse):
        _say(desk, finding, lapse.kind, lapse.platform, lapse.source, now, FACT_ADDED)
    desk.put(key, finding, _due(desk, key, finding, lapse, now))


def _is_told_at_once(desk: Desk, finding: Finding, lapse: Lapse) -> bool:
    if lapse.kind in (Kind.silence, Kind.retention):
        return True
    if lapse.platform:
        return finding.published.status is Status.resolved
    return finding.lapses & (finding.lapses - 1) == 0 or (lapse.kind is Kind.gap and is_filled(desk, "", lapse.source))


def _due(desk: Desk, key: str, finding: Finding, lapse: Lapse, now: int) -> int:
    """Answer when a finding that changed is looked at: an hour after it opened, else at the close of the day."""
    if not lapse.platform:
        return 0
    since = max(now, lapse.time)
    first = finding.published.revision <= 1
    due = hour_end(since) if first else next_closing(since)
    known = desk.due_of(key)
    return min(known, due) if known else due


def come_due(desk: Desk, key: str, due: int) -> None:
    """Say what an hour, a day, or the end of the lateness has changed."""
    _, _, platform, kind, source = key.split("\n", 4)
    finding: Finding = desk.get(key)
    reason = DAY_CLOSED if next_closing(due - 1) == due else HOLDBACK_PASSED
    _say(desk, finding, Kind(kind), platform, source, desk.clock(platform), reason)
    desk.put(key, finding, _next(desk, finding, Kind(kind), platform, due))


def _next(desk: Desk, finding: Finding, kind: Kind, platform: str, due: int) -> int:
    """Answer when a finding of which nothing new is heard is looked at again: a silence grows by itself."""
    if kind is Kind.silence and desk.silence(platform).since is not None:
        return next_closing(due)
    if finding.published.status is Status.withdrawn or due >= finding.ends:
        return 0
    first_close = next_closing(finding.first)
    return first_close if due < first_close else finding.ends


def _say(desk: Desk, finding: Finding, kind: Kind, platform: str, source: str, now: int, reason: str) -> None:
    published = finding.published
    if kind is Kind.gap and is_filled(desk, platform, source):
        if published.stands:
            _withdraw(desk, finding)
        return
    body = body_of(desk, finding, kind, platform, source, now)
    over = _is_over(desk, finding, kind, platform, now)
    if not published.stands:
        status, reason = Status.opened, FACT_ADDED if published.revision else OPENED
    elif over and published.status is not Status.resolved:
        status, reason = Status.resolved, ENDED
    elif differs_at_close(published, body):
        status = Status.resolved if over else Status.updated
    else:
        return
    desk.publish(published, body, status, reason, finding.last)
    desk.tally(ID, "alert")


def _is_over(desk: Desk, finding: Finding, kind: Kind, platform: str, now: int) -> bool:
    """Answer whether it is history: a silence once the platform delivers again, all else once lateness is over."""
    if kind is Kind.silence:
        return desk.silence(platform).since is None
    return now >= finding.ends


def _withdraw(desk: Desk, finding: Finding) -> None:
    """Take back that something was missing: all of it has come."""
    body = last_body(finding.published)
    came = Check("late_arrival", State.failed, "all numbers came")
    body.checks = [came if check.look_alike == came.look_alike else check for check in body.checks]
    body.severity = severity(body.level, critical=False, unsure=is_unsure(body.checks))
    body.explanation = explain(body)
    desk.publish(finding.published, body, Status.withdrawn, EXPLAINED, finding.last)
    desk.tally(ID, "suppressed")
