"""What is said of a feed's lapses: opened at once, told at closes, resolved at the end, withdrawn when all has come."""

import sys
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "engine"))

from test_fold import T0, clock, drive, line, records, registered, silent

from monitor.detect.integrity import DETECTOR
from monitor.detect.lapses import Kind
from monitor.detect.wording import FACTS, TYPOLOGIES, VERDICTS
from monitor.engine import Partition
from monitor.eventtime.china import DAY, HOUR, MINUTE, day_end, day_of

CLOSE = day_end(day_of(T0)) + 30 * MINUTE
END = CLOSE + 7 * DAY


class Feed:
    """One platform's orders and control, played into the engine as they are written."""

    def __init__(self):
        self.partition = Partition(3, (DETECTOR,))
        self.offsets = {"orders": 0, "control": 0}
        self.bodies = []
        self.play("control", registered(1, "p"), registered(2, "q"))

    def play(self, topic, *values):
        """Fold values of one topic and collect what is said."""
        drive(self.partition, records(topic, values, first=self.offsets[topic]))
        self.offsets[topic] += len(values)
        self.bodies += [msgspec.json.decode(one.value) for one in self.partition.revisions]
        self.partition.revisions.clear()

    @property
    def told(self):
        """Status, reason and level of each revision."""
        return [(one["status"], one["reason"], one["level"]) for one in self.bodies]

    @property
    def last(self):
        """The last revision."""
        return self.bodies[-1]

    @property
    def facts(self):
        """The facts of the last revision."""
        return {fact["name"]: fact["value"] for fact in self.last["facts"]}


@pytest.fixture
def feed():
    return Feed()


def checks(body):
    return {check["look_alike"]: check["state"] for check in body["checks"]}


# 09:00 ......... 10:00 ........ 00:30 ........... 00:30 seven days later
# hole opens      an hour old    its day closes    nothing may fill it any more
def test_a_gap_is_told_at_once_an_hour_later_at_the_close_and_at_its_end(feed):
    """A notice, a lead an hour later, settled at the close, resolved when what is missing would be too late."""
    feed.play("orders", line(1, T0), line(3, T0), clock(4, T0))
    feed.play("orders", clock(5, T0 + HOUR - 1), clock(6, T0 + HOUR), clock(7, CLOSE), clock(8, END - 1))
    before = list(feed.told)
    feed.play("orders", clock(9, END))

    assert before == [
        ("opened", "opened", "notice"),
        ("updated", "holdback_passed", "lead"),
        ("updated", "day_closed", "lead"),
    ]
    assert feed.told[3:] == [("resolved", "ended", "lead")]
    assert (feed.last["class"], feed.last["severity"], feed.facts["missing"]) == ("gap", "high", 1)
    assert checks(feed.last) == {"late_arrival": "passed", "own_loss": "passed"}


def test_a_gap_that_may_still_be_filled_is_less_severe(feed):
    """As long as the numbers may come the look-alike cannot be told, which lowers the severity."""
    feed.play("orders", line(1, T0), line(3, T0), clock(4, T0), clock(5, T0 + HOUR))

    assert (feed.last["severity"], checks(feed.last)["late_arrival"]) == ("medium", "no_data")


def test_a_gap_that_fills_is_withdrawn(feed):
    """Once all has come the alert is taken back and says why."""
    feed.play("orders", line(1, T0), line(3, T0), clock(4, T0), line(2, T0), clock(5, T0 + HOUR))

    assert feed.told == [("opened", "opened", "notice"), ("withdrawn", "explained:late_arrival", "notice")]
    assert checks(feed.last)["late_arrival"] == "failed"


def test_a_gap_after_one_that_filled_opens_the_same_alert_again(feed):
    """One alert for each platform, source and kind, for life."""
    feed.play("orders", line(1, T0), line(3, T0), clock(4, T0), line(2, T0), clock(5, T0 + HOUR))
    feed.play("orders", line(7, T0 + HOUR))

    assert ("opened", "fact_added", "notice") == feed.told[-1]
    assert len({body["alert_id"] for body in feed.bodies}) == 1


def test_what_the_log_forgot_bars_the_lead(feed):
    """Records that retention took here are no lapse of the platform: its gap stays a notice."""
    feed.partition.skip("orders", 0, lost=1)
    feed.play("orders", line(2, T0), clock(3, T0), clock(4, T0 + HOUR))
    found = {body["class"]: body for body in feed.bodies}

    assert {"gap": "notice", "retention": "notice"} == {kind: body["level"] for kind, body in found.items()}
    assert checks(found["gap"])["own_loss"] == "failed"
    assert found["retention"]["platform"] == ""


