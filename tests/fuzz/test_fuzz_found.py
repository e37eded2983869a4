"""What fuzzing found: one test for each, so that it stays found."""

import json
from collections import Counter

import pytest
from fuzz_claims import schema
from neighbours import registrations
from payloads import TOPICS
from shell import Raw, Shell
from writers import OWN

from monitor.events import Reason, Record, Refusal
from monitor.stream.feedback import FOLLOWED, MINUTE_MS, NAMES_A_MINUTE, SINGLY_A_MINUTE, Quarantine, Rejections
from monitor.wire.decode import Decoder
from monitor.wire.feedback import feedback_value


def example(place, **changes):
    """An example of topics/ with other fields, as bytes."""
    return json.dumps(json.loads((TOPICS / place).read_bytes()) | changes).encode()


def decoded(topic, raw, headers=()):
    return Decoder(1, 0).decode(topic, raw, None, headers, 0, 0).event


def bad(offset, platform, append_time=0, detail="no JSON"):
    refusal = Refusal(reason=Reason.not_json, detail=detail, platform=platform)
    return Record(refusal, b"{", "orders", offset, append_time)


def registered():
    """A shell that knows the writers of poison."""
    shell = Shell()
    shell.apply("control", [Raw(offset, one.value, None, (), 0) for offset, one in enumerate(registrations())])
    return shell


def test_a_name_made_up_for_each_record_is_not_told_without_end():
    """However many names bad records bear, what is told singly in a minute is bounded, and nothing is untold."""
    refused = [bad(number, f"nobody-{number}") for number in range(5_000)]
    told = Rejections(0).tell(refused)

    assert NAMES_A_MINUTE + SINGLY_A_MINUTE + 1 >= len(told)
    assert len(refused) == sum(one.count for one in told)


def test_minutes_that_take_turns_are_counted_each():
    """Two inputs read at different append times do not begin each other's minute anew."""
    refused = [bad(number, OWN, number % 2 * MINUTE_MS) for number in range(1_000)]
    told = Rejections(0).tell(refused)

    assert {1: 2 * SINGLY_A_MINUTE, 800: 1} == Counter(one.count for one in told)


def test_made_up_names_do_not_hide_a_bad_feed():
    """A thousand names that come once do not push out the share of one that is bad all along, and are forgotten."""
    quarantine = Quarantine(0, lambda _: 0)
    marks = [
        mark
        for number in range(6)
        for mark in quarantine.note([OWN] * 100 + [f"nobody-{number}-{name}" for name in range(1_000)])
    ]

    assert [OWN] == [mark.platform for mark in marks]
    assert FOLLOWED == len(quarantine._shares) == len(quarantine._counted)


def test_a_long_detail_fits_the_schema_of_feedback():
    """What a platform is told stays valid where a name is all signs that print as ten."""
    told = Rejections(0).tell([bad(1, OWN, detail=repr("\U000f0000" * 128))])

    assert schema("feedback").is_valid(json.loads(feedback_value(told[0])))


def test_a_source_of_two_lines_is_refused():
    """After a restart such a source would be another one and its repeats would be judged twice."""
    raw = example("orders/examples/line_placed.json", platform=OWN, source="feed\norders", sequence=1)
    shell = registered()
    shell.apply("orders", [Raw(0, raw, None, (), 1_700_000_000_000)])
    shell.commit()
    shell.restart()
    shell.apply("orders", [Raw(1, raw, None, (), 1_700_000_000_000)])

    assert 0 == shell.core.partition.ledger_of("orders").judged
    assert (Reason.subject_kind, "$.source") == (decoded("orders", raw).reason, decoded("orders", raw).path)


@pytest.mark.parametrize("kind", ["platform_silent", "platform_resumed"])
def test_a_silence_up_to_no_input_is_refused(kind):
    """An entry that waits for a topic nobody reads would hold up every later silence of its platform."""
    refused = decoded("control", example(f"control/examples/{kind}.json", offsets={"nowhere": 1}))

    assert (Reason.shape, "$.offsets") == (refused.reason, refused.path)


@pytest.mark.parametrize("kind", ["complaint_filed", "exclusivity_refused"])
def test_no_platform_learns_of_a_complaint_whose_grade_is_misspelt(kind):
    """What a merchant said of a platform is its secret by its type alone, whatever grade and headers say."""
    place = f"shops/examples/{kind}.json"
    wrong = [
        decoded("shops", example(place, source_grade="Complaint")),
        decoded("shops", example(place, source_grade="crawl", event_time=-1)),
        decoded("shops", example(place, source_grade="crawl", subject="nobody")),
        decoded("shops", example(place, event_time=-1), [("source_grade", b"crawl")]),
    ]

    assert [None] * 4 == [refused.platform for refused in wrong]


def test_a_wrong_key_has_a_path():
    """Where the name of a field is wrong, and not its value, the refusal still has a JSON path."""
    raw = example("control/examples/rules_set.json", parameters={"sub-cost": {"k" * 65: 1}})

    assert (Reason.bounds, "$.parameters[...]") == (decoded("control", raw).reason, decoded("control", raw).path)


@pytest.mark.parametrize("kind", [[], {}, [["complaint_filed"]], 7, None])
def test_a_type_that_is_no_text_is_a_refusal(kind):
    """To tell whose a record is never fails on what the record says its type is."""
    assert Reason.shape is decoded("shops", example("shops/examples/complaint_filed.json", type=kind)).reason
