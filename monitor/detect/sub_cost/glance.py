"""Whether a line of an open day can change anything that is published at once.

A standing alert is judged at every record of its key by all its days. Of those only the open ones move with a line that
is on time, so that what the closed ones add up to is kept with the alert, and most lines need no more than this look.
"""

from collections.abc import Sequence

from monitor.detect.sub_cost.case import Case
from monitor.detect.sub_cost.checks import quality_of, runs_of
from monitor.detect.sub_cost.classes import Scale, Sums, classify
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.state import Glance, Seen


def glance_of(case: Case, counting: Sequence[Day], open_days: Sequence[Day], closed: int) -> Glance:
    """Take what a later line may be held against; `counting` are the days of the alert's episode that count."""
    settled = [day for day in counting if day.day <= closed]
    sizes = {day.size for day in (*counting, *open_days)}
    found = Glance(
        size=sizes.pop() if len(sizes) == 1 else 0,
        below=sum(day.below for day in settled),
        seller_below=sum(day.seller_below for day in settled),
        forced=sum(day.weak + day.strong for day in settled),
        is_strong=any(day.strong for day in settled),
        is_no_slip=any(_is_no_slip(case, day) for day in settled),
        runs=list(runs_of(counting)),
    )
    found.seen = _seen(case, found, open_days)
    return found


def is_quiet(case: Case, glance: Glance, day: int) -> bool:
    """Answer whether nothing that is published at once has changed since the last evaluation."""
    if glance.seen is None or not glance.size:
        return False
    numbers = [one[0] for one in glance.seen.open_days]
    if day not in numbers:
        return False
    weighed = [case.weigh(number, bucket) for number in numbers if (bucket := case.bucket(number)) is not None]
    open_days = [one for one in weighed if one is not None]
    return all(one.size == glance.size for one in open_days) and _seen(case, glance, open_days) == glance.seen


def _seen(case: Case, glance: Glance, open_days: Sequence[Day]) -> Seen:
    rules = case.parameters
    counting = [day for day in open_days if day.counts(rules)]
    sums = Sums(Scale(glance.size, 1))
    sums.below = glance.below + sum(day.below for day in counting)
    sums.seller_below = glance.seller_below + sum(day.seller_below for day in counting)
    sums.forced = glance.forced + sum(day.weak + day.strong for day in counting)
    return Seen(
        [(day.day, day.counts(rules), day.is_enough(rules), day.grade.value, day.costs) for day in open_days],
        classify(sums, rules, retail=case.is_retail).value,
        glance.is_strong or any(day.strong for day in counting),
        glance.is_no_slip or any(_is_no_slip(case, day) for day in counting),
        quality_of(case, glance.runs).state.value,
    )


def _is_no_slip(case: Case, day: Day) -> bool:
    return day.last - day.first > case.parameters.price_error_ms
