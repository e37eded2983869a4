"""What a simulated province writes: the same bytes from the same seed, contiguous runs, records that decode."""

import base64
from collections import Counter, defaultdict
from itertools import pairwise

import orjson
import pytest

from monitor.events import LinePlaced, Refusal
from monitor.eventtime.china import DAY, HOUR, day_of, day_start
from monitor.feed.simulate import simulate_to_files
from monitor.wire.decode import Decoder

PARTITIONS = 2
SOURCED = ("source", "topic")


def read(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small province in files of two partitions."""
    folder = tmp_path_factory.mktemp("province")
    return folder, simulate_to_files(folder, seed=7, scale="small", partitions=PARTITIONS)


@pytest.fixture(scope="module")
def lines(made):
    """The lines of each partition's file."""
    return [read(made[0] / f"partition-{partition}.ndjson") for partition in range(PARTITIONS)]


@pytest.fixture(scope="module")
def records(lines):
    """Every record of every partition, decoded where it stands, with its line."""
    return [decoded(of_file, partition) for partition, of_file in enumerate(lines)]


def decoded(of_file, partition):
    decoder = Decoder(PARTITIONS, partition)
    return [
        (line, decoder.decode(line["topic"], raw_of(line), line["key"].encode(), None, 0, line["append_time"]).event)
        for line in of_file
    ]


def raw_of(line):
    if "value_base64" in line:
        return base64.b64decode(line["value_base64"])
    return orjson.dumps(line["value"])


def test_the_same_seed_writes_the_same_bytes(made, tmp_path):
    """A province is a function of its arguments, to the byte."""
    simulate_to_files(tmp_path, seed=7, scale="small", partitions=PARTITIONS)

    names = ["truth.json", *(f"partition-{partition}.ndjson" for partition in range(PARTITIONS))]
    assert [(made[0] / name).read_bytes() for name in names] == [(tmp_path / name).read_bytes() for name in names]


def test_another_seed_writes_other_bytes(made, tmp_path):
    """The seed decides who trades what."""
    simulate_to_files(tmp_path, seed=8, scale="small", partitions=PARTITIONS)

    assert (made[0] / "partition-0.ndjson").read_bytes() != (tmp_path / "partition-0.ndjson").read_bytes()


def test_only_what_the_truth_says_is_refused(made, records):
    """Records that do not decode are those that the truth counts, by reason; nothing else is malformed."""
    refused = Counter(str(event.reason) for of_file in records for _, event in of_file if isinstance(event, Refusal))

    counted = {reason: n for reason, n in made[1].refused.items() if reason not in {"too_late", "unknown_platform"}}
    assert counted == dict(refused)


def test_sequences_are_contiguous_but_for_what_was_lost(lines):
    """Each run of numbering begins at 1 and has holes only on the careless platform's orders."""
    runs = defaultdict(list)
    for of_file in lines:
        for line in of_file:
            if "value" in line:
                runs[line["value"]["source"], line["topic"], id(of_file)].append(line["value"]["sequence"])

    holes = {run[:2] for run, seen in runs.items() if set(seen) != set(range(1, max(seen) + 1))}
    assert holes <= {("pinduo-feed#1", "orders")}
    assert all(seen == sorted(seen) for seen in runs.values())


def test_a_clock_record_counts_what_stood_before_it(lines):
    """`last_sequence` is the sequence before its own, `count` is what came since the previous clock record there."""
    clocks = defaultdict(list)
    for number, of_file in enumerate(lines):
        for line in of_file:
            value = line.get("value", {})
            if value.get("type") == "clock_advanced":
                clocks[value["source"], line["topic"], number].append(value)

    assert all(clock["last_sequence"] == clock["sequence"] - 1 for run in clocks.values() for clock in run)
    assert all(
        after["count"] == after["last_sequence"] - before["sequence"]
        for run in clocks.values()
        for before, after in pairwise(run)
    )


def test_clocks_go_by_the_hour_and_rest_for_nine_days(lines):
    """Each topic clock of each platform advances every event hour, then daily past the resolution of all alerts."""
    clocks = [line["value"]["clock"] for line in lines[0] if line.get("value", {}).get("type") == "clock_advanced"]
    by_day = Counter(day_of(clock - 1) for clock in set(clocks))

    assert {24} == {count for day, count in by_day.items() if day < min(by_day) + 12}
    assert max(clocks) - max(event_times(lines[0])) >= 9 * DAY


def event_times(of_file):
    return [
        line["value"]["event_time"] for line in of_file if line.get("value", {}).get("type", "").startswith("line_")
    ]


def test_every_line_adds_up_and_is_long(records):
    """The split prices of a line add up to what the buyer paid, and its record has 650 bytes or more on average."""
    placed = [(line, event) for of_file in records for line, event in of_file if type(event) is LinePlaced]

    assert all(
        event.buyer_paid_fen
        == event.list_fen - event.seller_discount_fen - event.platform_subsidy_fen - event.third_party_subsidy_fen
        for _, event in placed
    )
    assert sum(len(orjson.dumps(line["value"])) for line, _ in placed) / len(placed) >= 650


def test_every_type_of_fact_occurs(lines):
    """A small province already holds every type that platforms report."""
    seen = {line["value"]["type"] for of_file in lines for line in of_file if "value" in line}

    assert {
        "line_placed",
        "line_refunded",
        "line_cancelled",
        "clock_advanced",
        "price_changed",
        "price_overridden",
        "promotion_joined",
        "promotion_left",
        "promotion_forced",
        "promotion_condition_set",
        "auto_follow_enabled",
        "auto_follow_disabled",
        "status_changed",
        "listing_changed",
        "lever_pulled",
        "lever_released",
        "exclusivity_agreed",
        "exclusivity_ended",
        "exclusivity_refused",
        "complaint_filed",
        "sanction_published",
        "warning_issued",
        "exposure_counted",
        "cost_declared",
        "cost_withdrawn",
        "platform_registered",
        "exemption_granted",
        "exemption_revoked",
        "campaign_announced",
    } <= seen


def test_evenings_are_busier_than_nights(lines):
    """Lines follow the rhythm of a China Standard day."""
    hours = Counter((time - day_start(day_of(time))) // HOUR for of_file in lines for time in event_times(of_file))

    assert sum(hours[hour] for hour in range(19, 22)) > 5 * sum(hours[hour] for hour in range(2, 5))


def test_records_arrive_in_order_of_append_time(lines):
    """A partition's file is its log: append times never fall."""
    for of_file in lines:
        times = [line["append_time"] for line in of_file]

        assert times == sorted(times)
