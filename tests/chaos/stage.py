"""What a run stands on: a broker of its own with a line to each worker, topics, workers, and who watches them."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.local import node
from monitor.local.cluster import NODES, LocalCluster
from monitor.local.kafka import LocalKafka
from monitor.local.proxy import Line
from monitor.settings import Settings
from monitor.wire import admin
from monitor.wire.contracts import load
from tests.chaos.fleet import LOOK_S, Fleet, Worker
from tests.chaos.tail import Tail

PATIENCE_S = 20.0
DISK = "1500m"


@dataclass
class Stage:
    """Everything that faults touch; `free_worker` and `claim` keep two faults from the same worker.

    `lines` lead from workers to a lone broker, by the worker's name.
    """

    settings: Settings
    kafka: LocalKafka | LocalCluster
    fleet: Fleet
    tail: Tail
    lines: dict[str, Line]
    broker: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def broker_alone(self) -> LocalKafka:
        """The broker, where it is the only one."""
        if isinstance(self.kafka, LocalCluster):
            raise TypeError("this fault is one of a lone broker; a cluster has three")
        return self.kafka

    @property
    def cluster(self) -> LocalCluster:
        """The cluster, where there is one."""
        if isinstance(self.kafka, LocalKafka):
            raise TypeError("this fault is one of a cluster; play it with --cluster")
        return self.kafka

    async def free_worker(self, draw: int, *, spare: bool = False, beside: int = 0) -> Worker | None:
        """Claim a worker by the draw; None when none is free for long, or fewer than `beside` others would run."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            free = self.fleet.free(spare=spare)
            if free and (spare or len(self.fleet.wanted) > beside):
                worker = free[draw % len(free)]
                worker.is_touched = True
                return worker
            await asyncio.sleep(LOOK_S)
        return None

    async def claim(self) -> Sequence[Worker]:
        """Claim all workers, once no fault touches any."""
        while any(worker.is_touched for worker in self.fleet):  # noqa: ASYNC110 - a process has no event
            await asyncio.sleep(LOOK_S)
        claimed = list(self.fleet)
        for worker in claimed:
            worker.is_touched = True
        return [worker for worker in claimed if worker.is_wanted]

    def release(self, workers: Sequence[Worker]) -> None:
        """Let others touch them."""
        for worker in workers:
            worker.is_touched = False


def has_own_disk() -> bool:
    """Answer whether we may mount a small disk for the broker."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


def _lined(most: int, ports: Sequence[int]) -> tuple[dict[str, str], list[tuple[int, int]]]:
    """Write the broker's listeners: one for us, one a worker whose advertised port is the line's, the controller."""
    port, control, rest = ports[0], ports[1], ports[2:]
    pairs = list(zip(rest[::2], rest[1::2], strict=True))
    names = [f"VIA{number}" for number in range(most)]
    own, controller = f"PLAINTEXT://{node.HOST}:{port}", f"CONTROLLER://{node.HOST}:{control}"
    listen = [f"{name}://{node.HOST}:{behind}" for name, (behind, _) in zip(names, pairs, strict=True)]
    told = [f"{name}://{node.HOST}:{line}" for name, (_, line) in zip(names, pairs, strict=True)]
    protocols = ",".join(f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "CONTROLLER", *names))
    return {
        "listeners": ",".join((own, *listen, controller)),
        "advertised.listeners": ",".join((own, *told, controller)),
        "listener.security.protocol.map": protocols,
        "controller.quorum.bootstrap.servers": f"{node.HOST}:{control}",
        "group.min.session.timeout.ms": "1000",
        "transaction.max.timeout.ms": "60000",
    }, pairs


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


@asynccontextmanager
async def disk_of(folder: Path, *, own: bool) -> AsyncIterator[None]:
    """Give the broker's data a disk of its own that can run full."""
    data = folder / "kafka" / "data"
    data.mkdir(parents=True)
    if own:
        await asyncio.to_thread(_run, "mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(data))
    try:
        yield
    finally:
        if own:
            await asyncio.to_thread(_run, "umount", "-l", str(data))


@asynccontextmanager
async def staged(folder: Path, told: Settings, most: int, *, own_disk: bool) -> AsyncIterator[Stage]:
    """Bring everything up but the workers, and leave no process behind."""
    ports = node.free_ports(2 + 2 * most)
    properties, pairs = _lined(most, ports)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(disk_of(folder, own=own_disk))
        kafka = LocalKafka(folder / "kafka", port=ports[0], properties=properties)
        await asyncio.to_thread(kafka.start)
        stack.push_async_callback(asyncio.to_thread, kafka.stop)
        settings = replace(told, kafka=kafka.bootstrap)
        await admin.apply(settings, replace(load(), platforms=()))
        fleet = Fleet(settings, folder, most)
        stack.callback(fleet.kill)
        lines = {}
        for worker, (behind, port) in zip(fleet, pairs, strict=True):
            lines[worker.name] = await stack.enter_async_context(Line(port, behind))
            worker.kafka = lines[worker.name].address
        tail = await stack.enter_async_context(Tail(settings))
        yield Stage(settings, kafka, fleet, tail, lines)


@asynccontextmanager
async def clustered(folder: Path, told: Settings, most: int) -> AsyncIterator[Stage]:
    """Bring up three nodes with three copies of everything; workers speak with them directly."""
    async with AsyncExitStack() as stack:
        cluster = LocalCluster(folder / "kafka", properties={"group.min.session.timeout.ms": "1000"})
        await asyncio.to_thread(cluster.start)
        stack.push_async_callback(asyncio.to_thread, cluster.stop)
        settings = replace(told, kafka=cluster.bootstrap, replication=NODES)
        await admin.apply(settings, replace(load(), platforms=()))
        fleet = Fleet(settings, folder, most)
        stack.callback(fleet.kill)
        tail = await stack.enter_async_context(Tail(settings))
        yield Stage(settings, cluster, fleet, tail, {})
