"""The path of docs/upgrade.md on a real broker, as it is written there, and what a judged state can be asked."""

import asyncio
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from asked import DONE, NO, ask, example, lines

from monitor.engine.partition import META
from monitor.engine.values import VERSION
from monitor.feed.produce import produce
from monitor.feed.province import Province
from monitor.feed.simulate import platforms_of, scale_of
from monitor.feed.stamp import Gateway
from monitor.feed.topics import TopicWriter
from monitor.inquiry.sides import unapplied
from monitor.settings import Settings, environment_name
from monitor.stream import exits
from monitor.wire import admin, contracts
from monitor.wire.logs import opened

pytestmark = pytest.mark.kafka

PAGE = Path(__file__).parents[2] / "docs" / "upgrade.md"
SEED = 20210401
PATIENCE_S = 60


@pytest.fixture(scope="module")
def blue(kafka, tmp_path_factory):
    """A small province as a first group has judged it, at rest, its worker stopped."""
    settings = Settings(kafka=kafka, prefix=f"t{os.getpid()}{time.time_ns()}.", group="blue", partitions=1)
    asyncio.run(feed(settings))
    with worker(settings, tmp_path_factory.mktemp("blue")) as process:
        rest(settings)
        assert stop(process) == 0
    return settings


async def feed(settings):
    """Make the topics and write the province into them."""
    await admin.apply(settings, contracts.load())
    province = Province(SEED, scale_of("small", None), platforms_of("small"), register=False)
    gateway = Gateway(settings.partitions)
    async with TopicWriter(settings) as writer:
        await writer.write([record for deliveries in province.deliveries() for record in gateway.stamp(deliveries)])


