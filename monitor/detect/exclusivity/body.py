"""What an alert says of a verdict: its facts with their class, window, statutes, elements and evidence."""

from collections.abc import Iterable, Iterator
from typing import Any

from monitor.detect.exclusivity.acts import Lever
from monitor.detect.exclusivity.elements import elements
from monitor.detect.exclusivity.episode import Episode, Pressed
from monitor.detect.exclusivity.exits import Exit
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.rival_side import T0, Dossier
from monitor.detect.exclusivity.state import LEVERS_KEPT, Act, Told, Warned
from monitor.detect.exclusivity.verdict import Verdict, releases, within
from monitor.eventtime.china import day_of
from monitor.eventtime.closing import closing, last_closed
from monitor.findings import Body, Coverage, Fact, FactClass, Reference, Rule, Severity, Window, is_thin, severity
from monitor.law.checks import is_unsure
from monitor.law.statutes import EXCLUSIVITY, authority_hint, in_force

ID = "exclusivity"
REFERENCES = 32
PLATFORM_RULES = "PRM"


def build(
    name: str,
    verdict: Verdict,
    dossier: Dossier,
    subject: str,
    parameters: Parameters,
    now: int,
    rule: Rule,
    coverage: Coverage,
) -> Body:
    """Make the body of an alert; revision, status and reason are set when it is published."""
    episode = verdict.episode
    statutes = statutes_of(episode, parameters, now)
    return Body(
        alert_id=name,
        typology=ID,
        level=verdict.level,
        grade=verdict.grade.value,
        severity=severity_of(verdict, coverage),
        provisional=now < closing(episode.first_day),
        subject=subject,
        shops=_shops(episode),
        platform=dossier.platform,
        rival=episode.homing.rival,
        other_rivals=list(episode.homing.others),
        respondent=dossier.platform,
        sequences=verdict.sequences,
        window=window_of(episode, now),
        facts=facts_of(verdict, dossier, parameters),
        checks=verdict.checks,
        elements=elements(verdict, statutes, parameters.history_days),
        statutes=statutes,
        authority_hint=authority_hint(statutes),
        rule=rule,
        evidence=evidence_of(verdict, dossier, parameters),
        coverage=coverage,
    )


def severity_of(verdict: Verdict, coverage: Coverage) -> Severity:
    """Answer the severity of a verdict on an input that is as complete as `coverage` says."""
    return severity(verdict.level, critical=False, unsure=is_unsure(verdict.checks) or is_thin(coverage))


def _shops(episode: Episode) -> list[str]:
    shops = {pressed.lever.shop for pressed in episode.levers}
    if episode.exit is not None:
        shops.add(episode.exit.shop)
    return sorted(shops)


def window_of(episode: Episode, now: int) -> Window:
    """Answer the span from the first lever to the last release, open while a lever is in force."""
    ends = [release.time for release in releases(episode)]
    whole = len(ends) == len(episode.levers)
    return Window(episode.levers[0].lever.time, max(ends) if whole else None, now)


def last_event_time(episode: Episode) -> int:
    """Answer the time of the last contributing event."""
    times = [pressed.lever.time for pressed in episode.levers]
    times.extend(release.time for release in releases(episode))
    if episode.exit is not None:
        times.append(episode.exit.time)
    return max(times)


def statutes_of(episode: Episode, parameters: Parameters, now: int) -> list[str]:
    """List the statutes valid on any contributing day; without a release only closed days and the first."""
    closed = last_closed(now)
    days: set[int] = set()
    for pressed in episode.levers:
        first = day_of(pressed.lever.time)
        last = pressed.lever.last_day(parameters.open_lever_days, episode.until)
        if _release(pressed.lever, episode) is None:
            last = max(first, min(last, closed))
        days.update(range(first, last + 1))
    named = any(pressed.lever.told.rule is not None for pressed in episode.levers)
    return in_force((*EXCLUSIVITY, *((PLATFORM_RULES,) if named else ())), sorted(days))


