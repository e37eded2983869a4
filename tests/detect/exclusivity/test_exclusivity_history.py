"""Which levers are judged at all: the history on both platforms, rival-side events, and which rival is named."""

import pytest

from monitor.eventtime.china import day_named, instant

DAY = "2019-05-15"
END = (DAY, "23:59")
SOFT, ABSOLUTE = "TRAFFIC_LIMIT", "PEAK_HIDE"


def rivals(run):
    """The rival named and the others, or None where nothing was published."""
    return (run.last["rival"], run.last["other_rivals"]) if run.revisions else None


@pytest.mark.parametrize(("days", "opened"), [(6, 0), (7, 1)])
def test_seven_days_with_lines_on_both_are_a_history(story, days, opened):
    """Six days with lines on P and on Q do not suffice, seven do."""
    story.history(DAY, days)
    story.lever(SOFT, DAY, "10:00")

    assert len(story.at(END).revisions) == opened


@pytest.mark.parametrize(("oldest", "opened"), [("2019-04-16", 0), ("2019-04-17", 1)])
def test_the_history_is_that_of_28_days_before_the_levers_day(story, oldest, opened):
    """Of seven days with lines the oldest counts on the 28th day before the lever's day, not on the 29th."""
    story.history(DAY, 6)
    for platform in ("P", "Q"):
        story.line(platform, oldest)
    story.lever(SOFT, DAY, "10:00")

    assert len(story.at(END).revisions) == opened


def test_the_levers_own_day_is_no_history(story):
    """Lines on the lever's own day do not make the seventh day."""
    story.history(DAY, 6)
    for platform in ("P", "Q"):
        story.line(platform, DAY, "09:00")
    story.lever(SOFT, DAY, "10:00")
    run = story.at(END, ("2019-05-16", "00:30"))

    assert (run.revisions, run.counts()) == ([], {("insufficient_history", "P", day_named(DAY)): 1})


def test_lines_on_two_rivals_do_not_add_up(stories):
    """Four days with lines on Q and four others with lines on R are no history with either."""
    story = stories(platforms=("P", "Q", "R"))
    story.history("2019-05-11", 4, ("P", "Q"))
    story.history(DAY, 4, ("P", "R"))
    story.lever(SOFT, DAY, "10:00")

    assert story.at(END).revisions == []


@pytest.mark.parametrize(("kind", "opened"), [("line_cancelled", 0), ("line_refunded", 1)])
def test_a_cancelled_line_makes_no_day_active_and_a_refunded_one_does(story, kind, opened):
    """Cancelling the only line of a day takes the day from the history; refunding it does not."""
    story.history(DAY, 7)
    back = {
        "placed_time": instant("2019-05-10", "12:00"),
        "refunded_quantity": 1,
        "refunded_fen": 100,
        "refund_reason": "other",
    }
    story.line("Q", "2019-05-11", kind=kind, **back)
    story.lever(SOFT, DAY, "10:00")

    assert len(story.at(END).revisions) == opened


@pytest.mark.parametrize(
    ("lever", "opened_at", "opened"),
    [
        (SOFT, ("2019-05-12", "10:00"), 1),
        (SOFT, ("2019-05-12", "09:59"), 0),
        (ABSOLUTE, ("2019-04-24", "10:00"), 1),
        (ABSOLUTE, ("2019-04-24", "09:59"), 0),
        (SOFT, ("2019-05-15", "10:01"), 0),
    ],
)
def test_a_rival_side_event_makes_a_lever_eligible(story, lever, opened_at, opened):
    """A shop opened on a rival 72 h before a soft lever, or 21 d before an absolute one, to the minute, suffices."""
    story.status("opened", "Q", *opened_at)
    story.lever(lever, DAY, "10:00")

    assert [r["status"] for r in story.at((DAY, "10:02")).revisions] == ["opened"] * opened


def first_on_q(story, kind):
    if kind == "listing":
        story.listing("listed", "Q", "2019-05-13", "10:00", sku="k")
    elif kind == "promotion":
        story.tell("promotion_joined", "Q", "2019-05-13", "10:00", campaign="c", sku=None)
    else:
        story.agreement("Q", "2019-05-13", "10:00")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("listing", "first_listing"), ("promotion", "first_promotion"), ("agreement", "agreement")],
)
def test_first_listing_promotion_and_agreement_are_rival_side_events(story, kind, name):
    """A shop's first listing or promotion on a rival, or an agreement with it, is a T0 that names the rival."""
    first_on_q(story, kind)
    story.lever(SOFT, DAY, "10:00")
    run = story.at(END)

    assert (run.fact("t0")["kind"], run.fact("t0")["rival"], run.last["sequences"]) == (name, "Q", ["S1"])


