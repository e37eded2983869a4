"""The body of an integrity alert: its facts, what speaks against it, and how far it goes."""

from collections.abc import Iterable, Iterator

from monitor.detect.integrity.finding import ID, Finding
from monitor.detect.lapses import Kind, Missing
from monitor.detect.registry import Desk
from monitor.eventtime.china import DAY, day_of, hour_end
from monitor.eventtime.closing import closing, last_entry
from monitor.findings import Body, Check, Coverage, Element, Fact, Level, Proof, State, Window, severity
from monitor.law.checks import is_barred, is_unsure
from monitor.law.statutes import BY_ID, INTEGRITY, authority_hint, in_force

HOLES_SHOWN = 16
LONG_SILENCE = DAY
_NO_FEED = Coverage("full", 0, 0)


def body_of(desk: Desk, finding: Finding, kind: Kind, platform: str, source: str, now: int) -> Body:
    """Make the body of a finding as the platform's clock shows `now`."""
    missing = desk.missing(platform, source) if kind is Kind.gap else []
    window = _window(desk, finding, kind, platform, missing, now)
    checks = checks_of(desk, kind, source, missing, now)
    level = _level(desk, finding, kind, platform, missing, checks, now)
    days = (day_of(window.start), day_of(max(window.start, window.end or now)))
    statutes = in_force(INTEGRITY, range(days[0], days[1] + 1)) if platform else []
    return Body(
        alert_id=finding.published.alert_id,
        typology=ID,
        level=level,
        class_=kind.value,
        severity=severity(level, critical=False, unsure=is_unsure(checks)),
        provisional=now < closing(days[0]),
        subject="",
        shops=[],
        platform=platform,
        respondent=platform or source.partition("#")[0],
        window=window,
        facts=list(_facts(desk, finding, kind, platform, source, missing)),
        checks=checks,
        elements=[Element(name, element, Proof.open) for name in statutes for element in BY_ID[name].elements],
        statutes=statutes,
        authority_hint=authority_hint(statutes),
        rule=desk.rule(ID),
        evidence=[cited.reference for cited in finding.cited],
        coverage=desk.coverage(platform, window.start, (window.end or max(now, window.start)) + 1)
        if platform
        else _NO_FEED,
    )


def is_filled(desk: Desk, platform: str, source: str) -> bool:
    """Answer whether a run of numbering lacks nothing any more."""
    return not desk.missing(platform, source)


def _holes(missing: Iterable[Missing]) -> Iterator[tuple[str, int, int, int, int]]:
    for one in missing:
        for first, last, before, after in one.holes:
            yield one.topic, first, last, min(before, after), max(before, after)


def _window(desk: Desk, finding: Finding, kind: Kind, platform: str, missing: list[Missing], now: int) -> Window:
    """Answer what the lapses span, in event time; a silence in force has no end yet."""
    start, end = finding.first, finding.last
    if kind is Kind.silence:
        silence = desk.silence(platform)
        spans = [*silence.past, *([] if silence.since is None else [(silence.since, now)])]
        start = min((since for since, _ in spans), default=start)
        return Window(start, max(until for _, until in silence.past) if silence.since is None else None, now)
    holes = list(_holes(missing))
    if holes:
        start, end = min(hole[3] for hole in holes), max(hole[4] for hole in holes)
    return Window(start, end, now)


def checks_of(desk: Desk, kind: Kind, source: str, missing: list[Missing], now: int) -> list[Check]:
    """Answer what speaks against a finding, in the order of the table."""
    if kind is Kind.gap:
        return [_late_arrival(missing, now), _own_loss(desk, [one.topic for one in missing])]
    if kind is Kind.retention:
        return [_own_loss(desk, [source])]
    return [Check("announced", State.no_data)]


def _late_arrival(missing: list[Missing], now: int) -> Check:
    """What is missing may come as long as it would not be too late."""
    waits = [hole for hole in _holes(missing) if now < last_entry(day_of(hole[4]))]
    if waits:
        return Check("late_arrival", State.no_data, f"holes that may still be filled: {len(waits)}")
    return Check("late_arrival", State.passed)


def _own_loss(desk: Desk, topics: Iterable[str]) -> Check:
    """What the log forgot before it was read was lost here, not by the platform."""
    told = [f"{topic}: {lost}" for topic in topics if (lost := desk.lost(topic))]
    return Check("own_loss", State.failed if told else State.passed, ", ".join(told))


def _level(
    desk: Desk,
    finding: Finding,
    kind: Kind,
    platform: str,
    missing: list[Missing],
    checks: list[Check],
    now: int,
) -> Level:
    if is_barred(checks) or kind is Kind.foreign_source:
        return Level.notice
    if kind is Kind.gap:
        first = min((hole[4] for hole in _holes(missing)), default=finding.first)
        return Level.lead if not platform or now >= hour_end(first) else Level.notice
    if kind is Kind.silence:
        silence = desk.silence(platform)
        spans = [*silence.past, *([] if silence.since is None else [(silence.since, now)])]
        return Level.lead if any(until - since >= LONG_SILENCE for since, until in spans) else Level.notice
    if kind is Kind.back_dated:
        return Level.lead if finding.lost else Level.notice
    return Level.lead


def _facts(
    desk: Desk, finding: Finding, kind: Kind, platform: str, source: str, missing: list[Missing]
) -> Iterator[Fact]:
    if kind is Kind.retention:
        yield Fact("topic", source)
        yield Fact("not_judged", desk.lost(source), unit="record", source="ledger")
        return
    if kind is Kind.silence:
        silence = desk.silence(platform)
        yield Fact("silent_since", silence.since, unit="ms", source="control")
        yield Fact("silences", [{"from": since, "to": until} for since, until in silence.past], source="control")
        return
    if source:
        yield Fact("source", source)
    if kind is Kind.gap:
        yield from _gap_facts(missing)
        return
    yield Fact("lapses", finding.lapses, unit="record")
    yield Fact("not_judged", finding.lost, unit="record")
    yield Fact("by_topic", dict(sorted(finding.by_topic.items())), unit="record")
    yield Fact("first_lapse", finding.first, unit="ms")
    yield Fact("last_lapse", finding.last, unit="ms")
    if finding.others:
        yield Fact("other_owners", finding.others)


def _gap_facts(missing: list[Missing]) -> Iterator[Fact]:
    holes = sorted(_holes(missing), key=lambda hole: (hole[3], hole[0], hole[1]))
    closed = sum(one.closed for one in missing)
    yield Fact("missing", sum(hole[2] - hole[1] + 1 for hole in holes) + closed, unit="record", source="numbering")
    yield Fact("open_holes", len(holes), unit="hole", source="numbering")
    if closed:
        yield Fact("closed_numbers", closed, unit="record", source="numbering")
    told = [
        {"topic": topic, "first": first, "last": last, "from": before, "to": after}
        for topic, first, last, before, after in holes[:HOLES_SHOWN]
    ]
    yield Fact("holes", told, source="numbering")
