"""An answer in plain words."""

import pytest

from monitor.detect.telling import Kind, Line
from monitor.eventtime.china import instant
from monitor.eventtime.clocks import FOREVER
from monitor.inquiry.asking import Account, Answer
from monitor.inquiry.told import line_told, moment, told, unknown

DUE, NOW = instant("2025-03-04", "00:30"), instant("2025-03-03", "12:00")
LACKS = Line(kind=Kind.lacks, platform="p", name="units", text="units: 12 of 20", about="k", value=12, threshold=20)
WAITS = Line(kind=Kind.waits, platform="p", name="day_close", text="closes", due=DUE, clock=NOW)


def answered(accounts, transaction=9):
    """An answer about a subject on partition 3."""
    return Answer("m1:a", 3, transaction, {"orders": 41, "costs": 7}, {"p": NOW}, "default 1.0", accounts)


def test_a_line_that_waits_shows_both_times():
    """The due time stands against what the clock shows, both in China Standard Time."""
    assert line_told(WAITS) == "waits  closes: 2025-03-04T00:30:00+08:00, it shows 2025-03-03T12:00:00+08:00"
    assert line_told(LACKS) == "lacks  k: units: 12 of 20"


def test_an_answer_says_where_it_comes_from_and_how_fresh_it_is():
    """Partition, transaction, rules and offsets come first; then each detector with when it was last touched."""
    text = list(told(answered([Account("sub-cost", "1.0", 5, 8, [LACKS])])))

    assert text[0] == "m1:a: partition 3, transaction 9, rules default 1.0"
    assert text[1] == "applied up to offset: costs 7, orders 41; all times are China Standard Time"
    assert "sub-cost 1.0: 5 keys, last touched by transaction 8 of 9" in text
    assert " on p, whose clock shows 2025-03-03T12:00:00+08:00" in text


@pytest.mark.parametrize(
    ("millis", "text"),
    [(-1, "nothing yet"), (FOREVER, "the end: the platform is retired"), (0, "1970-01-01T08:00:00+08:00")],
)
def test_clocks_that_show_no_time_are_put_in_words(millis, text):
    """A clock before it first moved and one of a retired platform show no instant; the epoch is one."""
    assert moment(millis) == text


def test_a_clock_at_the_epoch_is_not_one_that_never_moved():
    """Zero is an instant like any other."""
    assert line_told(Line(kind=Kind.waits, platform="p", name="due", text="t", due=DUE, clock=0)).endswith(
        "it shows 1970-01-01T08:00:00+08:00"
    )


def test_who_is_unknown_is_told_how_to_look_further():
    """Never judged or expired, what waits to be applied, and which commands tell more."""
    text = "\n".join(unknown(answered([]), None, ["orders[3]: 12 offsets"]))

    assert "nothing is held of m1:a in partition 3 (transaction 9)" in text
    assert "not applied yet: orders[3]: 12 offsets" in text
    assert "fairtrade dead-letters list" in text


def test_a_partition_without_a_commit_is_told():
    """Where nothing was ever committed the prefix may be wrong or no worker runs."""
    assert "no worker has committed anything in partition 3" in next(unknown(answered([], transaction=0), None, []))


def test_a_platform_too_narrow_is_told():
    """A subject that is known elsewhere is not called unknown."""
    account = Account("sub-cost", "1.0", 5, 8, [])

    assert list(unknown(answered([account]), "q", [])) == [
        "nothing is held of m1:a on q; leave --platform away to see where it is known"
    ]
