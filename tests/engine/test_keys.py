"""Keyed state: what is put is got, what is dropped is gone at once, and the log gets each change once."""

import pytest

from monitor.detect.registry import Clock, Family
from monitor.engine.keys import Keys
from monitor.engine.values import product_hash, read_prefix
from monitor.errors import WeAreWrong
from monitor.eventtime.clocks import Clocks, Standing


@pytest.fixture
def keys():
    clocks = Clocks()
    for platform in "pq":
        clocks.standings[platform] = Standing(0, 0, True, ("orders",))
    tags = {"a": Clock.platform, "o": Clock.orders, "j": Clock.joint}
    return Keys({tag: (Family(tag, dict, clock), None) for tag, clock in tags.items()}, clocks)


def move(keys, platform, value):
    keys._clocks.topic(platform, "orders").value = value
    keys._clocks.settle(platform)
    keys.clock_moved(platform)


def test_a_dropped_key_does_not_come_back_before_it_is_written(keys):
    """Between drop and drain the log still has the value; nobody must see it."""
    keys.put("a\ns\np", {"n": 1}, 5)
    keys.drain(1)
    keys.drop("a\ns\np")

    assert keys.get("a\ns\np") is None
    assert 0 == keys.due_of("a\ns\np")
    assert [(b"a\ns\np", None)] == keys.drain(2)


def test_a_key_dropped_and_put_again_is_written_once(keys):
    """The last word counts."""
    keys.put("a\ns\np", {"n": 1})
    keys.drain(1)
    keys.drop("a\ns\np")
    keys.put("a\ns\np", {"n": 2})

    ((key, raw),) = keys.drain(2)
    assert (b"a\ns\np", 2) == (key, read_prefix(raw).transaction)
    assert {"n": 2} == keys.get("a\ns\np")


def test_what_is_encoded_ahead_is_handed_over_once(keys):
    """Piece by piece or at once: the same records in the same order, and nothing is left for the next time."""
    for number in range(5):
        keys.put(f"a\ns\np{number}", {"n": number})
    left = [keys.encode(1, 2), keys.encode(1, 2)]
    changes = keys.drain(1)

    assert [3, 1] == left
    assert [f"a\ns\np{number}".encode() for number in range(5)] == [key for key, _ in changes]
    assert [] == keys.drain(2)


def test_what_changes_after_it_was_encoded_is_encoded_again(keys):
    """The later value of a transaction stands last, and a drop after it is a tombstone."""
    keys.put("a\ns\np", {"n": 1})
    keys.put("a\ns\nq", {"n": 1})
    keys.encode(1, 2)
    keys.put("a\ns\np", {"n": 2})
    keys.drop("a\ns\nq")
    changes = dict(keys.drain(1))

    assert b"\x81\xa1n\x02" == changes[b"a\ns\np"][-4:]
    assert changes[b"a\ns\nq"] is None


def test_a_key_that_never_reached_the_log_leaves_no_tombstone(keys):
    """Put and dropped between two drains it is nothing."""
    keys.put("a\ns\np", {}, 5, "rice")
    keys.drop("a\ns\np")
    keys.drop("a\ns\np")

    assert [] == keys.drain(1)
    assert {} == keys.products


def test_each_family_waits_for_its_own_clock(keys):
    """Platform, orders and the smaller of two platforms."""
    for key in ("a\ns\np", "o\ns\np", "j\ns\np\nq"):
        keys.put(key, {}, 10)
    move(keys, "p", 10)
    first = []
    while (one := keys.next_due()) is not None:
        first.append(one[1])
        keys.take(one[1], one[0])
    move(keys, "q", 10)

    assert ["a\ns\np", "o\ns\np"] == first
    assert (10, "j\ns\np\nq") == keys.next_due()


def test_a_due_time_that_has_passed_is_due_at_once(keys):
    """Nobody waits for a clock to move again."""
    move(keys, "p", 10)
    keys.put("a\ns\np", {}, 10)

    assert (10, "a\ns\np") == keys.next_due()
    assert not keys.take("a\ns\np", 9)
    assert keys.take("a\ns\np", 10)
    assert keys.next_due() is None


def test_news_of_a_product_wakes_the_keys_that_asked(keys):
    """Woken keys are due before everything else, after a restore too."""
    move(keys, "p", 5)
    keys.put("a\ns\np", {}, 0, "rice")
    keys.put("a\nt\np", {}, 0, "oil")
    log = dict(keys.drain(1))
    again = Keys(keys._families, keys._clocks)
    again.stored = {key.decode(): raw for key, raw in log.items()}
    again.restore(1)
    again.wake("rice", 1)

    assert (1, "a\ns\np") == again.next_due()
    assert {product_hash("rice"), product_hash("oil")} == set(again.products)


def test_a_value_of_a_newer_version_is_refused(keys):
    """A program must not read what a later one wrote."""
    keys.put("a\ns\np", {})
    ((_, raw),) = keys.drain(1)
    keys.stored["a\ns\np"] = bytes([raw[0] + 1]) + raw[1:]

    with pytest.raises(WeAreWrong, match="version 3"):
        keys.restore(1)


def test_what_nobody_touches_is_bytes_again(keys, monkeypatch):
    """Where more values are decoded than there is room for, those untouched until it is so again are decoded anew."""
    monkeypatch.setattr("monitor.engine.keys.DECODED", 1)
    hot, cold, other = "a\nhot\np", "a\ncold\np", "a\nother\np"
    for key in (hot, cold):
        keys.put(key, {"n": 1})
    before = {key: keys.live[key].value for key in (hot, cold)}
    keys.drain(1)
    keys.get(hot)
    keys.put(other, {})
    keys.drain(2)

    assert (True, False) == tuple(keys.get(key) is before[key] for key in (hot, cold))
    assert {"n": 1} == keys.get(cold)


def test_values_stay_decoded_while_there_is_room(keys):
    """A hot key is not decoded anew in each interval."""
    keys.put("a\ns\np", {"n": 1})
    value = keys.get("a\ns\np")
    keys.drain(1)
    keys.drain(2)

    assert keys.get("a\ns\np") is value


def test_a_due_time_beyond_all_clocks_can_be_written(keys):
    """A rule of a million million days makes a key due never, and ends no worker."""
    keys.put("a\ns\np", {}, 10**12 * 86_400_000)

    ((_, raw),) = keys.drain(1)
    assert (1 << 63) - 1 == read_prefix(raw).due
