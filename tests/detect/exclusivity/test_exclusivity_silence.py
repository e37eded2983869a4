"""A silent or retired platform, a hole: what is not known is told, and turns once the backlog has filled it."""

import pytest
from conftest import Run

from monitor.eventtime.china import DAY, HOUR, MINUTE, instant

LEVER_DAY = "2020-06-01"


def entry(run, kind, platform, **fields):
    """Put an entry of the judge onto control."""
    common = {"type": kind, "event_id": f"{kind}-{run.now}", "effective_from": 0, "sent_time": 0, "author": "judge"}
    run.feed("control", {**common, "reason": "", "platform": platform, **fields}, run.now, source="judge#1")


@pytest.fixture
def silenced(story):
    """A run in which the rival fell silent at 10:20 and a lever of P followed at 11:00."""
    story.history(LEVER_DAY, 10)
    story.lever("PEAK_HIDE", LEVER_DAY, "11:00")
    run = story.at((LEVER_DAY, "10:20"))
    since = run.now
    entry(run, "platform_silent", "Q", topics=["shops"], since=since, clock=since + 30 * MINUTE, offsets={})
    story.platforms = ("P",)
    return run.tick_at([instant(LEVER_DAY, "11:00"), instant(LEVER_DAY, "12:00"), instant("2020-06-02", "00:30")])


def test_a_silence_of_the_rival_around_the_lever_is_no_data(silenced):
    """The lead stands on P's clock, with the feed's quality unknown."""
    assert (silenced.told()[-1], silenced.checks()["feed_quality"]) == (("U", "l", "02 00:30"), "no_data")


def test_a_filled_silence_turns_the_check_at_the_next_day_close(silenced):
    """Once the rival's topic clocks have passed the silence the check passes when the next day closes."""
    entry(silenced, "platform_resumed", "Q", offsets={})
    silenced.story.platforms = ("Q",)
    silenced.tick_at([silenced.now])
    silenced.story.platforms = ("P", "Q")
    silenced.tick_at([silenced.now + HOUR, instant("2020-06-03", "00:30")])

    assert silenced.told("reason")[-1] == ("U", "l", "03 00:30", "fact_added")
    assert silenced.checks()["feed_quality"] == "passed"


def test_a_retired_platform_ends_its_alerts(story):
    """A retired platform's clock stands beyond everything: the alert is resolved and nothing waits for the rival."""
    story.history(LEVER_DAY, 10)
    story.lever("PEAK_HIDE", LEVER_DAY, "11:00")
    run = story.at((LEVER_DAY, "12:00"))
    entry(run, "platform_retired", "P", effective_from=run.now)
    keys = run.partition.keys

    assert run.last["status"] == "resolved"
    assert [key for key in (*keys.live, *keys.stored) if key[:2] in {"y\n", "h\n"}] == []


@pytest.mark.parametrize("arrives", [("2020-06-24", "12:00"), ("2020-07-01", "12:00")])
def test_an_episode_is_not_over_while_a_hole_may_still_be_filled(story, arrives):
    """A record that a hole of a month lacks turns the check whenever it comes in time, long after the alert's end."""
    story.history(LEVER_DAY, 10)
    told = (
        (1, LEVER_DAY, "09:30", None),
        (3, "2020-06-25", "12:00", (LEVER_DAY, "09:45")),
        (2, "2020-06-24", "12:00", arrives),
    )
    for number, day, clock, read in told:
        story.status("open", "Q", day, clock, source="Q-platform-feed#2", sequence=number, shop="other", arrives=read)
    story.lever("PEAK_HIDE", LEVER_DAY, "10:00")
    start = instant(LEVER_DAY, "00:30")
    run = Run(story).tick_at(range(start, start + 45 * DAY, 12 * HOUR))

    assert (run.checks()["feed_quality"], run.last["level"], run.last["status"]) == ("passed", "lead", "resolved")
