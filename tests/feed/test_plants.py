"""Plants and look-alikes lie where they say: recomputed here from their events alone."""

import hashlib
from collections import Counter, defaultdict

import orjson
import pytest

from monitor.eventtime.china import DAY, HOUR, MINUTE, day_of, day_start
from monitor.feed.delivery import Kind
from monitor.feed.plants import CASES, Stages, boundaries, staged
from monitor.feed.province import PLATFORMS, SCALES, Province
from monitor.feed.scene import Scene
from monitor.feed.truth import alert_id

BY_NAME = {case.name: case for case in CASES}
ORIGIN = day_start(20_000)
# A class with half of the quantity below cost is always the largest too: a higher bar changes no class.
ONE_SIDED = {"class_share_bp"}


def played(name, instance=1):
    """The scene of a case and its events."""
    scene = Scene(name, instance, 5, "accused", "rival", ORIGIN, scale=3)
    truths = BY_NAME[name].play(scene)
    return truths, [orjson.loads(one.head + b'"sequence":1' + one.tail) for one in scene.deliveries]


def of_type(events, kind):
    return [event for event in events if event["type"] == kind]


def sold_below(name, tolerance_bp):
    """By day: units below cost, units, lines below cost; after returns, without first orders."""
    _, events = played(name)
    cost = min(of_type(events, "cost_declared"), key=lambda cost: cost["low_fen"])
    days = defaultdict(lambda: [0, 0, 0])
    for line in of_type(events, "line_placed"):
        buyer_fen = line["buyer_paid_fen"] + line["third_party_subsidy_fen"]
        below = buyer_fen * cost["per_quantity"] * 10_000 < (10_000 - tolerance_bp) * cost["low_fen"] * line["quantity"]
        day = days[day_of(line["event_time"]) - 20_000]
        day[0] += below * line["quantity"]
        day[1] += line["quantity"]
        day[2] += below
    return {day: tuple(sums) for day, sums in days.items()}


@pytest.mark.parametrize(
    ("name", "tolerance_bp", "expected"),
    [
        ("notice_at_the_edge", 300, {0: (20, 20, 5)}),
        ("near_cost", 300, {0: (0, 24, 0), 1: (0, 24, 0), 2: (0, 24, 0)}),
        ("near_cost", 240, {0: (24, 24, 12), 1: (24, 24, 12), 2: (24, 24, 12)}),
        ("notice_at_the_edge", 360, {0: (0, 20, 0)}),
        ("notice_by_weight", 300, {0: (20_000, 20_000, 16)}),
        ("near_cost_by_weight", 300, {0: (0, 20_000, 0)}),
        ("notice_by_share", 300, {0: (21, 40, 7)}),
        ("too_small_a_share", 300, {0: (38, 80, 10)}),
        ("too_few_units", 300, {0: (19, 19, 5)}),
        ("too_few_lines", 300, {0: (20, 20, 4)}),
        ("three_days_of_seven", 300, {0: (7, 7, 2), 3: (7, 7, 2), 6: (6, 6, 1)}),
        ("two_days_of_seven", 300, {0: (10, 10, 3), 6: (10, 10, 3)}),
        ("three_days_of_eight", 300, {0: (7, 7, 2), 4: (7, 7, 2), 7: (6, 6, 1)}),
        ("three_days_a_unit_short", 300, {0: (7, 7, 2), 1: (7, 7, 2), 2: (5, 5, 1)}),
        ("three_days_a_line_short", 300, {0: (7, 7, 2), 1: (7, 7, 1), 2: (6, 6, 1)}),
        ("three_days_diluted", 300, {0: (0, 126, 0)} | dict.fromkeys((1, 2, 3), (38, 38, 19)) | {6: (0, 126, 0)}),
        ("cost_data_to_ask_for", 1_000, dict.fromkeys((0, 1, 2), (24, 24, 12))),
        ("cost_data_to_ask_for", 1_200, dict.fromkeys((0, 1, 2), (0, 24, 0))),
        ("near_an_index", 1_000, dict.fromkeys((0, 1, 2), (0, 24, 0))),
        ("a_voucher_of_a_bank", 300, dict.fromkeys((0, 1, 2), (0, 24, 0))),
    ],
)
def test_sales_lie_at_their_boundary(name, tolerance_bp, expected):
    """Units below cost, all units and lines below cost of each day are those that the case is about."""
    assert expected == sold_below(name, tolerance_bp)