@contextmanager
def worker(settings, folder, *arguments, program=("-m", "monitor", "worker")):
    """A worker process; what it says stands in `worker.log` of the folder."""
    named = ("kafka", "prefix", "output_prefix", "group", "partitions")
    told = {environment_name(name): str(getattr(settings, name)) for name in named if getattr(settings, name)}
    with (folder / "worker.log").open("wb") as log:
        command = [sys.executable, *map(str, program), *arguments]
        process = subprocess.Popen(command, env=os.environ | told, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def stop(process):
    """Ask a worker to end, and answer its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE_S)


def rest(settings):
    """Wait until a group has applied all that its inputs hold."""
    deadline = time.monotonic() + PATIENCE_S
    while waiting := asyncio.run(unapplied(settings)):
        assert time.monotonic() < deadline, waiting
        time.sleep(0.1)


def steps(settings):
    """Read the commands of the page, in its order, with the topics of this test in the place of its own."""
    text = PAGE.read_text().replace("ft.green.", f"{settings.prefix}green.")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]


def test_the_upgrade_path_as_it_is_written(blue, tmp_path):
    """The second group judges the same alerts beside the first, its ledger closes, and it goes on as the live one."""
    green = replace(blue, group="fairtrade-green", output_prefix=f"{blue.prefix}green.")
    apply, first, diff, audit, live = steps(blue)

    assert ask(blue, *apply).exit_code == DONE
    with worker(blue, tmp_path, *first[1:]) as candidate:
        rest(green)
        compared = ask(blue, *diff)
        audited = ask(blue, *audit)
        told = ask(green, "why", asyncio.run(newest_alert(green))["subject"])
        assert stop(candidate) == 0
    asyncio.run(produce([lines(tmp_path / "one.ndjson", ("orders", example("orders", "line_placed")))], blue))
    behind = ask(blue, *diff)
    with worker(blue, tmp_path, *live[1:]) as promoted:
        rest(green)
        assert stop(promoted) == 0

    assert (compared.exit_code, audited.exit_code, told.exit_code) == (DONE, DONE, DONE), compared.output
    assert re.search(r"^[1-9]\d* equal, 0 only on .*, 0 only on .*, 0 differing$", compared.output, re.MULTILINE)
    assert "not at rest" not in compared.output
    assert f"not at rest, this may change: {green.output_prefix} orders[0]: 1 offsets not applied yet" in behind.output


def test_a_newer_state_is_refused(blue, tmp_path):
    """A worker that meets a state of a version that it does not know ends with exit code 3 and says which."""
    newer = replace(blue, group="newer", output_prefix=f"{blue.prefix}newer.")
    asyncio.run(admin.apply(newer, contracts.load()))
    asyncio.run(write_newer_meta(newer))
    with worker(newer, tmp_path) as process:
        code = process.wait(PATIENCE_S)

    assert code == exits.REFUSED
    assert f"has version {VERSION + 1}, this program knows up to {VERSION}" in (tmp_path / "worker.log").read_text()


def test_another_groups_state_is_refused(blue, tmp_path):
    """A second group on the same output prefix ends with exit code 3: two would write one state."""
    with worker(replace(blue, group="stranger"), tmp_path) as process:
        code = process.wait(PATIENCE_S)

    assert code == exits.REFUSED
    assert "is that of group blue, this worker is of stranger" in (tmp_path / "worker.log").read_text()


async def write_newer_meta(settings):
    """Write a meta record as a program of the next version would, of which nothing but the version can be read."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
    await producer.start()
    value = bytes([VERSION + 1]) + bytes(24) + b"\xc1"
    await producer.send_and_wait(settings.address("state"), value, key=META.encode(), partition=0)
    await producer.stop()


def test_changed_parameters_show_as_differences(blue, tmp_path):
    """A program with another threshold says something else, and the comparison names alerts and places."""
    changed = replace(blue, group="changed", output_prefix=f"{blue.prefix}changed.")
    asyncio.run(admin.apply(changed, contracts.load()))
    with worker(changed, tmp_path, program=(Path(__file__).parent / "changed_worker.py",)) as process:
        rest(changed)
        assert stop(process) == 0
    diff = ("alerts", "diff", "--against", changed.output_prefix)
    told = ask(blue, *diff)
    compared = json.loads(ask(blue, *diff, "--json").output)["comparison"]
    paths = {change["path"] for one in compared["differing"] for change in one["changes"]}

    assert told.exit_code == NO
    assert "rule.digest: " in told.output
    assert "rule.digest" in paths
    assert compared["only_left"]
    assert compared["equal"] > 0


def test_alerts_are_held_against_a_file(blue, tmp_path):
    """What was exported is equal to what is on the topic; with one alert left out it stands on the topic alone."""
    whole, less = tmp_path / "whole.ndjson", tmp_path / "less.ndjson"
    ask(blue, "alerts", "export", "--out", whole)
    revisions = whole.read_text().splitlines(keepends=True)
    missing = json.loads(revisions[-1])["key"]
    less.write_text("".join(line for line in revisions if json.loads(line)["key"] != missing))

    assert ask(blue, "alerts", "diff", "--against", whole).exit_code == DONE
    found = ask(blue, "alerts", "diff", "--against", less)

    assert found.exit_code == NO
    assert missing in found.output


async def newest_alert(settings):
    """Answer the body of the newest revision on the topic."""
    async with opened(settings, ("alerts",), range(settings.partitions)) as logs:
        values = [json.loads(record.value) async for record in logs.records()]
    return values[-1]


def test_why_is_told_of_a_stopped_worker(blue):
    """The committed state tells of a subject with an alert; of one that nobody knows it says how to look further."""
    alert = asyncio.run(newest_alert(blue))
    told = ask(blue, "why", alert["subject"])
    elsewhere = ask(blue, "why", alert["subject"], "--platform", "nowhere")
    unknown = ask(blue, "why", "m1:nobody", "--json")

    assert told.exit_code == DONE
    assert alert["alert_id"] in told.output
    assert f"on {alert['platform']}, whose clock shows " in told.output
    assert (elsewhere.exit_code, unknown.exit_code) == (NO, NO)
    assert "leave --platform away" in elsewhere.output
    assert json.loads(unknown.output)["accounts"] == []
