"""Every kind of fault behind one interface: it begins, it ends, it says what it touched and what health must say."""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import DeleteGroupsRequest

from monitor.settings import Settings
from monitor.stream.order import INPUTS
from tests.chaos.fleet import LOOK_S, PROBE_TIMEOUT_S, Sample, Worker
from tests.chaos.schedule import Step
from tests.chaos.stage import Stage

CAUGHT_S = 8.0
STUCK_BEYOND_S = 8.0
NOTICED_S = 3.0
"""How long after `broker_away_ms` a worker may still say that it is ready: a probe's turn and a look of the worker."""
EMPTIED_S = 10.0
COPIED_S = 90.0
AHEAD = 360_000
SLOW_S, SLOW_BYTES = 0.15, 2_000_000
CUT_BYTES = 3_000
JUMPS = ("+3h", "-3h", "+40d", "-1d", "+90s")


class Fault:
    """One fault on the stage: `begin` answers false when it could not happen, `end` undoes what it did.

    `said` lists what health must have said from `since` on and did not; called when all is over.
    """

    def __init__(self, stage: Stage, step: Step) -> None:
        self.stage = stage
        self.step = step
        self.touched = "broker"
        self.since = time.monotonic()

    async def begin(self) -> bool:
        """Do it."""
        raise NotImplementedError

    async def end(self) -> None:
        """Undo it."""

    def said(self, samples: Sequence[Sample]) -> list[str]:  # noqa: ARG002 - most faults have no claim of their own
        """List what health said wrongly while it lasted, given the samples of that time."""
        return []


class OnWorker(Fault):
    """A fault of one worker, which no other fault touches meanwhile."""

    spare = False
    beside = 0
    worker: Worker

    async def begin(self) -> bool:
        """Claim a worker, then do it."""
        worker = await self.stage.free_worker(self.step.draw, spare=self.spare, beside=self.beside)
        if worker is None:
            return False
        self.worker, self.touched = worker, worker.name
        self.since = time.monotonic()
        if await self.do():
            return True
        worker.forget()
        worker.is_touched = False
        return False

    async def end(self) -> None:
        """Undo it and let others touch the worker."""
        await self.undo()
        self.worker.is_touched = False

    async def do(self) -> bool:
        """What is done to the worker."""
        raise NotImplementedError

    async def undo(self) -> None:
        """What ends it."""

    async def caught(self, what: str) -> bool:
        """Order the worker to be caught at something, and wait until it is."""
        self.worker.order(what)
        deadline = time.monotonic() + CAUGHT_S
        while not self.worker.held.exists():
            if time.monotonic() > deadline or not self.worker.pid:
                return False
            await asyncio.sleep(0.02)
        return True

    def of_worker(self, samples: Sequence[Sample]) -> list[Sample]:
        """Answer this worker's samples."""
        return [one for one in samples if one.worker == self.worker.name]


class Kill(OnWorker):
    """Signal 9 at any moment; it stays away for a while."""

    async def do(self) -> bool:
        """Kill it."""
        self.worker.is_wanted = False
        self.worker.signal(signal.SIGKILL)
        return True

    async def undo(self) -> None:
        """Let it start again."""
        self.worker.is_wanted = True


class KillInside(Kill):
    """Signal 9 inside an open transaction: everything is sent, nothing is committed."""

    at = "inside"

    async def do(self) -> bool:
        """Catch it there and kill it."""
        return await self.caught(self.at) and await super().do()


class KillBetween(KillInside):
    """Signal 9 right after a transaction that was taken in the middle of a batch."""

    at = "between"


class AnswerLost(OnWorker):
    """A transaction is committed and its worker never hears so: it must end and let its successor find out."""

    async def do(self) -> bool:
        """Order it and wait for the worker's end."""
        pid = self.worker.pid
        self.worker.order("unsaid")
        deadline = time.monotonic() + CAUGHT_S
        while self.worker.pid == pid and time.monotonic() < deadline:  # noqa: ASYNC110 - a process has no event
            await asyncio.sleep(LOOK_S)
        return self.worker.pid != pid


