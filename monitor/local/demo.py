"""`fairtrade demo`: a real broker, a simulated province, the live worker, and its alerts against the planted truth."""

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.errors import WorldIsWrong
from monitor.feed.simulate import Simulated, simulate_to_topics
from monitor.local.kafka import LocalKafka, broker
from monitor.local.pages import live_table, page
from monitor.local.process import TERMINATE, Leashed
from monitor.local.reckoning import most_telling, reckon, table
from monitor.settings import Settings
from monitor.wire import admin, contracts
from monitor.wire.clients import client_options
from monitor.wire.subscriber import alerts

PARTITIONS = {"small": 2, "demo": 4}
FED = ("orders", "offers", "shops", "costs")
"""inputs that are written without transactions: their ends are reached by records, not by markers"""
ROWS_SHOWN = 16
PATIENCE_S = 300
LOOK_S = 0.2
PROGRESS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
TOLD = ("kafka", "prefix", "group", "partitions", "metrics-port")
"""what the worker is told on its command line"""


def run(console: Console, *, seed: int, small: bool, keep: bool) -> int:
    """Run the demo and answer its exit code: 0 only if nothing is missed and nothing is false."""
    with ExitStack() as stack:
        console.print("starting Apache Kafka (the first time its jars are fetched)")
        bootstrap, kafka_pid = stack.enter_context(_broker(keep))
        scale = "small" if small else "demo"
        settings = Settings.from_env(
            {"kafka": bootstrap, "prefix": f"demo-{secrets.token_hex(3)}.", "partitions": PARTITIONS[scale]}
        )
        console.print(f"simulating the {scale} province of seed {seed}, judged as it comes")
        worker = Worker(settings)
        stack.callback(worker.leave if keep else worker.stop)
        simulated, seen = asyncio.run(watch(console, settings, worker, seed, scale))
        code = _tell(console, simulated, seen)
        if keep:
            _say_how_to_look(console, settings, [worker.pid, *kafka_pid])
        return code


@contextmanager
def _broker(keep: bool) -> Iterator[tuple[str, list[int]]]:  # noqa: FBT001 - passed through from the command line
    """Answer a broker's address and, where it is ours to be left up, its process id."""
    if not keep or os.environ.get("FAIRTRADE_KAFKA"):
        with broker() as bootstrap:
            yield bootstrap, []
        return
    kafka = LocalKafka().start()
    yield kafka.bootstrap, [kafka.pid]
    kafka.leave()


class Worker:
    """The worker in a process of its own, as an operator starts it."""

    def __init__(self, settings: Settings) -> None:
        asyncio.run(admin.apply(settings, contracts.load()))
        self.log_file = Path(tempfile.gettempdir(), f"fairtrade-{settings.prefix}worker.log")
        options = [f"--{name}={getattr(settings, name.replace('-', '_'))}" for name in TOLD]
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


async def watch(
    console: Console, settings: Settings, worker: Worker, seed: int, scale: str
) -> tuple[Simulated, dict[str, dict[str, Any]]]:
    """Feed the topics and show alerts as they come, until every input is judged; the newest of each alert by its id."""
    seen: dict[str, dict[str, Any]] = {}
    progress = Progress(*PROGRESS)
    simulating = progress.add_task("records simulated", total=None)
    judging = progress.add_task("records judged", total=None)
    with Live(Group(progress, live_table(())), console=console, refresh_per_second=4) as live:

        async def show() -> None:
            async for one in alerts(settings, follow=True):
                seen.pop(one.key, None)
                seen[one.key] = orjson.loads(one.value)
                live.update(Group(progress, live_table(list(seen.values())[-ROWS_SHOWN:])))

        def count(written: int) -> None:
            progress.update(simulating, completed=written)

        showing = asyncio.create_task(show())
        simulated = await simulate_to_topics(settings, seed=seed, scale=scale, progress=count)
        progress.update(simulating, total=simulated.records)
        async for judged, fed in until_judged(settings, worker):
            progress.update(judging, completed=judged, total=fed)
        showing.cancel()
        await asyncio.wait([showing])
    console.print()
    async for one in alerts(settings):
        seen[one.key] = orjson.loads(one.value)
    return simulated, seen


async def until_judged(settings: Settings, worker: Worker) -> AsyncIterator[tuple[int, int]]:
    """Yield how many records of how many are judged, until all are; raises WorldIsWrong after a while."""
    client = AIOKafkaAdminClient(**client_options(settings))
    consumer = AIOKafkaConsumer(**client_options(settings))
    await client.start()
    await consumer.start()
    places = [TopicPartition(settings.prefix + topic, p) for topic in FED for p in range(settings.partitions)]
    try:
        for _ in range(int(PATIENCE_S / LOOK_S)):
            # First of all the broker is asked: a client that stops before it ran hides the error behind its own.
            ends = await consumer.end_offsets(places)
            worker.check()
            done = await _committed(client, settings.group)
            judged, fed = sum(done.get(place, 0) for place in places), sum(ends.values())
            yield judged, fed
            if judged == fed:
                return
            await asyncio.sleep(LOOK_S)
        raise WorldIsWrong(f"{fed - judged} records are still not judged after {PATIENCE_S} s; see {worker.log_file}")
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
    made = reckon(simulated.truths, seen, simulated.lost)
    if (shown := most_telling(seen.values())) is not None:
        console.print(page(shown))
    console.print(f"{simulated.records} records, {len(seen)} alerts, {made.silent} look-alikes that must stay silent")
    console.print(table(made))
    for miss in made.misses[:ROWS_SHOWN]:
        console.print(f"[red]missed[/] {miss.truth.case} {miss.truth.alert_id}: {escape('; '.join(miss.differs))}")
    for alert in made.false[:ROWS_SHOWN]:
        console.print(f"[red]false[/] {alert['alert_id']} {alert['typology']} {alert['platform']} {alert['subject']}")
    console.print("[green]every planted offence found, nothing false[/]" if made.is_clean else "[red]not clean[/]")
    return 0 if made.is_clean else 1


def _say_how_to_look(console: Console, settings: Settings, pids: Iterable[int]) -> None:
    options = f"--kafka {settings.kafka} --prefix {settings.prefix} --partitions {settings.partitions}"
    console.print("Kafka and worker are up; look further with")
    for command in ("alerts tail --no-follow", "alerts show ID", "audit"):
        console.print(f"  fairtrade {command} {options}", soft_wrap=True, highlight=False)
    console.print(f"and end them with\n  kill {' '.join(map(str, pids))}", highlight=False)
