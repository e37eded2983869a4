"""Dead letters read, chosen and numbered anew, without a broker."""

import json
from types import SimpleNamespace

import pytest
from asked import example

from monitor.errors import WeAreWrong
from monitor.events import Reason, Refusal
from monitor.eventtime.china import instant
from monitor.repair.choosing import Wanted, moment, plain
from monitor.repair.repaired import Repaired, read
from monitor.repair.replaying import Outcome, plan
from monitor.wire.dead_letters import Coordinates, letter_of, mark_of, replayed_as
from monitor.wire.headers import dead_letter_headers
from monitor.wire.subjects import partition_of

NOW = 1_764_062_520_000
REFUSAL = Refusal(reason=Reason.arithmetic, detail="off by one", path="$.buyer_paid_fen")
LINE = example("orders", "line_placed")


def letter(value=None, *, offset=7, partition=0, topic="orders", headers=(), key=b"key"):
    """Answer a letter as it is read from the topic."""
    told = dead_letter_headers(
        REFUSAL, headers, topic=f"ft.{topic}", partition=partition, offset=offset, append_time=NOW - 1
    )
    value = json.dumps(LINE | {"source": "pinduo-feed#3", "sequence": 9}).encode() if value is None else value
    return letter_of(SimpleNamespace(headers=told, key=key, value=value), ("ft.",))


def planned(one, value=None, partitions=1):
    """Plan what becomes of one line about a letter."""
    raw = None if value is None else json.dumps(value).encode()
    return plan([Repaired(one.where, "file, line 1", raw)], {one.where: one}, partitions, NOW)[0]


def test_a_mark_is_told_from_a_letter():
    """A mark carries the letter's own headers and the number under which it was written anew."""
    one = letter()

    assert replayed_as(one.own) is None
    assert replayed_as(mark_of(one, "pinduo-feed#r1", 4)) == "pinduo-feed#r1/4"


def test_a_feed_cannot_mark_its_own_letters():
    """A header of our name that a record came with is the feed's: the letter is still to be replayed."""
    one = letter(headers=[("dl_replayed", b"x/1"), ("dl_reason", b"shape")])

    assert one.replayed is None
    assert one.reason is Reason.arithmetic


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Wanted(), True),
        (Wanted(topic="offers"), False),
        (Wanted(reason="shape"), False),
        (Wanted(platform="pinduo"), True),
        (Wanted(platform="jdmart"), False),
        (Wanted(since=NOW - 1), True),
        (Wanted(since=NOW), False),
    ],
)
def test_letters_are_chosen_by_what_narrows(wanted, taken):
    """Every option narrows alone; `since` takes the instant itself; the platform is told by header or value."""
    assert wanted.takes(letter()) is taken


def test_a_listed_letter_can_be_handed_back(tmp_path):
    """What the list prints of a letter is a line that a replay reads, bytes that are no JSON object included."""
    file = tmp_path / "letters.ndjson"
    broken = letter(b'{"half', offset=8)
    file.write_text("\n".join(json.dumps(plain(one)) for one in (letter(), broken)))
    first, second = read(file)

    assert json.loads(first.value)["order"] == LINE["order"]
    assert second == Repaired(broken.where, f"{file}, line 2", b'{"half')


def test_a_line_that_is_none_is_named(tmp_path):
    """A line that names no record is refused with its number and what was expected."""
    file = tmp_path / "letters.ndjson"
    file.write_text('{"topic":"orders","partition":0,"offset":1}\n{"topic":"orders"}\n')

    with pytest.raises(WeAreWrong, match=r"letters.ndjson, line 2: .*expected \{\"topic\""):
        list(read(file))


def test_a_replay_is_a_run_of_numbering_of_its_own():
    """The same reporter numbers from 1 again under the time of the replay: the old number is spent."""
    records = plan(
        [Repaired(Coordinates("orders", 0, offset), "line", None) for offset in (7, 8)],
        {Coordinates("orders", 0, offset): letter(offset=offset) for offset in (7, 8)},
        1,
        NOW,
    )

    assert [(one.record.source, one.record.sequence) for one in records] == [
        (f"pinduo-feed#r{NOW}", 1),
        (f"pinduo-feed#r{NOW}", 2),
    ]
    assert all(json.loads(one.record.value)["source"] == one.record.source for one in records)


def test_what_is_refused_again_takes_no_number():
    """A line that does not decode is told with its reason, and the next one is numbered as if it had not been."""
    bad, good = letter(offset=1), letter(offset=2)
    found = plan(
        [
            Repaired(bad.where, "line 1", json.dumps(LINE | {"quantity": -1}).encode()),
            Repaired(good.where, "line 2", None),
        ],
        {bad.where: bad, good.where: good},
        1,
        NOW,
    )

    assert [one.outcome for one in found] == [Outcome.refused, Outcome.ready]
    assert found[0].detail.startswith("bounds at $.quantity")
    assert found[1].record.sequence == 1


def test_a_letter_is_written_once_a_file():
    """Of two lines about one letter the first counts."""
    one = letter()
    found = plan([Repaired(one.where, "1", None), Repaired(one.where, "2", None)], {one.where: one}, 1, NOW)

    assert [line.outcome for line in found] == [Outcome.ready, Outcome.twice]


def test_bytes_that_are_no_object_are_refused():
    """As they were they would be refused again."""
    assert planned(letter(b"\xff\xfe")).outcome is Outcome.refused


def test_a_repaired_subject_goes_where_its_records_are():
    """A record refused on the wrong partition is written to its subject's, whatever its key was."""
    right = partition_of(LINE["subject"], 8)
    one = letter(partition=(right + 1) % 8)

    assert planned(one, LINE, partitions=8).record.partition == right
    assert planned(one, LINE, partitions=8).record.key == LINE["subject"].encode()


def test_what_is_about_everyone_stays_in_its_partition():
    """A clock record of one partition is replayed there alone, and tells of its own run of numbering."""
    clock = example("orders", "clock_advanced")
    one = letter(json.dumps(clock).encode(), partition=5, key=b"pinduo")
    record = planned(one, clock, partitions=8).record

    assert (record.partition, record.key) == (5, b"pinduo")
    assert json.loads(record.value)["last_sequence"] == 0


def test_no_header_tells_a_platform_of_a_complaint():
    """A platform stands in a header of the replay only where it stood in one before."""
    with_platform = letter(headers=[("platform", b"pinduo")])

    assert planned(letter()).record.platform == ""
    assert planned(with_platform).record.platform == "pinduo"


def test_moments_are_china_standard_or_ago():
    """A day begins at its midnight in China; anything that is no time is refused with examples."""
    assert moment("2026-11-25") == instant("2026-11-25")
    assert moment("2026-11-25T10:30") == instant("2026-11-25", "10:30")
    assert moment("2h") - moment("3h") == pytest.approx(3_600_000, abs=1_000)
    with pytest.raises(WeAreWrong, match="'yesterday' is no time; write 2026-11-25"):
        moment("yesterday")
