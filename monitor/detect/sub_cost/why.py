"""Why a merchant's SKU has no alert of sub-cost pricing, or no lead: told from its state, and changing nothing."""

from collections.abc import Iterator, Sequence

from monitor.detect.registry import Desk
from monitor.detect.sub_cost.case import Case
from monitor.detect.sub_cost.classes import basis_points
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.review import Finding, findings
from monitor.detect.sub_cost.state import BUCKET, ITEM, Item, item_key
from monitor.detect.telling import Kind, Line
from monitor.eventtime.china import iso
from monitor.eventtime.closing import closing, last_closed
from monitor.findings import State, last_body

NAMED = 5
"""SKUs that a line names before it only counts"""


def why(desk: Desk, subject: str, keys: Sequence[str]) -> Iterator[Line]:
    """Say of every SKU that sold below cost what is missing, and of the others how many there are, by platform."""
    skus: dict[str, set[str]] = {}
    for key in keys:
        tag, _, platform, *rest = key.split("\n", 4 if key.startswith(f"{BUCKET}\n") else 3)
        if tag in {BUCKET, ITEM}:
            skus.setdefault(platform, set()).add(rest[-1])
    for platform in sorted(skus):
        yield from _of_platform(desk, subject, platform, sorted(skus[platform]))


def _of_platform(desk: Desk, subject: str, platform: str, skus: list[str]) -> Iterator[Line]:
    without, above = [], []
    for sku in skus:
        key = item_key(subject, platform, sku)
        case = Case(desk, key, desk.get(key) or Item())
        live = case.live(case.reading(0))
        days = case.days(live)
        if any(day.below or day.exempt for day in days) or case.item.alerts:
            yield from _of_item(case, days)
        elif days:
            above.append(sku)
        elif live:
            without.append(sku)
    if above:
        text = f"sold at or above the cost on file, or within the tolerance: {_some(above)}"
        yield Line(kind=Kind.known, platform=platform, name="not_below", text=text, value=len(above))
    if without:
        text = f"sold without a cost on file that fits its unit and day: {_some(without)}; declare one, or ask for it"
        yield Line(kind=Kind.lacks, platform=platform, name="cost", text=text, value=len(without))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _of_item(case: Case, days: list[Day]) -> Iterator[Line]:
    now = case.desk.clock(case.platform)
    closed = last_closed(now)
    found = findings(case, days, now)
    yield from _alerts(case)
    low = [day for day in days if day.below]
    if low:
        counting = sum(day.counts(case.parameters) for day in days)
        text = f"days below cost: {len(low)}, {iso(low[0].day)} to {iso(low[-1].day)}, of which {counting} count"
        yield _line(case, Kind.known, "days_below", text, len(low))
    exempt = sum(day.exempt // day.size for day in days)
    if exempt:
        yield _line(case, Kind.known, "exempt", f"{exempt} units below cost are exempt by a filing", exempt)
    if not any(finding.standing.stays for finding in found):
        yield from _missing_for_a_notice(case, low)
    elif not any(finding.standing.lead for finding in found):
        yield from _missing_for_a_lead(case, found, days, closed)
    yield from _waits(case, days, now, closed)


def _alerts(case: Case) -> Iterator[Line]:
    for alert in case.item.alerts:
        published = alert.published
        body = last_body(published)
        verdict = f"{body.level}, class {body.class_}, {body.severity}"
        text = f"alert {published.alert_id} is {published.status} ({body.reason}): {verdict}"
        yield _line(case, Kind.known, "alert", text, published.revision)
        for check in body.checks:
            if published.stands and check.state is not State.passed:
                seen = f" ({check.seen})" if check.seen else ""
                text = f"check {check.look_alike} of alert {published.alert_id[:8]} says {check.state}{seen}"
                yield _line(case, Kind.lacks, f"check:{check.look_alike}", text)


def _missing_for_a_notice(case: Case, low: list[Day]) -> Iterator[Line]:
    """Hold the day with most below cost against each condition of a notice."""
    if not low:
        return
    rules, day = case.parameters, max(low, key=lambda one: (one.below // one.size, one.day))
    share = basis_points(day.below, day.total)
    for name, said, value, threshold in (
        ("units", "units", day.below // day.size, rules.units),
        ("lines", "order lines", day.lines, rules.lines),
        ("share_bp", "basis points of the quantity", share, rules.share_bp),
    ):
        if value < threshold:
            text = f"{said} below cost on {iso(day.day)}: {value} of {threshold}"
            yield _line(case, Kind.lacks, name, text, value, threshold)
    if not day.is_firm:
        yield _grade(case, day)


def _missing_for_a_lead(case: Case, found: Sequence[Finding], days: list[Day], closed: int) -> Iterator[Line]:
    """Hold the newest episode's best window against the conditions of a lead."""
    rules = case.parameters
    episode = found[-1].episode
    window = _best_window(days, episode.first, min(episode.last, closed), rules)
    counting = [day for day in window if day.counts(rules) and day.is_firm]
    text = f"days that count within {rules.window_days} closed days: {len(counting)} of {rules.lead_days}"
    yield _line(case, Kind.lacks, "days", text, len(counting), rules.lead_days)
    weak = next((day for day in episode.counting if not day.is_firm), None)
    if weak is not None:
        yield _grade(case, weak)


def _best_window(days: list[Day], first: int, last: int, rules: Parameters) -> list[Day]:
    windows = [
        [day for day in days if close - rules.window_days < day.day <= close] for close in range(first, last + 1)
    ]
    return max(windows, key=lambda window: sum(day.counts(rules) and day.is_firm for day in window), default=[])


def _grade(case: Case, day: Day) -> Line:
    text = f"the cost in force on {iso(day.day)} has grade {day.grade}; a notice or lead needs one of grade A to C"
    return _line(case, Kind.lacks, "cost_grade", text)


def _waits(case: Case, days: list[Day], now: int, closed: int) -> Iterator[Line]:
    """Name the next close of the first open day that sold below cost; nothing is final before it."""
    opened = next((day for day in days if day.day > closed and day.below), None)
    if opened is not None:
        yield Line(
            kind=Kind.waits,
            platform=case.platform,
            name="day_close",
            about=case.sku,
            text=f"{iso(opened.day)} is open; it is judged when the platform's clock is half an hour past its end",
            due=closing(opened.day),
            clock=now,
        )


def _line(case: Case, kind: Kind, name: str, text: str, value: int | None = None, threshold: int | None = None) -> Line:
    return Line(
        kind=kind, platform=case.platform, name=name, text=text, about=case.sku, value=value, threshold=threshold
    )
