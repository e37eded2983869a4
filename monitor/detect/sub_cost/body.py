"""The body of a sub-cost alert, made from an episode's days, the clock, and the papers that prove it."""

from collections.abc import Sequence

from monitor.detect.sub_cost.case import DETECTOR, Case
from monitor.detect.sub_cost.checks import checks_of, filings_of
from monitor.detect.sub_cost.classes import Class, classify, sums_of
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.episodes import Episode, Standing
from monitor.detect.sub_cost.facts import facts_of
from monitor.detect.sub_cost.prices import Deep, depth_order
from monitor.detect.sub_cost.state import MOST_REFERENCES
from monitor.detect.sub_cost.terms import proofs
from monitor.eventtime.china import day_end, day_start, iso
from monitor.eventtime.closing import last_closed
from monitor.findings import (
    Body,
    Coverage,
    DayRange,
    Element,
    Level,
    Reference,
    Window,
    alert_id,
    is_thin,
    severity,
)
from monitor.law.checks import is_barred, is_unsure
from monitor.law.elements import sub_cost_elements
from monitor.law.statutes import SUB_COST, authority_hint, in_force

VERSION = "1.0"


def id_of(case: Case, first: int) -> str:
    """Answer the identity of the alert whose first contributing day is `first`."""
    return alert_id(DETECTOR, case.subject, case.platform, case.sku, iso(first), VERSION.partition(".")[0])


def body_of(case: Case, episode: Episode, standing: Standing, now: int, coverage: Coverage | None) -> Body:
    """Answer the body; `coverage` is the one last published, None at a day close, where it is looked up anew."""
    counting = episode.counting
    sums = sums_of(counting)
    class_ = classify(sums, case.parameters, retail=case.is_retail)
    checks = checks_of(case, episode)
    level = Level.lead if standing.lead and not is_barred(checks) else Level.notice
    start, end = day_start(episode.first), day_end(episode.last)
    statutes = in_force(SUB_COST[class_], [day.day for day in counting])
    covered = coverage or case.desk.coverage(case.platform, start, end)
    unsure = is_unsure(checks) or is_thin(covered)
    return Body(
        alert_id=id_of(case, episode.first),
        typology=DETECTOR,
        level=level,
        class_=class_,
        cost_grade=_grade(counting),
        severity=severity(level, critical=standing.severe or standing.priority, unsure=unsure),
        provisional=episode.first > last_closed(now),
        subject=case.subject,
        shops=sorted({shop for day in counting for shop in day.shops}),
        platform=case.platform,
        sku=case.sku,
        respondent=case.subject if class_ is Class.D1 else case.platform,
        window=Window(start, end, now),
        facts=facts_of(case, episode, sums, standing, class_, level),
        checks=checks,
        statutes=statutes,
        elements=_elements(case, episode, statutes),
        authority_hint=authority_hint(statutes),
        rule=case.desk.rule(DETECTOR),
        evidence=_evidence(case, episode),
        evidence_days=[_range(day) for day in counting],
        coverage=covered,
    )


def _grade(counting: Sequence[Day]) -> str:
    """Answer the weakest grade that bears the alert: of A to C where any day has one, else of D and E."""
    firm = [day.grade for day in counting if day.is_firm]
    return max(firm or [day.grade for day in counting]).value


def _elements(case: Case, episode: Episode, statutes: list[str]) -> list[Element]:
    return sub_cost_elements(
        statutes,
        firm=any(day.is_firm for day in episode.counting),
        forced=any(day.weak or day.strong for day in episode.counting),
        overruled=any(day.strong for day in episode.counting),
        kinds=[filing.kind for filing in filings_of(case, episode)],
    )


def _range(day: Day) -> DayRange:
    return DayRange(iso(day.day), "orders", day.records, day.first_offset, day.last_offset)


def _evidence(case: Case, episode: Episode) -> list[Reference]:
    """Cite costs, terms and filings, then as many lines, the deepest first, as there is room for."""
    days = [day.day for day in episode.counting]
    papers = [*_costs(case, episode), *_terms(case, episode)]
    papers += [filing.cited for filing in filings_of(case, episode) if filing.cited is not None]
    lines = sorted(case.deep_lines(days), key=depth_order)
    return [*papers, *(_cite(line) for line in lines)][:MOST_REFERENCES]


def _costs(case: Case, episode: Episode) -> list[Reference]:
    names = sorted({name for day in episode.counting for name in day.costs})
    return [cost.cited for cost in map(case.cost_of, names) if cost is not None]


def _terms(case: Case, episode: Episode) -> list[Reference]:
    named = {name for day in episode.counting for name in day.terms}
    cited = [*proofs(case.offers, case.pricing, named), *(one for kept in case.item.kept for one in kept.terms)]
    found = {one.event_id: one for one in cited if one.event_id in named}
    return [found[name] for name in sorted(found)]


def _cite(line: Deep) -> Reference:
    cited = line.cited
    if not line.refunded:
        return cited
    return Reference(cited.topic, cited.partition, cited.offset, cited.event_id, cited.sha256, "line_refunded")