class Terminate(OnWorker):
    """SIGTERM, as a container engine ends it; then it starts again."""

    async def do(self) -> bool:
        """End it in order."""
        await self.stage.fleet.stopped(self.worker)
        return True

    async def undo(self) -> None:
        """Let it start again."""
        self.worker.is_wanted = True


class Join(OnWorker):
    """One more worker."""

    spare = True

    async def do(self) -> bool:
        """Let it run."""
        self.worker.is_wanted = True
        return True


class Leave(OnWorker):
    """A worker leaves in order and stays away; never the last one."""

    beside = 1

    async def do(self) -> bool:
        """End it in order."""
        await self.stage.fleet.stopped(self.worker)
        return True


class Freeze(OnWorker):
    """SIGSTOP for longer than the session, then SIGCONT: a zombie that knows nothing of its successor."""

    frozen = 0.0

    async def do(self) -> bool:
        """Stop its time."""
        self.worker.signal(signal.SIGSTOP)
        self.frozen = time.monotonic()
        return True

    async def undo(self) -> None:
        """Let time go on, and the transaction that it is in, if any."""
        self.worker.held.unlink(missing_ok=True)
        self.worker.signal(signal.SIGCONT)

    def said(self, samples: Sequence[Sample]) -> list[str]:
        """A frozen worker answers nobody until its time goes on."""
        last = self.frozen + self.step.hold - PROBE_TIMEOUT_S
        return [
            f"{one.worker} answers while frozen"
            for one in self.of_worker(samples)
            if self.frozen < one.at < last and one.live
        ]


class FreezeInside(Freeze):
    """The same inside an open transaction, which its successor must end."""

    async def do(self) -> bool:
        """Catch it there and stop its time."""
        return await self.caught("inside") and await super().do()


class Stuck(OnWorker):
    """The event loop stands still while the process and its heartbeats go on."""

    async def do(self) -> bool:
        """Order it and wait as long as it lasts."""
        seconds = self.stage.settings.stuck_ms / 1000 + STUCK_BEYOND_S
        self.worker.order("stuck", str(seconds))
        deadline = time.monotonic() + CAUGHT_S
        while (self.worker.folder / "stuck").exists():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(LOOK_S)
        await asyncio.sleep(seconds)
        return True

    def said(self, samples: Sequence[Sample]) -> list[str]:
        """It must have been called dead, with the loop as the reason."""
        dead = [one for one in self.of_worker(samples) if one.live is False and any("loop" in why for why in one.why)]
        return [] if dead else [f"{self.worker.name} stood still and nobody said that it is not live"]


class OnLine(OnWorker):
    """A fault of the line between a worker and the broker."""

    async def undo(self) -> None:
        """Heal the line."""
        self.line.heal()

    @property
    def line(self):
        """The worker's line."""
        return self.stage.lines[self.worker.name]

    def said(self, samples: Sequence[Sample]) -> list[str]:
        """A worker without its broker lives; it is not ready once the broker counts as away."""
        mine = self.of_worker(samples)
        return [f"{one.worker} is not live on a bad line: {one.why}" for one in mine if one.live is False]


class Reset(OnLine):
    """Every connection of a worker is reset."""

    async def do(self) -> bool:
        """Reset them."""
        self.line.reset()
        return True


class OneWayOut(OnLine):
    """Nothing that a worker sends arrives; what the broker sends does."""

    async def do(self) -> bool:
        """Close the way out."""
        self.line.out.closed = True
        return True


class OneWayBack(OnLine):
    """Everything that a worker sends arrives; it never hears of it."""

    async def do(self) -> bool:
        """Close the way back."""
        self.line.back.closed = True
        return True


class SlowLine(OnLine):
    """Every answer comes late, and little at a time."""

    async def do(self) -> bool:
        """Slow it down."""
        for way in (self.line.out, self.line.back):
            way.latency_s, way.rate = SLOW_S, SLOW_BYTES
        return True


