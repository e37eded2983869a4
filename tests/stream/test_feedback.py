from collections import Counter

import pytest
from shells import refused

from monitor.events import Reason, Record
from monitor.stream.feedback import MINUTE_MS, SINGLY_A_MINUTE, WINDOW, Quarantine, Rejections, Share, refusal_of
from monitor.wire.feedback import Kind


def kinds(told):
    return Counter((message.kind, message.count) for message in told)


def test_a_refused_record_is_told_singly():
    """The platform learns coordinates, number, reason and path of a single record."""
    told = Rejections(3).tell([refused(41, append_time=5)])

    assert [(Kind.rejected, "taomall", "orders", 3, 41, "feed#1", 7, Reason.not_json, "$")] == [
        (one.kind, one.platform, one.topic, one.partition, one.offset, one.source, one.sequence, one.reason, one.path)
        for one in told
    ]


def test_beyond_a_hundred_a_minute_records_are_counted():
    """The hundred and first record of a minute stands in a summary, whatever transactions cut the minute."""
    rejections = Rejections(0)
    first = rejections.tell([refused(offset) for offset in range(SINGLY_A_MINUTE - 1)])
    second = rejections.tell([refused(offset, append_time=offset) for offset in range(200, 205)])

    assert {(Kind.rejected, 1): SINGLY_A_MINUTE - 1} == kinds(first)
    assert {(Kind.rejected, 1): 1, (Kind.summary, 4): 1} == kinds(second)
    assert (201, 205) == (second[-1].from_time, second[-1].to_time)


def test_the_next_minute_and_another_platform_begin_anew():
    """The limit is a minute's and a platform's own."""
    rejections = Rejections(0)
    rejections.tell([refused(offset) for offset in range(SINGLY_A_MINUTE)])
    told = rejections.tell([refused(1, append_time=MINUTE_MS), refused(2, platform="jdmart")])

    assert {(Kind.rejected, 1): 2} == kinds(told)


def test_a_late_record_is_called_late_and_a_nameless_one_unknown():
    """Lateness is a kind of its own; a record that says nobody's name is kept for the operators."""
    told = Rejections(0).tell([refused(1, reason=Reason.too_late), refused(2, platform=None)])

    assert [(Kind.late, "taomall"), (Kind.rejected, "unknown")] == [(one.kind, one.platform) for one in told]


def test_a_record_that_holds_an_event_is_no_refusal():
    """A core that hands over a good record as refused is wrong, and is told so."""
    with pytest.raises(TypeError):
        refusal_of(Record("an event", b"", "orders", 1, 0))


def test_the_share_is_of_the_last_thousand_records():
    """Records leave the window in their order, and a transaction that the window cuts counts in part."""
    share = Share()
    share.note(0, 600)
    before = share.refused
    share.note(500, 0)
    cut = share.refused
    share.note(WINDOW, 0)

    assert (600, 500, 0) == (before, cut, share.refused)


def test_half_is_no_quarantine_and_one_more_is():
    """A mark wants more than half of the last thousand records refused, and is given once."""
    quarantine = Quarantine(0, lambda _: 0)
    half = quarantine.note(["taomall"] * (WINDOW // 2))
    more = quarantine.note(["taomall"])
    again = quarantine.note(["taomall"])

    assert [] == half
    assert [(Kind.quarantined, "taomall", WINDOW // 2 + 1)] == [(one.kind, one.platform, one.count) for one in more]
    assert [] == again


def test_good_records_end_a_quarantine_and_a_relapse_is_marked_again():
    """The mark goes when at most half of the window is refused."""
    judged = Counter()
    quarantine = Quarantine(0, judged.__getitem__)
    quarantine.note(["taomall"] * WINDOW)
    judged["taomall"] += WINDOW // 2
    quarantine.note([])
    marked = set(quarantine.marked)

    assert set() == marked
    assert [Kind.quarantined] == [one.kind for one in quarantine.note(["taomall"] * WINDOW)]


def test_one_platform_s_refusals_mark_no_other():
    """A platform is marked for its own records."""
    quarantine = Quarantine(0, lambda _: 0)
    quarantine.note(["taomall"] * WINDOW + ["jdmart"])

    assert {"taomall"} == quarantine.marked


def test_a_platform_without_refusals_in_the_window_is_forgotten():
    """Its next refusal begins from a good window again, not from what it was counted at before."""
    judged = Counter()
    quarantine = Quarantine(0, judged.__getitem__)
    quarantine.note(["taomall"])
    judged["taomall"] += WINDOW
    quarantine.note([])
    judged["taomall"] += 5
    told = quarantine.note(["taomall"] * (WINDOW // 2 + 1))

    assert [Kind.quarantined] == [one.kind for one in told]
