"""The gateway's stamping: partitions, runs of numbering, records for everyone, and where numbering goes on."""

import orjson

from monitor.feed.delivery import Delivery, Kind, split
from monitor.feed.stamp import Gateway, Place, Resumed
from monitor.wire.subjects import partition_of

SUBJECTS = [f"m1:{number:024x}" for number in range(40)]


def fact(subject=SUBJECTS[0], number=0, kind=Kind.fact, topic="orders"):
    value = {"type": "line_placed", "event_id": f"e-{number}", "platform": "p", "subject": subject, "list_fen": 5}
    return Delivery(number, number, kind, topic, subject, "p", "p-feed", *split(value))


def clock(number):
    value = {"type": "clock_advanced", "event_id": f"c-{number}", "platform": "p", "clock": number}
    return Delivery(number, number, Kind.clock, "orders", "p", "p", "p-feed", *split(value))


def values(records):
    return [orjson.loads(record.value) for record in records]


def test_a_subject_has_one_partition_in_every_topic():
    """A subject's records meet: murmur2 of the subject, whatever the topic."""
    gateway = Gateway(8)
    stamped = gateway.stamp([fact(subject, topic=topic) for subject in SUBJECTS for topic in ("orders", "shops")])

    assert [partition_of(subject, 8) for subject in SUBJECTS for _ in range(2)] == [one.partition for one in stamped]
    assert len({one.partition for one in stamped}) > 4


def test_numbering_is_contiguous_per_source_topic_and_partition():
    """Each topic and partition has a run of its own from 1, in the value and in the record's coordinates."""
    stamped = Gateway(2).stamp([fact(subject, number) for number, subject in enumerate(SUBJECTS)])

    for partition in (0, 1):
        here = [one for one in stamped if one.partition == partition]
        assert list(range(1, len(here) + 1)) == [one.sequence for one in here]
        assert [one.sequence for one in here] == [value["sequence"] for value in values(here)]
        assert {"p-feed#1"} == {value["source"] for value in values(here)}


def test_stamping_changes_nothing_else():
    """A stamped value is the event with source and sequence."""
    (stamped,) = Gateway(1).stamp([fact()])

    assert {
        "type": "line_placed",
        "event_id": "e-0",
        "platform": "p",
        "subject": SUBJECTS[0],
        "source": "p-feed#1",
        "sequence": 1,
        "list_fen": 5,
    } == orjson.loads(stamped.value)


def test_a_clock_record_tells_each_partition_its_own_numbers():
    """Fanned out, `last_sequence` and `count` are of the partition where the record stands."""
    gateway = Gateway(2)
    of_first = next(subject for subject in SUBJECTS if gateway.partition(subject) == 0)
    gateway.stamp([fact(of_first, 1), fact(of_first, 2), clock(3), fact(of_first, 4)])
    first, second = values(gateway.stamp([clock(5)]))

    assert (4, 1, 5) == (first["last_sequence"], first["count"], first["sequence"])
    assert (1, 0, 2) == (second["last_sequence"], second["count"], second["sequence"])


def test_an_entry_stands_in_every_partition_under_its_own_number():
    """An entry for everyone is one record a partition, numbered there."""
    entry = fact()._replace(kind=Kind.entry, topic="control")
    stamped = Gateway(3).stamp([entry, entry])

    assert [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2)] == [(one.partition, one.sequence) for one in stamped]


def test_a_lost_record_takes_a_number_and_a_repeated_one_shares_it():
    """What never arrives leaves a hole, what is sent twice is the same record twice."""
    kinds = (Kind.fact, Kind.lost, Kind.repeated, Kind.fact)
    stamped = Gateway(1).stamp([fact(number=number, kind=kind) for number, kind in enumerate(kinds)])

    assert [1, 3, 3, 4] == [one.sequence for one in stamped]
    assert stamped[1] == stamped[2]


def test_malformed_bytes_pass_as_they_are():
    """A raw delivery keeps its bytes; only its coordinates are numbered."""
    raw = fact(kind=Kind.raw)._replace(head=b'{"type":"li', tail=b"")
    stamped = Gateway(1).stamp([fact(), raw])[1]

    assert (b'{"type":"li', "p-feed#1", 2) == (stamped.value, stamped.source, stamped.sequence)


def test_a_writer_goes_on_where_the_log_ends():
    """Numbering goes on behind the last sequence read back, under the latest incarnation."""
    resumed = Resumed({Place("p-feed#1", "orders", 0): 9, Place("p-feed#2", "orders", 0): 41}, frozenset())
    (stamped,) = Gateway(1, resumed).stamp([fact()])

    assert ("p-feed#2", 42) == (stamped.source, stamped.sequence)


def test_a_writer_that_cannot_read_its_number_takes_the_next_incarnation():
    """Where retention has taken the beginning and no record of the source is left, numbering begins anew."""
    resumed = Resumed({Place("p-feed#1", "shops", 0): 9}, frozenset({("orders", 0)}))
    first, second = Gateway(1, resumed).stamp([fact(), fact(topic="shops")])

    assert ("p-feed#2", 1) == (first.source, first.sequence)
    assert ("p-feed#1", 10) == (second.source, second.sequence)