def facts_of(verdict: Verdict, dossier: Dossier, parameters: Parameters) -> list[Fact]:
    """List what was seen; who complained or refused is never shown to the platform."""
    episode, side = verdict.episode, dossier.side
    facts = [
        Fact("levers", [_lever(pressed, episode) for pressed in episode.levers], source="shops"),
        Fact("active_days", episode.homing.days, parameters.history_days, "days", "orders"),
    ]
    if side.left_out:
        facts.append(Fact("levers_left_out", side.left_out, LEVERS_KEPT, "levers", "shops"))
    t0 = t0_of(episode)
    if t0 is not None:
        weak = FactClass.restricted if t0.rival is None else FactClass.public
        facts.append(Fact("t0", _t0(t0), source="shops", class_=weak))
    if episode.exit is not None:
        facts.append(Fact("exit", _exit(episode.exit, episode.homing.rival), source="shops"))
    if verdict.named:
        facts.append(Fact("rival_named", episode.homing.rival, source="shops"))
    warnings = within(side.warnings, episode, parameters)
    if warnings:
        facts.append(Fact("warnings", [_warning(one) for one in warnings], source="shops"))
    context = within(side.context, episode, parameters)
    if context:
        facts.append(Fact("other_acts", [_act(act) for act in context], source="shops"))
    for name, told in (("complaints", side.complaints), ("refusals", side.refusals)):
        count = len(within(told, episode, parameters))
        if count:
            facts.append(Fact(name, count, source="complaint", class_=FactClass.restricted))
    return facts


def t0_of(episode: Episode) -> T0 | None:
    """Answer the T0 to print: that of the first lever that has one."""
    return next((pressed.t0 for pressed in episode.levers if pressed.t0 is not None), None)


def _lever(pressed: Pressed, episode: Episode) -> dict[str, Any]:
    lever = pressed.lever
    told = _act(lever.told)
    told["time"] = lever.time
    told["release"] = _release(lever, episode)
    return told


def _release(lever: Lever, episode: Episode) -> int | None:
    if lever.release is None or lever.release.time > episode.until:
        return None
    return lever.release.time


def _act(act: Act) -> dict[str, Any]:
    pull = act.pull
    scope = pull.scope.kind.value if pull.scope.value is None else f"{pull.scope.kind.value} {pull.scope.value}"
    told: dict[str, Any] = {
        "kind": pull.lever.value,
        "time": act.time,
        "release": None,
        "actor": act.actor.value,
        "shop": act.shop,
        "scope": scope,
    }
    optional = {
        "before": pull.before,
        "after": pull.after,
        "unit": None if pull.unit is None else pull.unit.value,
        "rule": act.rule,
        "notice": act.notice,
        "rival_named": pull.rival_named,
    }
    told.update({name: value for name, value in optional.items() if value is not None})
    return told


def _t0(t0: T0) -> dict[str, Any]:
    return {"kind": t0.kind, "time": t0.time, "rival": t0.rival, "shop": t0.shop}


def _exit(left: Exit, rival: str | None) -> dict[str, Any]:
    turn = left.turn
    return {
        "rival": rival,
        "time": left.time,
        "shop": left.shop,
        "how": "delisted" if turn.status is None else turn.status.value,
        "actor": turn.actor.value,
    }


def _warning(warned: Warned) -> dict[str, Any]:
    return {
        "time": warned.time,
        "notice": warned.notice,
        "rival_named": warned.rival_named,
        "deadline": warned.deadline,
    }


def evidence_of(verdict: Verdict, dossier: Dossier, parameters: Parameters) -> list[Reference]:
    """Cite the records that the alert stands on, the levers first, at most 32."""
    episode, side = verdict.episode, dossier.side
    notices = {pressed.lever.told.notice for pressed in episode.levers}
    cited = [
        *_cite("lever", _reports(verdict)),
        *_cite("release", releases(episode)),
        *_cite_t0(t0_of(episode)),
        *_cite("exit", [] if episode.exit is None else [episode.exit.turn]),
        *_cite("basis", (one for one in side.sanctions if one.notice in notices)),
        *_cite("warning", within(side.warnings, episode, parameters)),
        *_cite("complaint", within(side.complaints, episode, parameters)),
        *_cite("refusal", within(side.refusals, episode, parameters)),
        *_cite("other_act", within(side.context, episode, parameters)),
    ]
    return list(dict.fromkeys(cited))[:REFERENCES]


def _reports(verdict: Verdict) -> Iterator[Act]:
    """List the reports of levers that say something: a repeat does only if its text names the rival."""
    named = {fact.cited.event_id for fact in verdict.named}
    for pressed in verdict.episode.levers:
        telling = pressed.lever.telling
        yield from telling
        yield from (one for one in pressed.lever.reports if one not in telling and one.cited.event_id in named)


def _cite(role: str, facts: Iterable[Told]) -> list[Reference]:
    return [fact.cited.reference(role) for fact in facts]


def _cite_t0(t0: T0 | None) -> list[Reference]:
    """A refusal is cited as such."""
    return [] if t0 is None or t0.rival is None else [t0.cited.reference("t0")]