@pytest.mark.parametrize(
    ("name", "count", "last"),
    [
        ("sustained_in_the_widest_window", 14, 27),
        ("a_day_short_of_sustained", 13, 24),
        ("fourteen_days_of_twenty_nine", 14, 28),
        ("sustained_without_a_pause", 14, 13),
        ("resumed_within_a_week", 2, 7),
        ("resumed_after_a_week", 2, 8),
    ],
)
def test_days_that_count_lie_at_their_boundary(name, count, last):
    """So many days count, the last one so many days after the first."""
    days = [day for day, (below, units, _) in sold_below(name, 300).items() if 2 * below >= units]

    assert (count, last) == (len(days), max(days))


@pytest.mark.parametrize(
    ("name", "mean_bp"),
    [
        ("severe_day_of_a_seller", 4_750),
        ("severe_day_of_retail", 4_750),
        ("severe_day_of_subsidy", 4_750),
        ("severe_day_of_a_forced_campaign", 4_750),
        ("more_than_half_of_cost", 5_250),
        ("three_deep_days", 10_000 - 1_575),
        ("three_shallow_days", 10_000 - 1_425),
    ],
)
def test_mean_prices_lie_at_their_boundary(name, mean_bp):
    """The buyer's mean price is so many basis points of the cost."""
    _, events = played(name)
    low = of_type(events, "cost_declared")[0]["low_fen"]
    lines = of_type(events, "line_placed")

    assert mean_bp == sum(line["buyer_paid_fen"] for line in lines) * 10_000 // (
        low * sum(line["quantity"] for line in lines)
    )


def first(events, kind):
    return of_type(events, kind)[0]["event_time"]


def begun(events):
    """What began on the rival, or a refusal or complaint."""
    kinds = {"promotion_joined", "exclusivity_agreed", "exclusivity_refused", "complaint_filed"}
    return next(
        event["event_time"]
        for event in events
        if event["type"] in kinds or event.get("status") == "opened" or event.get("state") == "listed"
    )


def acted(events):
    """The first lever."""
    return next(
        event["event_time"] for event in events if event["type"] == "lever_pulled" or event.get("status") == "blocked"
    )


def left(events):
    """The exit from the rival."""
    return next(
        event["event_time"]
        for event in events
        if event["platform"] == "rival" and (event.get("status") == "closed" or event.get("state") == "delisted")
    )


def freed(events):
    """The release of the first lever."""
    return next(
        event["event_time"] for event in events if event["type"] == "lever_released" or event.get("status") == "open"
    )


