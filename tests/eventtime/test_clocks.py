"""Clocks are moved by the platform's own log alone and never go back."""

from monitor.eventtime.clocks import FOREVER, NEVER, Clocks, Standing


def clocks(**topics):
    made = Clocks()
    made.standings["p"] = Standing(0, 0, True, ("orders", "offers"))
    made.standings["q"] = Standing(0, 0, True, ("orders",))
    for topic, value in topics.items():
        made.topic("p", topic).value = value
    made.settle("p")
    return made


def test_a_platform_clock_is_the_smallest_of_its_topics():
    """Orders 50, offers 30: the platform has reached 30."""
    assert clocks(orders=50, offers=30).value("p") == 30


def test_a_topic_without_a_record_does_not_gate():
    """A declared topic that never spoke holds nothing back."""
    assert clocks(orders=50).value("p") == 50


def test_a_topic_that_begins_late_sets_nothing_back():
    """A first record on another topic stops the platform clock where it is until that topic has caught up."""
    made = clocks(orders=50)
    made.topic("p", "offers")

    assert not made.settle("p")
    assert made.value("p") == 50


def test_silence_stands_for_the_platform_clock_and_no_topic_clock():
    """While silent the entry's clock closes days; expiry still follows the topic clock."""
    made = clocks(orders=50)
    made.standings["p"].silent_since, made.standings["p"].silent_clock = 60, 90

    assert made.settle("p")
    assert (made.value("p"), made.topic_value("p", "orders")) == (90, 50)


def test_a_silent_rival_is_left_out_of_a_join():
    """A join waits for the smaller clock, but not for a rival that is silent."""
    made = clocks(orders=50)
    made.topic("q", "orders").value = 10
    made.settle("q")
    before = made.joint("p", "q")
    made.standings["q"].silent_since = 20

    assert (before, made.joint("p", "q")) == (10, 50)


def test_a_silence_is_filled_when_all_topic_clocks_have_passed_its_end():
    """[20, 40): at 39 it is open, at 40 it is filled."""
    made = clocks(orders=39)
    made.standings["p"].silences = ((20, 40),)
    before = made.unfilled_silences("p")
    made.topics["p", "orders"].value = 40

    assert (before, made.unfilled_silences("p")) == ([(20, 40)], [])


def test_a_retired_platform_has_no_more_time_to_wait_for():
    """Once its clock is at its retirement everything of it is past."""
    made = clocks(orders=49)
    made.standings["p"].retired_from = 50
    before = made.settle("p"), made.topic_value("p", "orders")
    made.topics["p", "orders"].value = 50

    assert before == (False, 49)
    assert made.settle("p")
    assert (made.value("p"), made.topic_value("p", "orders")) == (FOREVER, FOREVER)


def test_an_unknown_platform_has_no_clock():
    """Nothing is known of it and nothing waits for it."""
    made = Clocks()

    assert (made.value("x"), made.topic_value("x", "orders"), made.unfilled_silences("x")) == (NEVER, NEVER, [])


def test_a_topic_with_records_to_come_gates_before_its_first_one():
    """While offers holds unread records, orders alone closes nothing; once offers is read without one, it does."""
    made = clocks()
    made.unread = frozenset({"offers"})
    made.topic("p", "orders").value = 50
    gated = made.settle("p")

    assert (False, NEVER) == (gated, made.value("p"))
    assert ["p"] == made.read_up(frozenset())
    assert 50 == made.value("p")


def test_an_unread_topic_that_has_begun_gates_by_its_clock():
    """What is read of offers already counts; that more is to come changes nothing."""
    made = clocks(orders=50, offers=30)
    made.unread = frozenset({"offers"})
    made.topics["p", "offers"].value = 40

    assert made.settle("p")
    assert 40 == made.value("p")
