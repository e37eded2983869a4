"""Event files into the topics: what is stamped, what is taken as it is, what is refused with its line."""

import base64
from collections import defaultdict

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.errors import WeAreWrong
from monitor.feed.lines import read
from monitor.feed.produce import Stamping, produce
from monitor.feed.simulate import simulate_to_files, simulate_to_topics
from monitor.feed.stamp import Gateway
from monitor.settings import Settings
from monitor.wire.admin import apply
from monitor.wire.clients import reader_options
from monitor.wire.contracts import load

INPUTS = ("control", "costs", "shops", "offers", "orders")


def placed(number, subject="m1:abc", **other):
    value = {"type": "line_placed", "event_id": f"e-{number}", "platform": "p", "shop": "s", "subject": subject}
    return {"topic": "orders", "key": subject, "append_time": number, "value": value | other}


def told(**value):
    return {"topic": value.pop("topic", "orders"), "value": value}


def write(path, lines):
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return path


def stamped(paths, partitions=1, *, restamp=False):
    stamping = Stamping(partitions, Gateway(partitions), restamp=restamp)
    return stamping.stamped(read(paths)), stamping


def test_lines_without_numbers_are_stamped(tmp_path):
    """A platform's feed is one source, a crawler and a complaint desk are others."""
    path = write(
        tmp_path / "a",
        [placed(1), placed(2), placed(3, source_grade="crawl"), placed(4, source_grade="complaint")],
    )
    records, _ = stamped([path])

    assert [("p-feed#1", 1), ("p-feed#1", 2), ("crawler#1", 1), ("complaints-12315#1", 1)] == [
        (one.source, one.sequence) for one in records
    ]


def test_a_platforms_own_repeats_are_dropped(tmp_path):
    """The second line with one event id is dropped before it gets a number."""
    records, stamping = stamped([write(tmp_path / "a", [placed(1), placed(1), placed(2)])])

    assert [1, 2] == [one.sequence for one in records]
    assert (3, 1) == (stamping.lines, stamping.repeats)


def test_what_concerns_everyone_reaches_every_partition(tmp_path):
    """Registrations, products' costs and clock records stand once in a file and once in each partition."""
    lines = [
        told(topic="control", type="platform_registered", event_id="c-1", platform="p", author="office-hz"),
        told(topic="costs", type="cost_declared", event_id="c-2", platform=None, subject=None, product="69"),
        told(type="clock_advanced", event_id="c-3", platform="p", clock=5, last_sequence=9, count=9),
        told(topic="control", type="exemption_granted", event_id="c-4", subject="m1:abc", author="office-hz"),
    ]
    records, _ = stamped([write(tmp_path / "a", lines)], partitions=3)

    assert {"c-1": 3, "c-2": 3, "c-3": 3, "c-4": 1} == {
        name: sum(orjson.loads(one.value)["event_id"] == name for one in records)
        for name in ("c-1", "c-2", "c-3", "c-4")
    }
    clocks = [one.value for one in records if b'"c-3"' in one.value]
    assert [0, 0, 0] == [orjson.loads(clock)["last_sequence"] for clock in clocks]
    assert [1, 1, 1] == [clock.count(b'"last_sequence"') for clock in clocks]


def test_a_partitions_log_is_taken_as_it_is_by_one_partition(tmp_path):
    """Lines that carry source and sequence keep both, to the byte."""
    line = placed(1, source="p-feed#4", sequence=17)
    records, _ = stamped([write(tmp_path / "a", [line])])

    assert [(orjson.dumps(line["value"]), "p-feed#4", 17)] == [(one.value, one.source, one.sequence) for one in records]


def test_a_partitions_log_needs_restamp_elsewhere(tmp_path):
    """With more partitions its numbers would be wrong: refused with file and line, unless numbered anew."""
    path = write(tmp_path / "a", [placed(1), placed(2, source="p-feed#4", sequence=17)])
    with pytest.raises(WeAreWrong, match=r"a, line 2: carries source and sequence.* --restamp"):
        stamped([path], partitions=2)
    records, _ = stamped([path], partitions=2, restamp=True)

    assert ["p-feed#1", "p-feed#1"] == [one.source for one in records]


