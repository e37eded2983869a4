"""The facts of a sub-cost alert: what is printed, in which unit, against which parameter, and who may see it."""

from fractions import Fraction
from typing import Any

from monitor.detect.sub_cost.case import Case
from monitor.detect.sub_cost.classes import Class, Sums, mean_micro, scale_of, sums_of
from monitor.detect.sub_cost.costs import Cost
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.episodes import Episode, Standing
from monitor.events import Unit
from monitor.findings import Fact, FactClass, Level

ASK = "cost data"


def facts_of(case: Case, episode: Episode, sums: Sums, standing: Standing, class_: Class, level: Level) -> list[Fact]:
    """Answer the facts in the order of printing; a flag is printed only where it holds."""
    return [
        *_measures(case, episode, sums, class_),
        *_costs(case, lowest(episode.counting)),
        *_flags(episode, standing, class_, level),
        *_besides(episode),
    ]


def lowest(counting: list[Day]) -> Day:
    """Answer the day whose cost is the lowest; the first of equals."""
    return min(counting, key=lambda day: (Fraction(day.low_fen, day.per_quantity), day.day))


def _measures(case: Case, episode: Episode, sums: Sums, class_: Class) -> list[Fact]:
    """Sums are over the days that count, shares and means over the whole span.

    Who knows the mean price and how far it lies below the cost knows the cost.
    """
    counting, span, rules = episode.counting, episode.span, case.parameters
    return [
        Fact("units", sums.units, rules.units, _unit(counting[0]), "orders"),
        Fact("lines", sums.lines, rules.lines, "lines", "orders"),
        Fact("days", len(counting), rules.lead_days, "days", "orders"),
        Fact("share_bp", sums_of(span).share_bp(), rules.share_bp, "bp", "orders"),
        Fact("depth_bp", sums.depth_bp(class_), rules.depth_bp, "bp", "orders, costs", FactClass.restricted),
        Fact("loss_fen", sums.loss_fen(class_), None, "fen", "orders, costs", FactClass.restricted),
        Fact("platform_share_bp", sums.platform_share_bp(class_), None, "bp", "orders, costs", FactClass.restricted),
        Fact("mean_micro_fen", mean_micro(span, class_), None, "micro_fen", "orders"),
        Fact("seller_micro_fen", mean_micro(span, Class.D1), None, "micro_fen", "orders"),
        Fact("buyer_micro_fen", mean_micro(span, Class.D3), None, "micro_fen", "orders"),
    ]


def _unit(day: Day) -> str:
    return day.unit.value if day.unit is Unit.piece else f"{day.per_quantity} {day.unit.value}"


def _costs(case: Case, day: Day) -> list[Fact]:
    """The lowest cost that judged a day that counts; costs are trade secrets."""
    cost = _judging(case, day)
    found = [_restricted("low_fen", day.low_fen, "fen", cost)]
    if day.per_quantity > 1:
        found.append(_restricted("per_quantity", day.per_quantity, day.unit.value, cost))
    if cost is None:
        return found
    found.append(_restricted("high_fen", cost.high_fen, "fen", cost))
    found.append(_restricted("cost_level", cost.level.value, None, cost))
    if cost.document is not None:
        found.append(_restricted("cost_document", cost.document, None, cost))
    if not cost.freight:
        found.append(_restricted("freight_included", value=False, unit=None, cost=cost))
    return found


def _restricted(name: str, value: Any, unit: str | None, cost: Cost | None) -> Fact:
    return Fact(name, value, None, unit, "" if cost is None else cost.id, FactClass.restricted)


def _judging(case: Case, day: Day) -> Cost | None:
    known = (case.cost_of(name) for name in day.costs)
    return next((c for c in known if c and (c.low_fen, c.per_quantity) == (day.low_fen, day.per_quantity)), None)


def _flags(episode: Episode, standing: Standing, class_: Class, level: Level) -> list[Fact]:
    found = []
    if class_ is Class.D4:
        strong = any(day.strong for day in episode.counting)
        found.append(Fact("force", "strong" if strong else "weak", None, None, "offers"))
    if standing.severe:
        found.append(Fact("severe", value=True, source="orders, costs"))
    if standing.sustained:
        found.append(Fact("sustained", value=True, source="orders, costs"))
    if standing.ask and level is Level.notice and not standing.notice:
        found.append(Fact("ask", ASK, source="costs"))
    return found


def _besides(episode: Episode) -> list[Fact]:
    """What is printed and never judged."""
    span, counting = episode.span, episode.counting
    found = [Fact("net_fen", sum(day.net_fen for day in counting), None, "fen", "orders")]
    unit = _unit(counting[0])
    for name, value in (
        ("refunded_fen", sum(day.refunded_fen for day in counting)),
        ("exempt_units", _units(span, "exempt")),
        ("first_order_units", _units(span, "first_orders")),
    ):
        if value:
            found.append(Fact(name, value, None, "fen" if name == "refunded_fen" else unit, "orders"))
    return found


def _units(days: list[Day], name: str) -> int:
    """Sum a quantity that is printed only, in whole units, rounded down."""
    size = scale_of(days).size
    total: int = sum(getattr(day, name) * (size // day.size) for day in days)
    return total // size
