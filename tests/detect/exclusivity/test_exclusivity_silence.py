"""A silent or retired platform: what is not known is told as no data, and turns when the backlog has filled it."""

import pytest

from monitor.eventtime.china import HOUR, MINUTE, instant

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
