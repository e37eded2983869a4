"""`fairtrade demo`: a real broker, a simulated province, the live worker, and its alerts against the planted truth."""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from rich.console import Console
from rich.live import Live

from monitor.errors import WorldIsWrong
from monitor.feed.simulate import Simulated, simulate_to_topics
from monitor.local.kafka import LocalKafka, broker
from monitor.local.pages import live_table, page
from monitor.local.process import TERMINATE, Leashed
from monitor.local.reckoning import reckon, table
from monitor.settings import Settings
from monitor.wire import admin, contracts
from monitor.wire.clients import client_options
from monitor.wire.subscriber import alerts

PARTITIONS = {"small": 2, "demo": 4}
FEEDS = ("orders", "offers", "shops")
ROWS_SHOWN = 20
PATIENCE_S = 300
LOOK_S = 0.5


def run(console: Console, *, seed: int, small: bool, keep: bool) -> int:
    """Run the demo and answer its exit code: 0 only if nothing is missed and nothing is false."""
    with ExitStack() as stack:
        console.print("starting Apache Kafka (the first time its jars are fetched)")
        bootstrap = stack.enter_context(_kept_broker(keep))
        scale = "small" if small else "demo"
        settings = Settings.from_env(
            {"kafka": bootstrap, "prefix": f"demo-{secrets.token_hex(3)}.", "partitions": PARTITIONS[scale]}
        )
        worker = _Worker(settings)
        stack.callback(worker.leave if keep else worker.stop)
        simulated, seen = asyncio.run(_watch(console, settings, worker, seed, scale))
        code = _tell(console, simulated, seen)
        if keep:
            _say_how_to_look(console, settings, worker)
        return code


@contextmanager
def _kept_broker(keep: bool) -> Iterator[str]:  # noqa: FBT001 - passed through from the command line
    if not keep:
        with broker() as bootstrap:
            yield bootstrap
        return
    kafka = LocalKafka(keep=True)
    kafka.start()
    yield kafka.bootstrap
    kafka.leave()


class _Worker:
    """The worker in a process of its own, as an operator starts it."""

    def __init__(self, settings: Settings) -> None:
        asyncio.run(admin.apply(settings, contracts.load()))
        self.log_file = Path(tempfile.gettempdir(), f"fairtrade-{settings.prefix}worker.log")
        options = [f"--{name}={getattr(settings, name)}" for name in ("kafka", "prefix", "group", "partitions")]
        self._process = Leashed([sys.executable, "-m", "monitor", "worker", *options], self.log_file)
        self.pid = self._process.pid

    def check(self) -> None:
        """Raise WorldIsWrong with the worker's last words if it has ended."""
        if self._process.exit_code is not None:
            last = "\n".join(self.log_file.read_text().splitlines()[-12:])
            raise WorldIsWrong(f"the worker ended with exit code {self._process.exit_code}; it said:\n{last}")

    def stop(self) -> None:
        """End the worker in order; its log goes with it."""
        self._process.end(TERMINATE)
        self.log_file.unlink(missing_ok=True)

    def leave(self) -> None:
        """Let the worker live on."""
        self._process.leave()


async def _watch(
    console: Console, settings: Settings, worker: _Worker, seed: int, scale: str
) -> tuple[Simulated, dict[str, dict[str, Any]]]:
    """Feed the topics and show alerts as they come, until every input is judged."""
    seen: dict[str, dict[str, Any]] = {}
    with Live(console=console, refresh_per_second=4) as live:

        async def show() -> None:
            async for one in alerts(settings, follow=True):
                seen.pop(one.key, None)
                seen[one.key] = orjson.loads(one.value)
                live.update(live_table(list(seen.values())[-ROWS_SHOWN:]))

        showing = asyncio.create_task(show())
        simulated = await simulate_to_topics(settings, seed=seed, scale=scale)
        async for _ in _until_judged(settings, worker):
            pass
        showing.cancel()
        await asyncio.wait([showing])
    async for one in alerts(settings):
        seen[one.key] = orjson.loads(one.value)
    return simulated, seen


async def _until_judged(settings: Settings, worker: _Worker) -> AsyncIterator[int]:
    """Yield how many records of the feeds are not judged yet, until none is; raises WorldIsWrong after a while."""
    client = AIOKafkaAdminClient(**client_options(settings))
    consumer = AIOKafkaConsumer(**client_options(settings))
    await client.start()
    await consumer.start()
    places = [TopicPartition(settings.prefix + topic, p) for topic in FEEDS for p in range(settings.partitions)]
    try:
        for _ in range(int(PATIENCE_S / LOOK_S)):
            worker.check()
            ends = await consumer.end_offsets(places)
            done = await _committed(client, settings.group)
            behind = sum(end - done.get(place, 0) for place, end in ends.items())
            yield behind
            if not behind:
                return
            await asyncio.sleep(LOOK_S)
        raise WorldIsWrong(f"{behind} records are still not judged after {PATIENCE_S} s; see {worker.log_file}")
    finally:
        await consumer.stop()
        await client.close()


async def _committed(client: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """Answer how far the group's durable work reaches; nowhere before its worker has joined."""
    try:
        offsets = await client.list_consumer_group_offsets(group)
    except GroupCoordinatorNotAvailableError:
        return {}
    return {place: found.offset for place, found in offsets.items()}


def _tell(console: Console, simulated: Simulated, seen: dict[str, dict[str, Any]]) -> int:
    made = reckon(simulated.truths, seen)
    planted = {truth.alert_id for truth in simulated.truths}
    shown = next((seen[key] for key in sorted(seen) if key in planted and seen[key]["level"] == "lead"), None)
    if shown is not None:
        console.print(page(shown))
    console.print(f"{simulated.records} records, {len(seen)} alerts, {made.silent} look-alikes that must stay silent")
    console.print(table(made))
    for miss in made.misses[:ROWS_SHOWN]:
        console.print(f"[red]missed[/] {miss.truth.case} {miss.truth.alert_id}: {'; '.join(miss.differs)}")
    for alert in made.false[:ROWS_SHOWN]:
        console.print(f"[red]false[/] {alert['alert_id']} {alert['typology']} {alert['platform']} {alert['subject']}")
    console.print("[green]every planted offence found, nothing false[/]" if made.is_clean else "[red]not clean[/]")
    return 0 if made.is_clean else 1


def _say_how_to_look(console: Console, settings: Settings, worker: _Worker) -> None:
    options = f"--kafka {settings.kafka} --prefix {settings.prefix} --partitions {settings.partitions}"
    console.print(f"Kafka and worker {worker.pid} are up; look further with")
    for command in ("alerts tail", "alerts show ID", "audit"):
        console.print(f"  fairtrade {command} {options}", soft_wrap=True)
