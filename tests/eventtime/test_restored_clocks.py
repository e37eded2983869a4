"""Clocks after a restart: what a log still holds may be the beginning of a topic that gates."""

from monitor.eventtime.clocks import NEVER, Clocks, Standing, TopicClock


def restored():
    """A platform whose orders have come to 100 and whose offers nobody has seen."""
    clocks = Clocks()
    clocks.standings["p"] = Standing(registered_from=0, disorder_ms=0, sends_clock=True, topics=("orders", "offers"))
    clocks.place("p", "orders", TopicClock(value=100))
    clocks.restored()
    return clocks


def test_a_clock_does_not_go_ahead_of_a_log_that_is_not_read():
    """Before it is known what the logs hold, and while offers hold more, the platform's clock stands."""
    clocks = restored()
    before = clocks.value("p")
    moved = clocks.read_up(frozenset({"offers"}))

    assert [] == moved
    assert NEVER == before == clocks.value("p")


def test_a_clock_goes_on_once_the_logs_are_known_to_be_read():
    """A topic without a record gates nothing: the first word that nothing is unread moves the clock."""
    clocks = restored()

    assert ["p"] == clocks.read_up(frozenset())
    assert 100 == clocks.value("p")


def test_a_platform_of_which_all_topics_have_begun_is_settled_at_once():
    """Nothing that is not read can gate it later than it already does."""
    clocks = restored()
    clocks.place("p", "offers", TopicClock(value=90))
    clocks.restored()

    assert 90 == clocks.value("p")