class CutLine(OnLine):
    """The connections are reset after so many bytes, in the middle of a request or an answer."""

    async def do(self) -> bool:
        """Count down."""
        self.line.cut_after = 1 + self.step.draw % CUT_BYTES
        return True


class ClockJump(OnWorker):
    """A worker whose wall clock jumps while it runs, hours or days, forward or back."""

    async def do(self) -> bool:
        """Start it anew under a clock that can be moved, and move it."""
        clock = self.worker.folder.with_suffix(".clock")
        await asyncio.to_thread(clock.write_text, "+0")
        self.worker.clock = str(clock)
        await self._again()
        await asyncio.sleep(4)
        await asyncio.to_thread(clock.write_text, JUMPS[self.step.draw % len(JUMPS)])
        return True

    async def undo(self) -> None:
        """Start it anew under the machine's clock."""
        self.worker.clock = None
        await self._again()

    async def _again(self) -> None:
        await self.stage.fleet.stopped(self.worker)
        self.worker.is_wanted = True


class Outage(Fault):
    """No broker for a while; the gateway and all workers are left to themselves."""

    def __init__(self, stage: Stage, step: Step) -> None:
        super().__init__(stage, step)
        self.back = 0.0

    async def begin(self) -> bool:
        """Take the broker away; one outage at a time."""
        await self.stage.broker.acquire()
        self.since = time.monotonic()
        await self.do()
        return True

    async def do(self) -> None:
        """Kill it."""
        await asyncio.to_thread(self.stage.broker_alone.kill)

    async def end(self) -> None:
        """Bring it back on its data."""
        try:
            self.back = time.monotonic()
            await asyncio.to_thread(self.stage.broker_alone.restart)
        finally:
            self.stage.broker.release()

    def said(self, samples: Sequence[Sample]) -> list[str]:
        """Nobody is dead for want of a broker, and nobody is ready once it counts as away."""
        away = self.since + self.stage.settings.broker_away_ms / 1000 + NOTICED_S
        return self.dead(samples) + [
            f"{one.worker} is ready without a broker" for one in samples if one.ready and away < one.at < self.back
        ]

    def dead(self, samples: Sequence[Sample]) -> list[str]:
        """List who was called dead while it lasted."""
        return [
            f"{one.worker} is not live without a broker: {one.why}"
            for one in samples
            if one.live is False and one.at < self.back
        ]


class DiskFull(Outage):
    """The broker's disk runs full under it; somebody makes room and starts it again."""

    @property
    def _ballast(self) -> Path:
        return self.stage.broker_alone.data_folder / "ballast"

    async def do(self) -> None:
        """Fill the disk until nothing fits, and give the broker time to find out."""
        await asyncio.to_thread(fill, self._ballast)
        await asyncio.sleep(3)

    async def end(self) -> None:
        """Make room; a broker that gave the disk up has to be started again."""
        await asyncio.to_thread(self._ballast.unlink)
        await super().end()

    def said(self, samples: Sequence[Sample]) -> list[str]:
        """Nobody is dead; a broker finds out when it writes, and until then whoever is ready is so rightly."""
        return self.dead(samples)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    block = bytes(1 << 20)
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(block):
                pass
        except OSError:
            return


class NodeKill(Fault):
    """Signal 9 for one of three nodes; the others go on."""

    async def begin(self) -> bool:
        """Kill it; one node at a time, for two copies must be left."""
        await self.stage.broker.acquire()
        nodes = self.stage.cluster.nodes
        self.node = nodes[self.step.draw % len(nodes)]
        self.touched = self.node.folder.name
        self.since = time.monotonic()
        await asyncio.to_thread(self.do)
        return True

    def do(self) -> None:
        """Kill it."""
        self.node.kill()

    async def end(self) -> None:
        """Bring it back, and wait until everything has three copies again."""
        try:
            await asyncio.to_thread(self.node.restart)
            await asyncio.to_thread(self.stage.cluster.await_whole)
            await in_sync(self.stage.settings)
        finally:
            self.stage.broker.release()

    def said(self, samples: Sequence[Sample]) -> list[str]:
        """Nobody is dead for want of one node."""
        return [
            f"{one.worker} is not live without one of three nodes: {one.why}" for one in samples if one.live is False
        ]