def test_files_are_merged_by_arrival(tmp_path):
    """Several files are one stream in order of append time, each in its own order."""
    first = write(tmp_path / "a", [placed(1), placed(4), placed(3)])
    second = write(tmp_path / "b", [placed(2), placed(5)])
    records, _ = stamped([first, second])

    assert ["e-1", "e-2", "e-4", "e-3", "e-5"] == [orjson.loads(one.value)["event_id"] for one in records]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{", "line 1: Input data was truncated"),
        (b'{"topic":"alerts","value":{}}', "line 1: Invalid enum value 'alerts'"),
        (b'{"topic":"orders"}', "line 1: holds both or neither"),
        (b'{"topic":"orders","value":7}', "line 1: the value is no object"),
        (b'{"topic":"orders","key":"k","value_base64":"!"}', "line 1: value_base64 is no base64"),
        (b'{"topic":"orders","value":{"type":"line_placed"}}', "line 1: neither its value names a subject"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path, text, says):
    """An error names the file, the line and what is expected."""
    (tmp_path / "bad").write_bytes(text)
    with pytest.raises(WeAreWrong) as raised:
        stamped([tmp_path / "bad"])

    assert f"{tmp_path / 'bad'}, {says}" in str(raised.value)


def test_bytes_that_are_malformed_on_purpose_are_written(tmp_path):
    """`value_base64` is what test input uses to be refused by the judge and not by the gateway."""
    bad = {"topic": "orders", "key": "m1:abc", "platform": "p", "value_base64": base64.b64encode(b"\xff{").decode()}
    records, _ = stamped([write(tmp_path / "a", [placed(1), bad])])

    assert [b"\xff{", "p-feed#1", 2] == [records[1].value, records[1].source, records[1].sequence]


async def log(settings):
    """Every record of every input, by (topic without prefix, partition)."""
    consumer = AIOKafkaConsumer(**reader_options(settings))
    await consumer.start()
    places = [TopicPartition(settings.prefix + topic, p) for topic in INPUTS for p in range(settings.partitions)]
    consumer.assign(places)
    ends = await consumer.end_offsets(places)
    for place in places:
        consumer.seek(place, 0)
    read_records = defaultdict(list)
    while [place for place in places if await consumer.position(place) < ends[place]]:
        for place, records in (await consumer.getmany(timeout_ms=100)).items():
            read_records[place.topic.removeprefix(settings.prefix), place.partition] += records
    await consumer.stop()
    return read_records


@pytest.mark.kafka
async def test_files_and_topics_hold_the_same_province(kafka, prefix, tmp_path):
    """Straight to the topics or by way of files and restamping: each partition's log of a topic says the same."""
    simulate_to_files(tmp_path, seed=3, scale="small", days=2, partitions=2)
    one = Settings(kafka=kafka, prefix=prefix, partitions=2)
    two = Settings(kafka=kafka, prefix=f"{prefix}again.", partitions=2)
    for settings in (one, two):
        await apply(settings, load())
    await simulate_to_topics(one, seed=3, scale="small", days=2)
    made = await produce(sorted(tmp_path.glob("partition-*")), two, restamp=True)
    direct, by_file = await log(one), await log(two)

    assert made.records == sum(made.records_of_topic.values())
    for topic in ("orders", "offers", "shops", "costs"):
        for partition in range(2):
            expected = told_in_order(direct[topic, partition])
            assert expected
            assert expected == told_in_order(by_file[topic, partition])


def told_in_order(records):
    """Ids of the events of a log without its clocks, each where it stands first."""
    values = [record.value for record in records if b"clock_advanced" not in record.value]
    return list(dict.fromkeys(value.partition(b'"event_id":"')[2].partition(b'"')[0] for value in values))


@pytest.mark.kafka
async def test_a_second_run_goes_on_with_the_numbers(kafka, prefix, tmp_path):
    """Headers tell source and sequence, and a later run numbers on where the log ends."""
    settings = Settings(kafka=kafka, prefix=prefix, partitions=2)
    await apply(settings, load())
    for run in (0, 10):
        await produce([write(tmp_path / "a", [placed(run + 1), placed(run + 2), placed(run + 3)])], settings)
    (records,) = [of for (topic, _), of in (await log(settings)).items() if topic == "orders"]

    assert [1, 2, 3, 4, 5, 6] == [int(dict(record.headers)["sequence"]) for record in records]
    assert {b"p-feed#1"} == {dict(record.headers)["source"] for record in records}
    assert [1, 2, 3, 4, 5, 6] == [orjson.loads(record.value)["sequence"] for record in records]
