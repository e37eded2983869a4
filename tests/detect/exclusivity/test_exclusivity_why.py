"""What exclusivity tells of a merchant: levers and what of them is missing for an alert, or for a lead."""

from monitor.detect.exclusivity.why import why
from monitor.engine.desk import Desk
from monitor.eventtime.china import instant

DAY = "2019-05-15"
END = (DAY, "23:59")


def told(run, platform="P"):
    """Answer the lines about a platform by (kind, name)."""
    found = why(Desk(run.partition), run.story.subject, [])
    return {(line.kind.value, line.name): line for line in found if line.platform == platform}


def test_without_a_lever_there_is_nothing_to_judge(story):
    """A merchant who only sells is known by that, and no lever is on file on either platform."""
    story.history(DAY, 3)
    run = story.at(END)

    assert told(run)["known", "activity"].value == 3
    assert ("lacks", "lever") in told(run)
    assert ("lacks", "lever") in told(run, "Q")


def test_a_short_history_is_told_in_days(story):
    """Five days with lines on both platforms are two short, and no rival-side event stands in for them."""
    story.history(DAY, 5)
    story.lever("PEAK_HIDE", DAY, "10:00")
    lines = told(story.at(END))

    assert (lines["lacks", "history_days"].value, lines["lacks", "history_days"].threshold) == (5, 7)
    assert lines["lacks", "history_days"].about == "Q"
    assert "in the 21 d before" in lines["lacks", "t0"].text


def test_a_merchant_of_one_platform_has_no_rival(story):
    """Where the merchant is known nowhere else, that is what is missing; a soft lever looks back 72 h."""
    story.history(DAY, 10, platforms=("P",))
    story.lever("BANNER_REMOVE", DAY, "10:00")
    lines = told(story.at(END))

    assert "the merchant is known on no other platform" in lines["lacks", "rival"].text
    assert "in the 72 h before" in lines["lacks", "t0"].text


def test_an_explained_lever_names_its_explanation(story):
    """A lever that a check explains away is told with the check and what was seen."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00", actor="merchant")
    lines = told(story.at(END))

    assert lines["lacks", "check:actor"].text.endswith("is explained: the merchant acted or agreed (merchant)")


def test_a_notice_waits_for_the_clocks_of_both(story):
    """Before the hold-back has passed on both clocks, its end and what the slower clock shows are told."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    run = story.at((DAY, "10:00"))
    line = told(run)["waits", "holdback"]

    assert (line.due, line.clock, line.about) == (instant(DAY, "11:00"), instant(DAY, "10:00"), "Q")
    assert "the clocks of the platform and of Q must be 60 min past" in line.text


def test_a_refusal_alone_waits_for_the_platform(story):
    """Where no rival is named the platform's own clock is waited for."""
    story.complaint("exclusivity_refused", DAY, "09:00")
    story.lever("PEAK_HIDE", DAY, "10:00")
    line = told(story.at((DAY, "10:00")))["waits", "holdback"]

    assert line.text.startswith("the platform's clock must be 60 min past")


def test_one_soft_lever_lacks_a_second_kind(story):
    """Past the hold-back one soft lever without more is told to be one kind of two; a released one is told too."""
    story.history(DAY, 10)
    story.lever("BANNER_REMOVE", DAY, "10:00", lever_id="l")
    story.lever("BANNER_REMOVE", DAY, "10:30", kind="lever_released", lever_id="l")
    run = story.at(END)
    lines = told(run)

    assert (lines["lacks", "soft_kinds"].value, lines["lacks", "soft_kinds"].threshold) == (1, 2)
    assert "was released within 60 min" in lines["lacks", "in_force"].text
    assert ("waits", "holdback") not in lines


def test_a_lead_tells_its_episode_and_what_was_not_checked(story):
    """A lead lacks only what could not be checked, and its alert is named."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    run = story.at((DAY, "10:00"), END)
    lines = told(run)

    assert "lead, pressed" in lines["known", "episode"].text
    assert lines["known", "alert"].text == f"alert {run.last['alert_id']} is updated"
    assert lines["lacks", "check:platform_wide"].text == "could not be checked: the whole platform moved"
    assert ("waits", "holdback") not in lines


def test_a_young_shop_keeps_it_a_notice(story):
    """A failed check that bars a lead is told with what it does."""
    story.history(DAY, 10)
    story.status("opened", "P", "2019-05-01", "08:00", opened_on=instant("2019-05-01"))
    story.lever("PEAK_HIDE", DAY, "10:00")
    lines = told(story.at(END))

    assert lines["lacks", "check:shop_age"].text == "the shop was new: keeps it a notice (14 d)"
    assert ("lacks", "soft_kinds") not in lines


def test_a_rival_side_event_near_is_ground_enough(story):
    """A T0 within 72 h stands for a second lever: nothing of the ground is missing, only the clocks."""
    story.history(DAY, 10)
    story.listing("listed", "Q", DAY, "08:00", shop="Q-new")
    story.lever("BANNER_REMOVE", DAY, "10:00")
    lines = told(story.at((DAY, "10:00")))

    assert ("lacks", "soft_kinds") not in lines
    assert ("waits", "holdback") in lines


def test_two_kinds_of_soft_levers_lack_only_the_clocks(story):
    """Two kinds are ground enough, before their hold-back too."""
    story.history(DAY, 10)
    story.lever("BANNER_REMOVE", DAY, "10:00")
    story.lever("SEARCH_DEMOTE", DAY, "10:00")
    lines = told(story.at((DAY, "10:00")))

    assert ("lacks", "soft_kinds") not in lines
    assert ("waits", "holdback") in lines