@pytest.mark.parametrize("kind", ["listing", "promotion"])
def test_a_listing_of_a_shop_with_lines_before_is_no_rival_side_event(story, kind):
    """A shop that sold on the rival before begins nothing there."""
    story.line("Q", "2019-05-12")
    first_on_q(story, kind)
    story.lever(SOFT, DAY, "10:00")

    assert story.at(END).revisions == []


def test_only_the_first_listing_is_a_rival_side_event(story):
    """A second listing of a shop is none: the first one lies too far back."""
    story.listing("listed", "Q", "2019-05-01", "10:00", sku="k")
    story.listing("listed", "Q", "2019-05-14", "10:00", sku="k2")
    story.lever(SOFT, DAY, "10:00")

    assert story.at(END).revisions == []


def test_a_late_line_before_the_first_listing_takes_the_rival_side_event_away(story):
    """A line read later, from before the listing, leaves the lever without a history and withdraws the alert."""
    first_on_q(story, "listing")
    story.lever(SOFT, DAY, "10:00")
    story.line("Q", "2019-05-12", arrives=(DAY, "12:00"))
    run = story.at((DAY, "11:59"), (DAY, "12:00"), ("2019-05-16", "00:30"))

    assert run.told("reason")[-1] == ("W", "l", "15 12:00", "late_event")


def test_a_refusal_alone_names_no_rival(story):
    """With a refusal and no line on any rival the rival is null and the hold-back waits for P's clock alone."""
    story.complaint("exclusivity_refused", "2019-05-14", "10:00")
    story.lever(SOFT, DAY, "10:00")
    run = story.at((DAY, "10:59"), (DAY, "11:00"))

    assert run.told("rival", "other_rivals", "sequences", "reason") == [
        ("O", "n", "15 10:59", None, [], ["S1"], "opened"),
        ("U", "l", "15 11:00", None, [], ["S1"], "holdback_passed"),
    ]


def test_the_rival_is_that_of_the_nearest_rival_side_event(stories):
    """Of T0s on Q and R the nearer names the rival, however many lines there are on others."""
    story = stories(platforms=("P", "Q", "R", "S"))
    story.history(DAY, 10, ("P", "S"))
    story.status("opened", "R", "2019-05-13", "10:00")
    story.status("opened", "Q", "2019-05-12", "10:00")
    story.complaint("exclusivity_refused", "2019-05-14", "10:00")
    story.lever(SOFT, DAY, "10:00")

    assert rivals(story.at(END)) == ("R", ["Q", "S"])


def test_of_two_rival_side_events_at_once_the_smaller_id_is_named(stories):
    """T0s on R and Q at one instant name Q."""
    story = stories(platforms=("P", "Q", "R"))
    story.status("opened", "R", "2019-05-13", "10:00")
    story.status("opened", "Q", "2019-05-13", "10:00")
    story.lever(SOFT, DAY, "10:00")

    assert rivals(story.at(END)) == ("Q", ["R"])


@pytest.mark.parametrize(("on_r", "expected"), [(8, ("Q", ["R"])), (9, ("Q", ["R"])), (10, ("R", ["Q"]))])
def test_without_a_rival_side_event_the_most_active_rival_is_named(stories, on_r, expected):
    """The rival with the most active days is named, the smaller id of equals; the others stand beside it."""
    story = stories(platforms=("P", "Q", "R"))
    story.history(DAY, 9)
    story.history(DAY, on_r, ("R",))
    story.lever(SOFT, DAY, "10:00")

    assert rivals(story.at(END)) == expected


@pytest.mark.parametrize("subject", ["s1:shop", "r1:retail"])
def test_a_shop_without_a_code_is_never_called_multi_homing(stories, subject):
    """Lines of subjects other than merchants with a code make no history."""
    story = stories(subject=subject)
    story.history(DAY, 10)
    story.lever(SOFT, DAY, "10:00")

    assert story.at(END).revisions == []
