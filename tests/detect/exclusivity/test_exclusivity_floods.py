"""A flood of levers on one merchant: merged as one by one, limited, and what lies beyond the limit is told."""

from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from monitor.detect.exclusivity.acts import merged
from monitor.detect.exclusivity.state import LEVERS_KEPT, Act, Cited
from monitor.events import Actor, Lever
from monitor.eventtime.china import instant
from monitor.law.levers import WHOLE_SHOP, Pull

DAY = "2020-06-01"
SAME_MS = 5


def act(time, name, shop, lever_id):
    return Act(
        time,
        Cited(name, "shops", 0, 0, ""),
        Pull(Lever.BLOCK_SHOP, WHOLE_SHOP, lever_id),
        shop,
        Actor.system,
        True,
        None,
        None,
    )


acts = st.lists(
    st.builds(act, st.integers(0, 20), st.uuids().map(str), st.sampled_from("ab"), st.sampled_from([None, "l1", "l2"])),
    max_size=12,
).map(lambda found: sorted(found, key=lambda one: one.order))


def alike(one, other):
    """The rule of verdicts: by lever id where both have one, else by shop, lever and scope."""
    if one.pull.lever_id and other.pull.lever_id:
        return one.pull.lever_id == other.pull.lever_id
    return one.shop == other.shop


def ends(release, reports):
    return release.time >= reports[0].time and any(alike(report, release) for report in reports)


def one_by_one(pulls, releases):
    """Each lever's reports and its release, every record held against every other."""
    found = []
    for pull in pulls:
        near = takewhile(lambda reports: pull.time - reports[0].time <= SAME_MS, reversed(found))  # noqa: B023
        for reports in near:
            over = any(ends(release, reports) and release.time <= pull.time for release in releases)
            if not over and any(alike(report, pull) for report in reports):
                reports.append(pull)
                break
        else:
            found.append([pull])
    return [(reports, next((one for one in releases if ends(one, reports)), None)) for reports in found]


@given(acts, acts)
def test_reports_are_merged_and_released_as_one_by_one(pulls, releases):
    """Looking levers up by what they are about finds what holding each against all finds."""
    found = [(lever.reports, lever.release) for lever in merged(pulls, releases, SAME_MS)]

    assert found == one_by_one(pulls, releases)


def test_levers_beyond_the_limit_are_counted_and_told(story):
    """Of a few levers more than are kept the alert says how many were only counted."""
    story.history(DAY, 10)
    for number in range(LEVERS_KEPT + 3):
        story.lever(
            "BLOCK_SHOP", DAY, f"{10 + number // 60}:{number % 60:02d}", scope={"kind": "sku", "value": str(number)}
        )
    run = story.at((DAY, "09:00"), (DAY, "23:00"), ("2020-06-02", "01:00"))

    assert run.fact("levers_left_out") == 3
    assert len(run.fact("levers")) == LEVERS_KEPT
    assert run.last["window"]["start"] == instant(DAY, "10:00")