class DiskLost(NodeKill):
    """One of three nodes loses everything that it kept and comes back empty."""

    def do(self) -> None:
        """Kill it and empty its disk."""
        self.node.lose_disk()


async def in_sync(settings: Settings) -> None:
    """Wait until every partition of ours has all its copies."""
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await client.start()
    try:
        deadline = time.monotonic() + COPIED_S
        while time.monotonic() < deadline:
            topics = await client.describe_topics()
            parts = [part for topic in topics for part in topic["partitions"]]
            if all(len(part["isr"]) == settings.replication for part in parts):
                return
            await asyncio.sleep(0.3)
    finally:
        await client.close()
    raise TimeoutError(f"a node that came back is not in sync after {COPIED_S:.0f} s")


class OnGroup(Fault):
    """A fault of the group's offsets, which can only be changed while nobody is a member."""

    workers: Sequence[Worker]

    async def begin(self) -> bool:
        """Let all leave in order, change the offsets, and let all come back."""
        async with self.stage.broker:
            self.workers = await self.stage.claim()
            self.touched = self.stage.settings.group
            self.since = time.monotonic()
            try:
                await asyncio.gather(*(self.stage.fleet.stopped(worker) for worker in self.workers))
                await self._once_nobody_is_a_member()
            finally:
                for worker in self.workers:
                    worker.is_wanted = True
                self.stage.release(list(self.stage.fleet))
        return True

    async def _once_nobody_is_a_member(self) -> None:
        """Try again while the broker still holds a place for a static member, which leaves by its session's end."""
        deadline = time.monotonic() + self.stage.settings.session_timeout_ms / 1000 + EMPTIED_S
        while True:
            try:
                await self.do(self.stage.settings)
            except KafkaError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.5)
            else:
                return

    async def do(self, settings: Settings) -> None:
        """Change the offsets."""
        raise NotImplementedError


class OffsetsAhead(OnGroup):
    """The group's offsets are set far beyond what was read."""

    async def do(self, settings: Settings) -> None:
        """Commit them."""
        consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=settings.group, enable_auto_commit=False)
        await consumer.start()
        try:
            places = [
                TopicPartition(settings.prefix + topic, n) for topic in INPUTS for n in range(settings.partitions)
            ]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            await consumer.commit({place: end + AHEAD for place, end in ends.items()})
        finally:
            await consumer.stop()


class OffsetsGone(OnGroup):
    """The group with all its offsets is deleted."""

    async def do(self, settings: Settings) -> None:
        """Delete it."""
        client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
        await client.start()
        try:
            coordinator = await client.find_coordinator(settings.group)
            answer = await client._send_request(DeleteGroupsRequest([settings.group]), coordinator)
        finally:
            await client.close()
        for _, code in answer.results:
            if code:
                raise for_code(code)


FAULTS: dict[str, Callable[[Stage, Step], Fault]] = {
    "kill": Kill,
    "kill-inside": KillInside,
    "kill-between-slices": KillBetween,
    "answer-lost": AnswerLost,
    "term": Terminate,
    "freeze": Freeze,
    "freeze-inside": FreezeInside,
    "join": Join,
    "leave": Leave,
    "stuck": Stuck,
    "broker-kill": Outage,
    "broker-away": Outage,
    "reset": Reset,
    "one-way-out": OneWayOut,
    "one-way-back": OneWayBack,
    "slow-line": SlowLine,
    "cut-line": CutLine,
    "clock-jump": ClockJump,
    "disk-full": DiskFull,
    "offsets-ahead": OffsetsAhead,
    "offsets-gone": OffsetsGone,
    "node-kill": NodeKill,
    "disk-lost": DiskLost,
}
