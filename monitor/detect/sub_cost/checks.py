"""The look-alike checks that fit prices (verdicts.md 1): each innocent explanation excluded, applying, or unknown."""

from collections.abc import Iterable, Iterator, Sequence

from monitor.detect.sub_cost.case import Case
from monitor.detect.sub_cost.costs import of_one_kind
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.episodes import Episode
from monitor.detect.sub_cost.filings import Filing
from monitor.eventtime.china import MINUTE, day_end, day_start
from monitor.findings import Check, State
from monitor.law.checks import worst
from monitor.law.perishable import is_perishable


def checks_of(case: Case, episode: Episode) -> list[Check]:
    """Answer the checks of an episode, in the order of the table."""
    return [
        quality_of(case, runs_of(episode.counting)),
        _exemption(case, episode),
        _price_error(case, episode.counting),
        _cost_conflict(case, episode.counting),
    ]


def quality_of(case: Case, runs: Iterable[tuple[int, int]]) -> Check:
    """A hole or a silence on a day that counts; days in a row are asked for at once."""
    seen = ""
    for first, last in runs:
        gap = case.desk.gap(case.platform, ("orders",), day_start(first), day_end(last))
        if gap.state is State.failed:
            return Check("feed_quality", State.failed, gap.seen)
        seen = seen or (gap.seen if gap.state is State.no_data else "")
    return Check("feed_quality", State.no_data if seen else State.passed, seen)


def runs_of(counting: Sequence[Day]) -> Iterator[tuple[int, int]]:
    """List days in a row as (first, last), both inclusive."""
    first = last = counting[0].day
    for day in counting[1:]:
        if day.day != last + 1:
            yield first, last
            first = day.day
        last = day.day
    yield first, last


def filings_of(case: Case, episode: Episode) -> list[Filing]:
    """List the filings that touch a day of an episode's window."""
    window = range(episode.first, episode.last + 1)
    return [filing for filing in case.filings if any(filing.touches(day) for day in window)]


def _exemption(case: Case, episode: Episode) -> Check:
    category = case.item.category
    filed = filings_of(case, episode)
    if is_perishable(category) and not filed:
        return Check("exemption", State.no_data, f"category {category} is perishable and no exemption is filed")
    told = ", ".join(sorted(filing.id for filing in filed))
    return Check("exemption", State.passed, told or f"category {category}")


def _price_error(case: Case, counting: Sequence[Day]) -> Check:
    """Lines below cost that span over an hour on some day are no slip."""
    span = max(day.last - day.first for day in counting)
    state = State.passed if span > case.parameters.price_error_ms else State.no_data
    return Check("price_error", state, f"{span // MINUTE} min")


def _cost_conflict(case: Case, counting: Sequence[Day]) -> Check:
    """Costs of the winner's level and grade that lie too far apart contradict each other."""
    days = [day.day for day in counting]
    winners = {name for day in counting for name in day.costs}
    states: list[State] = []
    told: list[str] = []
    for winner in sorted(filter(None, map(case.cost_of, winners)), key=lambda cost: cost.id):
        alike = of_one_kind(case.costs, winner, days)
        if len(alike) < 2:  # noqa: PLR2004 - one cost contradicts nothing
            states.append(State.no_data)
            continue
        lowest = min(cost.low for cost in alike)
        highest = max(cost.low for cost in alike)
        apart = highest * 10_000 > case.parameters.conflict_bp * lowest
        states.append(State.failed if apart else State.passed)
        told.append(f"{len(alike)} costs of {winner.level}, grade {winner.grade}")
    return Check("cost_conflict", worst(states) if states else State.no_data, "; ".join(dict.fromkeys(told)))