def test_sources_have_alerts_of_their_own(feed):
    """Two sources of one platform that both lack a number are two alerts."""
    other = {"source": "p-feed#2"}
    feed.play("orders", line(1, T0), line(3, T0), line(1, T0) | other, line(3, T0) | other)

    assert len({body["alert_id"] for body in feed.bodies}) == 2


def test_a_silence_is_open_until_the_platform_delivers(feed):
    """A notice at first, a lead at the close after which it has lasted a day, resolved with the next record."""
    feed.play("orders", line(1, T0), clock(2, T0))
    feed.play("control", silent(1, {}, T0 + HOUR), silent(2, {}, CLOSE), silent(3, {}, CLOSE + DAY))
    open_end = feed.last["window"]["end"]
    feed.play("control", silent(4, {}, 0, kind="platform_resumed"))

    assert [("opened", "notice"), ("updated", "notice"), ("updated", "lead"), ("resolved", "lead")] == [
        (status, level) for status, _, level in feed.told
    ]
    assert (open_end, feed.last["window"]["end"]) == (None, CLOSE + DAY + 1)
    assert feed.facts["silences"] == [{"from": T0, "to": CLOSE + DAY + 1}]


def back_dated(first, count, step=1):
    return [line(first + step * place, T0 + place) for place in range(count)]


def test_nineteen_back_dated_records_are_lateness(feed):
    """Single records of closed days revise what they change; that is no lapse."""
    feed.play("orders", clock(1, CLOSE + 1), *back_dated(2, 19))

    assert feed.bodies == []


def test_twenty_back_dated_records_in_a_row_are_told(feed):
    """The platform's own clock had closed their day; all of them are counted, the first ones too."""
    feed.play("orders", clock(1, CLOSE + 1), *back_dated(2, 20))

    assert (feed.last["class"], feed.last["level"], feed.facts["lapses"]) == ("back_dated", "notice", 20)
    assert feed.last["window"]["start"] == T0


def test_back_dated_records_far_apart_are_lateness(feed):
    """Twenty among more numbers than belong together are not told; the numbers between are other records."""
    spread = []
    for place in range(20):
        at = 2 + place * 106
        spread += [line(number, CLOSE + HOUR) for number in range(at, at + 105)] + [line(at + 105, T0 + place)]
    feed.play("orders", clock(1, CLOSE + 1), *spread)

    assert feed.bodies == []


def test_records_too_late_to_count_make_a_lead(feed):
    """What can no longer be judged is lost, and the officer should act."""
    feed.play("orders", clock(1, END + 1), *back_dated(2, 20))

    assert (feed.last["level"], feed.facts["not_judged"]) == ("lead", 20)


def test_a_record_that_keeps_its_day_is_not_back_dated(feed):
    """At its clock's half past midnight a day is not closed to those who come with it."""
    feed.play("orders", clock(1, CLOSE), *back_dated(2, 20))

    assert feed.bodies == []


def test_changed_history_is_a_lead_with_the_records_that_show_it(feed):
    """Other content under a number that was seen: cited by coordinates and hash, and in words of both languages."""
    feed.play("orders", line(1, T0), line(2, T0), line(2, T0) | {"event_id": "x"})

    assert (feed.last["class"], feed.last["level"], feed.last["severity"]) == ("changed_history", "lead", "medium")
    assert [(2, "x", "changed_history")] == [
        (one["offset"], one["event_id"], one["role"]) for one in feed.last["evidence"]
    ]
    assert VERDICTS["changed_history"].zh in feed.last["explanation"]["zh"]
    assert feed.last["explanation"]["template"] == "integrity.lead.changed_history"


def test_those_who_are_no_platform_are_told_of_whenever_lapses_double(feed):
    """An office that skips numbers has no clock to wait for: after one, two and four holes it is said anew."""
    entries = [registered(number, "p") for number in (4, 6, 8, 10)]
    feed.play("control", *entries)

    assert [1, 2, 4] == [
        next(fact["value"] for fact in body["facts"] if fact["name"] == "open_holes") for body in feed.bodies
    ]
    assert (feed.last["platform"], feed.last["respondent"], feed.last["level"]) == ("", "office", "lead")


def test_every_kind_and_fact_has_words_in_both_languages():
    """An officer reads each kind of lapse in Chinese and in English."""
    assert {kind.value for kind in Kind} <= set(VERDICTS)
    assert "integrity" in TYPOLOGIES
    assert {"missing", "holes", "silences", "lapses", "not_judged", "by_topic", "other_owners"} <= set(FACTS)
