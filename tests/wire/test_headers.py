"""What the headers say, read back by others' tools."""

import hashlib

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from monitor.events import Reason, Refusal
from monitor.findings import Revision, Severity, Status
from monitor.wire.headers import (
    SEVERITY_NUMBERS,
    china_time,
    cloudevent_headers,
    dead_letter_headers,
    input_headers,
)
from monitor.wire.subjects import partition_of

REVISION = Revision(
    alert_id="a3f1c09d5e7b42866c1d0f9e8b7a6543",
    revision=3,
    status=Status.updated,
    reason="day_closed",
    severity=Severity.critical,
    typology="sub-cost",
    platform="mallone",
    subject="r1:mallone-k-9",
    event_time=1_604_507_400_007,
    sequence=41,
    value=b'{"alert_id":"a3f1c09d5e7b42866c1d0f9e8b7a6543"}',
)


def test_the_cloudevents_sdk_reads_an_alert():
    """The CNCF's own reader finds every attribute of the revision and its body."""
    headers = dict(cloudevent_headers(REVISION, "ft.", "fairtrade"))
    event = from_binary_event(KafkaMessage(headers=headers, key=b"k", value=REVISION.value))

    assert event.get_id() == "a3f1c09d5e7b42866c1d0f9e8b7a6543.3"
    assert event.get_source() == "ft./fairtrade"
    assert event.get_type() == "cn.gov.zhejiang.fairtrade.alert.updated.v1"
    assert event.get_subject() == "mallone/r1:mallone-k-9"
    assert event.get_time().isoformat(timespec="milliseconds") == "2020-11-05T00:30:00.007+08:00"
    assert event.get_dataschema() == "urn:fair-trade-monitor:alerts:v1"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_extension("sequence") == "00000000000000000041"
    assert event.get_extension("severitynumber") == "21"
    assert event.get_data() == {"alert_id": REVISION.alert_id}


def test_severities_have_cloudevents_numbers():
    """Low is INFO, medium WARN, high ERROR and critical FATAL."""
    assert [SEVERITY_NUMBERS[severity] for severity in Severity] == [9, 13, 17, 21]


def test_sequences_order_as_text():
    """The number of a revision orders as text as it does as a number."""
    numbers = [9, 10, 99, 100, 2**62]
    texts = [dict(cloudevent_headers(_numbered(number), "ft.", "fairtrade"))["ce_sequence"] for number in numbers]

    assert sorted(texts) == texts


def _numbered(number: int) -> Revision:
    fields = {name: getattr(REVISION, name) for name in Revision.__struct_fields__}
    return Revision(**fields | {"sequence": number})


def test_two_installations_are_two_sources():
    """Prefix and group are told apart, however they are cut."""
    sources = {
        dict(cloudevent_headers(REVISION, prefix, group))["ce_source"]
        for prefix, group in [("a.", "b.c"), ("a.b.", "c"), ("", "a.b.c")]
    }

    assert len(sources) == 3


def test_a_dead_letter_keeps_its_headers_and_cannot_forge_ours():
    """Original headers come first as they were; of a name that stands twice ours is the last."""
    refusal = Refusal(reason=Reason.not_json, detail="bad \ud800 text", path="$")
    original = [("dl_reason", b"bounds"), ("platform", b"\xff"), ("empty", None)]
    headers = dead_letter_headers(refusal, original, topic="ft.orders", partition=3, offset=7, append_time=9)

    assert original == headers[:3]
    assert {name: value for name, value in dict(headers).items() if name.startswith("dl_")} == {
        "dl_topic": b"ft.orders",
        "dl_partition": b"3",
        "dl_offset": b"7",
        "dl_timestamp": b"9",
        "dl_reason": b"not_json",
        "dl_path": b"$",
        "dl_detail": b"bad \\ud800 text",
    }


def test_what_concerns_everyone_names_no_platform():
    """An entry of control without platform has no such header."""
    assert [name for name, _ in input_headers(None, "office#1", 3)] == ["schema_version", "source", "sequence"]
    assert ("platform", b"mallone") in input_headers("mallone", "mallone-feed#1", 3)


@pytest.mark.parametrize(
    ("millis", "text"),
    [
        (0, "1970-01-01T08:00:00.000+08:00"),
        (1_604_246_399_999, "2020-11-01T23:59:59.999+08:00"),
        (1_604_246_400_000, "2020-11-02T00:00:00.000+08:00"),
    ],
)
def test_times_for_people_are_chinese(millis, text):
    """The China Standard day begins eight hours before the UTC day."""
    assert text == china_time(millis)


def test_partitions_are_those_of_java():
    """Kafka's own test vectors of murmur2 give the partitions that a Java producer would take."""
    hashes = {"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536}
    expected = {text: (number & 0x7FFFFFFF) % 7 for text, number in hashes.items()}

    assert expected == {text: partition_of(text, 7) for text in hashes}


def test_subjects_spread():
    """Hashed subjects fill all partitions about equally."""
    counts = [0] * 8
    for at in range(2_000):
        counts[partition_of(f"m1:{hashlib.sha256(str(at).encode()).hexdigest()[:24]}", 8)] += 1

    assert max(counts) - min(counts) < 120