@pytest.mark.parametrize(
    ("name", "earlier", "later", "span"),
    [
        ("demoted_soon_after_an_opening", begun, acted, 72 * HOUR * 95 // 100),
        ("demoted_later_after_an_opening", begun, acted, 72 * HOUR * 105 // 100),
        ("demoted_late_on_a_history", begun, acted, 72 * HOUR * 105 // 100),
        ("blocked_long_after_an_opening", begun, acted, 21 * DAY * 95 // 100),
        ("blocked_too_long_after_an_opening", begun, acted, 21 * DAY * 105 // 100),
        ("blocked_past_the_hold_back", acted, freed, 63 * MINUTE),
        ("blocked_within_the_hold_back", acted, freed, 57 * MINUTE),
        ("exited_at_last", acted, left, 14 * DAY * 95 // 100),
        ("left_too_late", acted, left, 14 * DAY * 105 // 100),
        ("relieved_at_last", left, freed, 14 * DAY * 95 // 100),
        ("released_too_late", left, freed, 14 * DAY * 105 // 100),
        ("released_after_a_complaint", begun, freed, 48 * HOUR * 95 // 100),
        ("released_long_after_a_complaint", begun, freed, 48 * HOUR * 105 // 100),
    ],
)
@pytest.mark.parametrize("instance", [1, 2, 3, 4])
def test_acts_lie_at_their_boundary(name, earlier, later, span, instance):
    """From one act to the other it is just less, or just more, than the rule's span, whatever began on the rival."""
    _, events = played(name, instance)

    assert span == later(events) - earlier(events)


@pytest.mark.parametrize(
    ("name", "days", "furthest"),
    [
        ("blocked_on_a_short_history", 7, 7),
        ("blocked_on_six_days", 6, 6),
        ("blocked_on_an_old_history", 7, 28),
        ("blocked_on_a_faded_history", 7, 29),
    ],
)
def test_histories_lie_at_their_boundary(name, days, furthest):
    """On so many days there is a line on both platforms, the first one so many days before the lever's."""
    _, events = played(name)
    homes = defaultdict(set)
    for line in of_type(events, "line_placed"):
        homes[line["platform"]].add(day_of(line["event_time"]))
    both = homes["accused"] & homes["rival"]

    assert (days, furthest) == (len(both), day_of(acted(events)) - min(both))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("radius_under_a_kilometre", 4_000, 950),
        ("radius_over_a_kilometre", 5_000, 1_050),
        ("radius_under_a_fifth", 10_000, 1_900),
        ("radius_over_a_fifth", 10_000, 2_100),
        ("minimum_order_beyond_five_times", 2_000, 10_500),
        ("minimum_order_within_five_times", 2_000, 9_500),
        ("delivery_fee_beyond_five_times", 400, 2_100),
        ("delivery_fee_within_five_times", 400, 1_900),
        ("fee_raised_after_an_opening", 1_800, 2_115),
        ("fee_raised_a_little", 1_800, 2_085),
    ],
)
def test_terms_lie_at_their_boundary(name, before, after):
    """A lever's values are just beyond or just inside what makes it absolute, or a lever at all."""
    (lever,) = of_type(played(name)[1], "lever_pulled")

    assert (before, after) == (lever["value_before"], lever["value_after"])


def test_every_parameter_has_a_case_on_both_sides():
    """Whatever parameter is moved, a plant is lost on one side or a look-alike is caught on the other."""
    one_sided = {bound.parameter for bound in boundaries() if not (bound.beyond and bound.inside)}

    assert one_sided == ONE_SIDED
    assert len(boundaries()) > 35


def test_the_demo_holds_two_of_everything():
    """Each class, grade, severity path and sequence is planted twice, each explaining check has its look-alike."""
    truths = Province(1, SCALES["demo"]).truths
    seen = Counter()
    for truth in truths:
        seen.update([truth.class_, truth.grade, truth.cost_grade, truth.explained, truth.force, truth.level])
        seen.update(truth.sequences)
        seen[truth.class_, truth.severity] += 1
    explained = {f"explained:{check}" for check in ("actor", "basis", "stock", "contract_ref")}

    assert {} == {
        name: seen[name]
        for name in {
            *("D1", "D2", "D3", "D4", "pressed", "exited", "relieved", "A", "B", "C", "D", "E"),
            *("S1", "S2", "S3", "S6", "strong", "weak", "lead", "notice", "exempt", "insufficient_history"),
            *((class_, "critical") for class_ in ("D1", "D2", "D3", "D4")),
            *((class_, "high") for class_ in ("D1", "D2", "D3", "D4")),
            *explained,
        }
        if seen[name] < 2
    }


def test_an_alert_id_follows_from_its_definition():
    """The id is the beginning of a SHA-256 over typology, subject, platform, SKU, first day and major version."""
    of_goods = "sub-cost\nm1:abc\ntaomall\nk-1\n2025-10-20\n1"
    of_shop = "exclusivity\nm1:abc\ntaomall\n\n2025-10-20\n1"

    assert digest(of_goods) == alert_id("sub-cost", "m1:abc", "taomall", "k-1", "2025-10-20")
    assert digest(of_shop) == alert_id("exclusivity", "m1:abc", "taomall", None, "2025-10-20")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def test_cases_keep_to_their_days_and_subjects():
    """Every instance has a merchant of its own, and nothing of it happens after the last day of events."""
    cases = staged(1, Stages(20_000, 33, ("p", "q", "r")), copies=2)
    subjects = {(truth.case, truth.instance): truth.subject for truth in cases.truths}

    assert len(set(subjects.values())) == len(subjects)
    assert max(one.arrival for one in cases.deliveries) < day_start(20_033)


def test_cases_that_need_more_days_are_left_out():
    """A short history holds only what fits into it."""
    names = {truth.case for truth in staged(1, Stages(20_000, 3, ("p", "q")), copies=1).truths}

    assert names == {case.name for case in CASES if case.span <= 3 and not case.holed and case.weekday is None}


def test_only_the_careless_platform_loses_records():
    """Holes and malformed records are the last platform's, and none of its own where a case needs a hole."""
    province = Province(1, SCALES["demo"])
    flawed = [one for hour in province.deliveries() for one in hour if one.kind in {Kind.lost, Kind.raw}]
    holed = {truth.subject for truth in province.truths if truth.case.endswith("_a_hole")}
    lost_last = max(one.arrival for one in flawed if one.key not in holed)

    assert {PLATFORMS[-1]} == {one.platform for one in flawed}
    assert lost_last < min(one.arrival for one in flawed if one.key in holed) - DAY
