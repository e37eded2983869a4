"""A province that the live worker has judged on real Kafka, once for all tests that look at what came of it."""

import asyncio
import secrets
import socket
from dataclasses import dataclass
from urllib.request import urlopen

import pytest
from command import DONE, fairtrade, options
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from monitor.feed.simulate import Simulated
from monitor.local.demo import PARTITIONS, Worker, until_judged, watch
from monitor.settings import Settings

SEED = 20210401


@dataclass(frozen=True)
class Demonstrated:
    """A worker at rest after the demo's province, which goes on running; `alerts` are the newest by id."""

    settings: Settings
    simulated: Simulated
    alerts: dict[str, dict]

    def scrape(self):
        """Answer the metrics as they stand now, families by name."""
        with urlopen(f"http://127.0.0.1:{self.settings.metrics_port}/metrics", timeout=10) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            return {family.name: family for family in families}

    @property
    def options(self):
        """What the commands are told to look here."""
        told = self.settings
        return ["--kafka", told.kafka, "--prefix", told.prefix, "--partitions", str(told.partitions)]


@pytest.fixture(scope="session")
def demonstrated(kafka):
    """What the demo leaves on the topics, with its worker up and its metrics served."""
    prefix = f"t{secrets.token_hex(6)}."
    settings = Settings(
        kafka=kafka,
        prefix=prefix,
        group=f"{prefix}group",
        partitions=PARTITIONS["small"],
        metrics_port=free_port(),
    )
    worker = Worker(settings)
    try:
        simulated, alerts = asyncio.run(watch(Console(quiet=True), settings, worker, SEED, "small"))
        yield Demonstrated(settings, simulated, alerts)
    finally:
        worker.stop()


def free_port():
    """Answer a port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="session")
def province(tmp_path_factory):
    """A small province as `fairtrade simulate` writes it, for one partition."""
    folder = tmp_path_factory.mktemp("province")
    done = fairtrade("simulate", "--small", "--partitions", 1, "--out", folder)
    assert done.returncode == DONE, done.stderr
    return folder


@pytest.fixture(scope="session")
def produced(kafka, province):
    """The same file in topics of one partition by `produce`, judged by a worker that has caught up with it."""
    prefix = f"t{secrets.token_hex(6)}."
    settings = Settings(kafka=kafka, prefix=prefix, group=f"{prefix}group", partitions=1)
    worker = Worker(settings)
    try:
        done = fairtrade("produce", province / "partition-0.ndjson", *options(settings))
        assert done.returncode == DONE, done.stderr
        asyncio.run(caught_up(settings, worker))
        yield settings
    finally:
        worker.stop()


async def caught_up(settings, worker):
    """Wait until everything produced is judged."""
    async for _ in until_judged(settings, worker):
        pass
