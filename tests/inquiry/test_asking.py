"""An opened partition answers about a subject: its keys, when they were touched, and which clock each waits for."""

import pytest
from msgspec.structs import replace

from monitor.detect.exclusivity.keys import accusation_key, holdback_key
from monitor.detect.exclusivity.state import Accusation, Holdback
from monitor.detect.registry import registered
from monitor.detect.sub_cost.prices import Bucket
from monitor.detect.sub_cost.state import Item, bucket_key, item_key
from monitor.engine import Partition
from monitor.engine.desk import Desk
from monitor.eventtime.china import DAY, instant
from monitor.inquiry.asking import answer, concerns

NOON = instant("2025-03-03", "12:00")


def asked(*kept, platform=None):
    """Put (key, value, due) into a state, commit, and ask about m1:a; clocks of P and Q show noon and an hour less."""
    partition = Partition(0, registered())
    partition.clocks.platforms |= {"P": NOON, "Q": NOON - 3_600_000}
    partition.clocks.topic("P", "orders").value = NOON - 60_000
    for key, value, due in kept:
        Desk(partition).put(key, value, due)
    partition.take()
    return answer(partition, "m1:a", platform)


def due_line(found):
    """Answer the one line that says when a key is looked at next."""
    return next(line for account in found.accounts for line in account.lines if line.name == "due")


@pytest.mark.parametrize(
    ("key", "value", "clock", "text"),
    [
        (accusation_key("m1:a", "P"), Accusation(), NOON, "the clock of P passes"),
        (holdback_key("m1:a", "P", "Q"), Holdback(), NOON - 3_600_000, "the clocks of P and Q pass"),
        (bucket_key("m1:a", "P", 20150, "k"), Bucket(NOON + DAY), NOON - 60_000, "the orders clock of P passes"),
    ],
)
def test_a_due_time_stands_against_the_clock_of_its_family(key, value, clock, text):
    """A platform's key waits for its clock, a day of goods for the orders clock, a hold-back for the slower of two."""
    line = due_line(asked((key, value, NOON + DAY)))

    assert (line.due, line.clock) == (NOON + DAY, clock)
    assert line.text == f"is looked at next when {text} the due time"


def test_a_message_is_no_time():
    """A key that news made due is due at once."""
    line = due_line(asked((item_key("m1:a", "P", "k"), Item(), 1)))

    assert (line.due, line.text) == (None, "is judged anew at the next record")


def test_the_earliest_of_a_platform_is_told():
    """One line a platform and detector, of the key that is due first."""
    found = asked(
        (accusation_key("m1:a", "P"), Accusation(), NOON + 2), (holdback_key("m1:a", "P", "Q"), Holdback(), 0)
    )

    assert due_line(found).due == NOON + 2
    assert [account.keys for account in found.accounts] == [2]


def test_a_platform_leaves_the_others_out():
    """Lines of other platforms are not told, the keys are counted all the same."""
    keys = (
        (accusation_key("m1:a", "P"), Accusation(), NOON + 2),
        (accusation_key("m1:a", "Q"), Accusation(), NOON + 2),
    )

    assert asked(*keys).platforms == ["P", "Q"]
    assert asked(*keys, platform="Q").platforms == ["Q"]


def test_others_are_not_told_of():
    """A subject's name is the whole of a key's part: one that begins alike is another."""
    found = asked((accusation_key("m1:ab", "P"), Accusation(), NOON + 2))

    assert found.accounts == []
    assert found.transaction == 1


def test_a_detector_that_tells_nothing_still_has_keys():
    """Without a function of its own the engine's part is told: keys, transaction, due time."""
    partition = Partition(0, [replace(registered(["sub-cost"])[0], why=None)])
    Desk(partition).put(item_key("m1:a", "P", "k"), Item(), NOON)
    partition.take()

    assert answer(partition, "m1:a").accounts[0].touched == 1


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        (b"M", True),
        (b"K\nP\norders", True),
        (b"i\nm1:a\nP\nk", True),
        (b"c\n\n\nrice", True),
        (b"i\nm1:b\nP\nk", False),
    ],
)
def test_only_what_concerns_the_subject_is_kept(key, kept):
    """The engine's own keys, the subject's, and those of nobody are read; of all others nothing stays in memory."""
    assert concerns(key, "m1:a") is kept
