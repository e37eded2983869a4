"""A detector is one new file: its state, timers and alerts go the way of all others, through the real broker too."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import ground
import msgspec
import pytest
from night_raids import DETECTOR

from monitor.events import ClockAdvanced, PriceOverridden
from monitor.eventtime.china import HOUR, MINUTE, instant
from monitor.replay import Arrival, Backtest
from monitor.wire.contracts import load
from monitor.wire.registry import entries
from monitor.wire.subjects import partition_of

SUBJECT, PLATFORM = "m1:night", "taomall"
NIGHT = instant("2021-03-02", "02:00")
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from monitor.cli import main
from monitor.detect.registry import register
from night_raids import DETECTOR
register(DETECTOR)
main(["worker"])
"""


def override(sequence, time):
    return msgspec.json.encode(
        PriceOverridden(
            event_id=f"o{sequence}", source="taomall-feed#1", sequence=sequence, sent_time=time, platform=PLATFORM,
            shop="s", subject=SUBJECT, event_time=time, source_grade="platform_feed", actor="platform_algorithm",
            sku="k", list_fen=100, net_fen=90, before_fen=120, consent="absent",
        )
    )  # fmt: skip


def clock(sequence, time):
    return msgspec.json.encode(
        ClockAdvanced(
            event_id=f"c{sequence}", source="taomall-feed#1", sequence=sequence, sent_time=time, platform=PLATFORM,
            event_time=time, clock=time, last_sequence=0, count=0,
        )
    )  # fmt: skip


def night(*times):
    lines = [override(number, time) for number, time in enumerate(times, 1)]
    return [*lines, clock(len(lines) + 1, NIGHT + 24 * HOUR)]


def raids(*times):
    backtest = Backtest((DETECTOR,), entries(load().platforms, (), 0))
    return [
        msgspec.json.decode(one.value)
        for one in backtest.run(Arrival("offers", v, NIGHT + 24 * HOUR) for v in night(*times))
    ]


def test_two_overrides_in_one_night_are_a_notice():
    """The toy rings at the end of the day, with both overrides as evidence."""
    (alert,) = raids(NIGHT, NIGHT + HOUR)

    assert ["o1", "o2"] == [one["event_id"] for one in alert["evidence"]]
    assert "overrides 2" in alert["explanation"]["en"]


@pytest.mark.parametrize("times", [(NIGHT,), (NIGHT, NIGHT + 4 * HOUR)])
def test_one_override_before_six_is_none(times):
    """At six sharp the night is over."""
    assert [] == raids(*times)


@pytest.mark.kafka
async def test_its_alert_comes_through_kafka(kafka, prefix, tmp_path):
    """A worker that imports the file publishes the same alert on the topic."""
    settings = await ground.prepare(kafka, prefix)
    number = partition_of(SUBJECT, settings.partitions)
    await ground.produce(settings, {number: night(NIGHT, NIGHT + MINUTE)}, topic="offers")
    told = {
        f"FAIRTRADE_{name.upper()}": str(getattr(settings, name)) for name in ("kafka", "prefix", "group", "partitions")
    }
    with (tmp_path / "worker.log").open("wb") as log:
        command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)]
        worker = subprocess.Popen(command, env=os.environ | told, stdout=log, stderr=log)
    try:
        await ground.until(lambda: _published(settings), "the alert of the third detector")
    finally:
        worker.terminate()
        await asyncio.to_thread(worker.wait, ground.PATIENCE_S)
    (record,) = await ground.read(settings, "alerts")

    assert "night-raids" == msgspec.json.decode(record.value)["typology"]


async def _published(settings):
    return await ground.read(settings, "alerts")
