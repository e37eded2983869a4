"""When a SKU is looked at next, and an evaluation from gathering to putting everything back."""

from collections.abc import Sequence

from monitor.detect.registry import Desk
from monitor.detect.sub_cost.case import Case
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.filings import Subject
from monitor.detect.sub_cost.glance import glance_of
from monitor.detect.sub_cost.prices import Bucket
from monitor.detect.sub_cost.review import Cause, Finding, review
from monitor.detect.sub_cost.state import Item, bucket_key, subject_key
from monitor.eventtime.china import day_start, hour_end
from monitor.eventtime.closing import closing, last_closed, next_closing

Live = Sequence[tuple[int, Bucket]]


def evaluate(case: Case, now: int, cause: Cause, time: int) -> None:
    """Weigh the days that live at `time` and bring a SKU's alerts in line; `now` is what the platform clock shows."""
    evaluate_days(case, case.live(time), now, cause)


def evaluate_days(case: Case, live: Live, now: int, cause: Cause) -> None:
    """Do the same with buckets that are gathered already, and set when the SKU is due next."""
    _name(case, live)
    days = case.days(live)
    found = review(case, days, now, cause)
    _count_exempt(case, live, days, now)
    _watch(case, live)
    _list(case, days)
    _glance(case, days, found, last_closed(now))
    file(case, _next_due(case, days, found, now))


def hour_closed(case: Case, now: int) -> None:
    """Look at the open days alone; only where one of them is enough for a notice is the SKU judged as a whole."""
    open_days = _open_days(case, now)
    if any(day.is_firm and day.is_enough(case.parameters) for day in open_days):
        evaluate(case, now, Cause.hour, now)
    else:
        file(case, min([next_closing(now), *_hours(case, open_days, now)]))


def _open_days(case: Case, now: int) -> list[Day]:
    numbers = range(last_closed(now) + 1, case.item.newest + 1)
    weighed = [case.weigh(day, bucket) for day in numbers if (bucket := case.bucket(day)) is not None]
    return [day for day in weighed if day is not None]


def file(case: Case, due: int) -> None:
    """Put an item back with its next due time."""
    case.desk.put(case.key, case.item, due, case.item.product)


def _name(case: Case, live: Live) -> None:
    """Take the category from the buckets: the smallest name of those given, which no order of lines can change."""
    named = [bucket.category for _, bucket in live if bucket.category is not None]
    if named and case.item.category != min(named):
        case.item.category = min(named)
        case.__dict__.pop("filings", None)


def _count_exempt(case: Case, live: Live, days: Sequence[Day], now: int) -> None:
    """Count the exempt units of closed days; nothing is taken back."""
    weighed = {day.day: day for day in days}
    closed = last_closed(now)
    for number, bucket in live:
        day = weighed.get(number)
        if day is None or number > closed or day.exempt // day.size <= bucket.counted:
            continue
        units = day.exempt // day.size
        category = case.item.category or ""
        case.desk.count("exempt", case.platform, category, number, units - bucket.counted)
        bucket.counted = units
        put_bucket(case, number, bucket)


def _watch(case: Case, live: Live) -> None:
    for number, bucket in live:
        watched = case.is_watched(number)
        if watched is not bucket.watched:
            bucket.watched = watched
            put_bucket(case, number, bucket)


def _glance(case: Case, days: Sequence[Day], found: Sequence[Finding], closed: int) -> None:
    """Keep with each alert what a line on time is held against."""
    counting = {finding.episode.first: finding.episode.counting for finding in found}
    open_days = [day for day in days if day.day > closed]
    for alert in case.item.alerts:
        alert.glance = None
        if alert.published.stands and alert.first in counting:
            alert.glance = glance_of(case, counting[alert.first], open_days, closed)


def put_bucket(case: Case, day: int, bucket: Bucket) -> None:
    """Put a bucket back."""
    case.desk.put(bucket_key(case.subject, case.platform, day, case.sku), bucket, bucket.expiry)


def _list(case: Case, days: Sequence[Day]) -> None:
    """Enter a SKU among its merchant's candidates, or strike it off; an alert that was withdrawn is as good as none."""
    sold_low = [day.day for day in days if day.below or day.exempt]
    case.item.newest = max([case.item.newest, *sold_low])
    stands = any(alert.published.stands for alert in case.item.alerts)
    enlist(case.desk, case.subject, case.key, case.item, wanted=stands or bool(sold_low))


def enlist(desk: Desk, subject: str, key: str, item: Item, *, wanted: bool) -> None:
    """Make the list of a merchant's candidates say whether a SKU is one: filings and terms look for it there."""
    if item.listed is wanted:
        return
    item.listed = wanted
    known: Subject = desk.get(subject_key(subject)) or Subject([], [])
    if wanted:
        known.candidates.append(key)
    else:
        known.candidates.remove(key)
    desk.put(subject_key(subject), known)


def _next_due(case: Case, days: Sequence[Day], found: Sequence[Finding], now: int) -> int:
    """Answer when a SKU is due next, 0 for never.

    At hour closes while an open day may open a notice, at day closes while anything may change with the days: not
    before the first of them, or a clock that begins would walk through decades.
    """
    since = max(now, day_start(days[0].day)) if days else now
    dues = [next_closing(since)] if _waits_for_close(case, days, found, now) else []
    return min([*dues, *_hours(case, days, now)], default=0)


def _hours(case: Case, days: Sequence[Day], now: int) -> list[int]:
    return [_next_hour(day.day, now) for day in days if _waits_for_hour(case, day, now)]


def _waits_for_close(case: Case, days: Sequence[Day], found: Sequence[Finding], now: int) -> bool:
    closed = last_closed(now)
    if any(alert.published.stands for alert in case.item.alerts):
        return True
    if any(day.day > closed and (day.below or day.exempt) for day in days):
        return True
    return any(finding.episode.last + case.parameters.window_days > closed for finding in found)


def _waits_for_hour(case: Case, day: Day, now: int) -> bool:
    return day.day > last_closed(now) and day.below > 0 and day.is_firm and not case.is_watched(day.day)


def _next_hour(day: int, now: int) -> int:
    return min(hour_end(max(now, day_start(day))), closing(day))


def arm(desk: Desk, key: str, item: Item, day: int, now: int) -> None:
    """Make a SKU due at the next hour close for a line below cost on an open day; written only where it changes."""
    due = desk.due_of(key)
    hour = _next_hour(day, now)
    if item.listed and item.newest >= day and 0 < due <= hour:
        return
    item.newest = max(item.newest, day)
    enlist(desk, key.split("\n", 2)[1], key, item, wanted=True)
    desk.put(key, item, min(due, hour) if due else hour, item.product)
