"""A store as it stands in the middle of a simulated province: judged, written by the store's own writer."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
import psycopg
from board_files import DAY, END

from monitor.detect.registry import registered
from monitor.feed.simulate import simulate_to_files
from monitor.local.postgres import LocalPostgres
from monitor.replay import Arrival, Backtest
from monitor.store.migrate import migrate
from monitor.store.writing import Writer
from monitor.wire.feedback import Feedback, Kind, feedback_value
from monitor.wire.headers import cloudevent_headers

SEED = 20210401
PARTITIONS = range(3)
DATABASE = "boards"
READERS = ("officer", "analyst")
# 31 October 2025, ten in the morning of China, when leads stand that were opened over eleven days.
CUT = 1_761_876_000_000


class Told(NamedTuple):
    """A record as the store's writer reads it."""

    partition: int
    offset: int
    timestamp: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


def fill(postgres: LocalPostgres, folder: Path) -> None:
    """Make a database with everything that the boards ask for."""
    password = postgres.password_file.read_text(encoding="utf-8").strip()
    with psycopg.connect(postgres.address(), password=password, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(postgres.address(DATABASE), password=password, autocommit=True) as database:
        migrate(database)
        for reader in READERS:
            database.execute(f"ALTER ROLE fairtrade_{reader} PASSWORD '{password}'")
        database.execute("SET search_path TO fairtrade")
        Writer(database, "ft.", {}).write(_records(folder))


def _records(folder: Path) -> dict[tuple[str, int], list[Told]]:
    simulate_to_files(folder, SEED, "small", partitions=8, progress=lambda _: None)
    found = {("ft.alerts", partition): list(_alerts(folder, partition)) for partition in PARTITIONS}
    return found | {
        ("ft.control", 0): list(_control(folder)),
        ("ft.feedback", 0): list(_feedback()),
        ("ft.dead-letters", 0): [_dead_letter()],
    }


def _alerts(folder: Path, partition: int) -> Iterator[Told]:
    """The revisions up to the cut, published at the clock by which they were judged, moved to the tests' span."""
    arrivals = _stamped(folder / f"partition-{partition}.ndjson")
    for offset, revision in enumerate(Backtest(registered(), mode="live").run(arrivals)):
        clock = orjson.loads(revision.value)["window"]["clock"]
        if clock <= CUT:
            headers = tuple(cloudevent_headers(revision, "ft.", "fairtrade"))
            yield Told(partition, offset, clock - CUT + END, revision.value, headers)


def _stamped(path: Path) -> Iterator[Arrival]:
    for line in map(orjson.loads, path.read_bytes().splitlines()):
        if "value" in line:
            yield Arrival(line["topic"], orjson.dumps(line["value"]), line["append_time"])


def _control(folder: Path) -> Iterator[Told]:
    lines = map(orjson.loads, (folder / "partition-0.ndjson").read_bytes().splitlines())
    for offset, line in enumerate(line for line in lines if line["topic"] == "control"):
        yield Told(0, offset, END, orjson.dumps(line["value"]))
    rules = {
        "type": "rules_set",
        "event_id": "rules-1",
        "source": "office#1",
        "sequence": 1,
        "author": "office",
        "reason": "narrower tolerance",
        "effective_from": END - 9 * DAY,
        "sent_time": END - 10 * DAY,
        "rule_set": "autumn",
        "version": "1.1",
        "parameters": {"sub-cost": {"tolerance_bp": 400}},
    }
    campaign = {
        "type": "campaign_announced",
        "event_id": "campaign-1",
        "source": "office#1",
        "sequence": 2,
        "author": "office",
        "reason": "announced",
        "effective_from": END - 30 * DAY,
        "sent_time": END - 30 * DAY,
        "campaign": "double-11-2026",
        "name": {"zh": "双十一", "en": "Double 11"},
        "signup_from": END - 20 * DAY,
        "from": END - 3 * DAY,
        "to": END + DAY,
    }
    yield Told(0, 10_000, END, orjson.dumps(rules))
    yield Told(0, 10_001, END, orjson.dumps(campaign))


def _feedback() -> Iterator[Told]:
    said = (
        Feedback(
            kind=Kind.rejected, platform="taomall", topic="orders", partition=0, offset=7, reason="shape", count=6
        ),
        Feedback(kind=Kind.late, platform="taomall", topic="shops", partition=0, offset=9, reason="too_late"),
        Feedback(kind=Kind.gap, platform="jdmart", topic="orders", partition=0, sequence=20, last_sequence=26, count=7),
        Feedback(kind=Kind.silence, platform="pinduo", partition=0, from_time=END - DAY, to_time=END),
    )
    for offset, one in enumerate(said):
        yield Told(0, offset, END - DAY, feedback_value(one))


def _dead_letter() -> Told:
    named = {"dl_topic": "ft.orders", "dl_partition": "0", "dl_offset": "7", "dl_reason": "shape", "dl_timestamp": "1"}
    return Told(0, 0, END - DAY, b"", tuple((name, value.encode()) for name, value in named.items()))
