"""What is kept of a subject: facts in their order, bounded, and forgotten when nobody looks back to them."""

import pytest

from monitor.detect.exclusivity.state import (
    FACTS_KEPT,
    LEVERS_KEPT,
    RELEASES_KEPT,
    Act,
    Cited,
    Shop,
    Side,
    StockSeen,
    Told,
    Turn,
    earliest,
    expire,
    file,
    file_lever,
    file_release,
    horizon,
)
from monitor.events import Actor, Lever, ShopStatus, Stock
from monitor.eventtime.china import DAY, instant
from monitor.law.levers import WHOLE_SHOP, Pull


def cited(name):
    return Cited(name, "shops", 0, 0, "")


def told(time, name="e"):
    return Told(time, cited(name))


def act(time, lever=Lever.PEAK_HIDE):
    return Act(time, cited(f"e{time}"), Pull(lever, WHOLE_SHOP), "s", Actor.platform_staff, True, None, None)


def test_facts_lie_by_event_time_and_event_id():
    """Facts are sorted by (event time, event id), however they come."""
    facts = []
    for fact in (told(2, "a"), told(1, "b"), told(1, "a")):
        file(facts, fact)

    assert [fact.order for fact in facts] == [(1, "a"), (1, "b"), (2, "a")]


def test_beyond_the_limit_the_oldest_fact_goes_and_the_newest_lever():
    """Of facts the latest are kept; of levers the earliest, with which an episode begins."""
    facts, side = [], Side(pulls=[])
    for time in range(LEVERS_KEPT + 1):
        file(facts, told(time))
        file_lever(side, act(time))

    assert (len(facts), facts[-1].time) == (FACTS_KEPT, LEVERS_KEPT)
    assert (len(side.pulls), side.pulls[0].time, side.left_out) == (LEVERS_KEPT, 0, 1)


@pytest.mark.parametrize(("first_lever", "oldest"), [(0, 0), (1, 1)])
def test_beyond_the_limit_a_release_before_all_levers_goes_else_the_newest(first_lever, oldest):
    """What ended the levers that are kept stays, however often a shop is opened and shut after them."""
    side = Side(pulls=[act(first_lever)], releases=[])
    for time in range(RELEASES_KEPT + 1):
        file_release(side, act(time))

    assert (len(side.releases), side.releases[0].time) == (RELEASES_KEPT, oldest)


def test_the_earlier_of_two_facts_is_kept():
    """The first of its kind is the earliest by (event time, event id)."""
    assert earliest(told(1, "b"), told(1, "a")).cited.event_id == "a"
    assert earliest(told(1, "a"), told(1, "b")).cited.event_id == "a"


def test_the_horizon_reaches_back_as_far_as_an_open_episode():
    """Facts of 45 days are kept, and more where an episode looks further back."""
    newest = 100 * DAY

    assert (horizon(newest, []), horizon(newest, [10 * DAY])) == (55 * DAY, 10 * DAY)


def test_expiry_keeps_what_a_shop_was_before():
    """Facts before the horizon go, but of a shop's turns and listings the last one before it stays."""
    turns = [Turn(time, cited(str(time)), Actor.merchant, ShopStatus.closed) for time in (1, 2, 30)]
    stock = [StockSeen(time, cited("x"), None, Stock.low) for time in (1, 30)]
    side = Side(newest=30, shops={"s": Shop(turns=turns, listed_at=[1, 2, 30], stock=stock)}, complaints=[told(1)])
    expire(side, 20)
    shop = side.shops["s"]

    assert side.complaints == []
    assert [turn.time for turn in shop.turns] == [2, 30]
    assert shop.listed_at == [2, 30]
    assert [seen.time for seen in shop.stock] == [30]


def test_a_release_of_no_known_lever_waits_nine_days():
    """A release without a lever of its kind is kept while the lever can still come late, one with it to the horizon."""
    releases = [act(DAY, Lever.PEAK_HIDE), act(DAY, Lever.FEE_RAISE), act(12 * DAY, Lever.FEE_RAISE)]
    side = Side(newest=20 * DAY, pulls=[act(0)], releases=releases)
    expire(side, 0)

    assert [(one.time, one.pull.lever) for one in side.releases] == [
        (DAY, Lever.PEAK_HIDE),
        (12 * DAY, Lever.FEE_RAISE),
    ]


def value(run, key):
    return run.partition.keys.get(key)


@pytest.mark.parametrize(("last", "kept"), [("2020-07-16", True), ("2020-07-17", False)])
def test_days_without_an_episode_are_kept_45_days(story, last, kept):
    """A day with lines is forgotten when a line comes 46 days later."""
    story.line("P", "2020-06-01")
    story.line("P", last)
    run = story.at((last, "13:00"))

    assert (len(value(run, "a\nm1:M\nP").days) == 2) == kept


def test_a_cancellation_may_come_before_its_line_and_of_no_merchant_is_nothing(stories):
    """A line cancelled before it is read leaves its day without a line; other subjects leave nothing at all."""
    back = {"placed_time": instant("2020-06-01", "12:00"), "refunded_quantity": 1, "refunded_fen": 1}
    back["refund_reason"] = "other"
    story, other = stories(), stories(subject="s1:x")
    for one in (story, other):
        one.line("P", "2020-06-01", "12:30", kind="line_cancelled", **back)
        one.line("P", "2020-06-01", "12:00", arrives=("2020-06-01", "13:00"))
    run, none = story.at(("2020-06-01", "14:00")), other.at(("2020-06-01", "14:00"))

    assert value(run, "a\nm1:M\nP").days == {}
    assert value(none, "a\ns1:x\nP") is None


def test_a_cancellation_of_a_forgotten_day_changes_nothing(story):
    """A line of a day that is not kept any more can be cancelled without a trace."""
    back = {"placed_time": instant("2020-06-01", "12:00"), "refunded_quantity": 1, "refunded_fen": 1}
    story.line("P", "2020-06-01")
    story.line("P", "2020-07-30")
    story.line("P", "2020-07-30", "12:30", kind="line_cancelled", refund_reason="other", **back)

    assert list(value(story.at(("2020-07-30", "13:00")), "a\nm1:M\nP").days.values()) == [1]


def test_old_prices_are_forgotten_but_for_the_last_before(story):
    """Of a SKU's own prices those of 16 days are kept, and the one in force before them."""
    for net, day in ((100, "2020-05-01"), (101, "2020-05-10"), (102, "2020-06-01"), (103, "2020-06-02")):
        story.price(net, day, "10:00")
    story.price(999, "2020-06-02", "11:00", actor="platform_algorithm")
    run = story.at(("2020-06-02", "12:00"))

    assert [point.net_fen for point in value(run, "q\nm1:M\nP\nk").points] == [101, 102, 103]


def test_following_switched_on_and_off_is_no_release(story):
    """Switching automatic following off releases no lever that an alert is about."""
    story.tell("auto_follow_enabled", "P", "2020-06-01", "10:00", actor="platform_staff", sku=None)
    story.tell("auto_follow_disabled", "P", "2020-06-01", "11:00", actor="platform_staff", sku=None)
    side = value(story.at(("2020-06-01", "12:00")), "f\nm1:M\nP")

    assert (len(side.context), side.releases, side.pulls) == (1, [], [])
