"""One run: traffic, faults, rest, and the verdict over what is on the topics then."""

import asyncio
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple

from monitor.settings import Settings
from monitor.stream import exits
from tests.chaos.faults import FAULTS, NOTICED_S, Fault, Stuck
from tests.chaos.feed import LEVER_EVERY, Feed, mix_of
from tests.chaos.fleet import EXPECTED, Exit, Sample
from tests.chaos.oracle import truth
from tests.chaos.pauses import Lasted, Pause, pauses
from tests.chaos.refusals import refused
from tests.chaos.schedule import OF_CLUSTER, OF_ONE_BROKER, OUTAGES, Step
from tests.chaos.stage import Stage, clustered, staged
from tests.chaos.verdict import Verdict, audited, found, verdict

REST_S = 60.0
READY_S = 60.0
AFTERWARDS_S = 30.0
"""How long after an outage workers may end because what they asked for was not answered in time."""

SLICE = 50
"""Records of a slice, few, so that transactions are taken in the middle of a batch."""

Say = Callable[[str], None]


class Plan(NamedTuple):
    """What is played: `workers` begin, at most `most` run at once, on a lone broker or on a cluster of three.

    With `refusals` an input is recreated at the very end, which a worker must refuse.
    """

    seed: int
    seconds: float
    rate: int
    steps: Sequence[Step]
    workers: int = 2
    most: int = 4
    partitions: int = 8
    session_ms: int = 6_000
    own_disk: bool = False
    refusals: bool = True
    cluster: bool = False


class Result(NamedTuple):
    """What came of a run; `happened` and `void` count faults by kind, `wrong` is everything that does not hold."""

    verdict: Verdict
    happened: Counter[str]
    void: Counter[str]
    events: int
    revisions: int
    expected: int
    dead: int
    resent: int
    keys: int
    exits: Counter[int]
    samples: int
    pauses: list[Pause]
    wrong: list[str]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


class Player:
    """Plays the faults of a plan at their times, each beside the others."""

    def __init__(self, stage: Stage, plan: Plan, say: Say) -> None:
        self._stage = stage
        self._plan = plan
        self._say = say
        self._began = time.monotonic()
        self.lasted: list[Lasted] = []
        self._faults: list[tuple[Fault, float]] = []
        self.void: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def play(self) -> None:
        """Play all, and hold against each what health said meanwhile."""
        await asyncio.gather(*(self._step(step) for step in self._plan.steps))
        for fault, ended in self._faults:
            seen = [one for one in self._stage.fleet.samples if fault.since <= one.at <= ended]
            told = seen if isinstance(fault, Stuck) else [one for one in seen if not self._is_stuck(one)]
            self.wrong += [f"health: {one}" for one in sorted(set(fault.said(told)))]

    def _is_stuck(self, sample: Sample) -> bool:
        """Answer whether a worker stood still by another fault when it was asked."""
        return any(
            isinstance(fault, Stuck)
            and fault.touched == sample.worker
            and fault.since <= sample.at <= ended + NOTICED_S
            for fault, ended in self._faults
        )

    async def _step(self, step: Step) -> None:
        await asyncio.sleep(self._began + step.at - time.monotonic())
        fault = FAULTS[step.kind](self._stage, step)
        if not await fault.begin():
            self.void[step.kind] += 1
            return
        try:
            await asyncio.sleep(step.hold)
        finally:
            await fault.end()
        ended = time.monotonic()
        self._say(
            f"{step.number:3} {ended - self._began:6.1f} s  "
            f"{step.kind} of {fault.touched} for {ended - fault.since:.1f} s"
        )
        self.lasted.append(Lasted(step.kind, fault.since, ended))
        self._faults.append((fault, ended))


async def played(plan: Plan, say: Say) -> Result:
    """Play a plan on a stage of its own and answer what came of it."""
    told = Settings(
        kafka="127.0.0.1:1",
        prefix="x.",
        group="chaos",
        partitions=plan.partitions,
        session_timeout_ms=plan.session_ms,
        heartbeat_ms=min(1_000, plan.session_ms // 3),
        slice_records=SLICE,
    )
    began = time.monotonic()
    # What clients cry about brokers that are away is what is wanted here.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="fairtrade-chaos-") as folder:
        async with _stage(plan, Path(folder), told) as stage:
            result = await _on(stage, plan, say)
            left = stage.fleet.left()
    wrong = [*result.wrong, *(f"process {pid} is left" for pid in left)]
    return result._replace(wrong=wrong, seconds=time.monotonic() - began)


def _stage(plan: Plan, folder: Path, told: Settings) -> AbstractAsyncContextManager[Stage]:
    if plan.cluster:
        return clustered(folder, told, plan.most)
    return staged(folder, told, plan.most, own_disk=plan.own_disk)


async def _on(stage: Stage, plan: Plan, say: Say) -> Result:
    events = round(plan.seconds * plan.rate)
    feed = Feed(stage.settings, mix_of(plan.seed, events, events // LEVER_EVERY), plan.rate)
    await feed.register()
    stage.fleet.begin(plan.workers)
    wrong = await _ready(stage)
    player = Player(stage, plan, say)
    feeding = asyncio.create_task(feed.run())
    await player.play()
    await feeding
    say(f"{feed.written} records are written, {feed.resent} of them again; waiting for rest")
    wrong += player.wrong + await _rest(stage)
    await stage.fleet.end()
    seen, should = await found(stage.settings), await truth(stage.settings)
    said = verdict(seen, should)
    wrong += said.lines() + unexpected(stage.fleet.exits, player.lasted) + dishonest(stage.fleet.samples)
    if await audited(stage.settings):
        wrong.append("fairtrade audit does not exit 0")
    wrong += await refused(stage) if plan.refusals else []
    return Result(
        verdict=said,
        happened=Counter(one.kind for one in player.lasted),
        void=player.void,
        events=should.events,
        revisions=len(seen.revisions),
        expected=len(should.alerts),
        dead=len(seen.dead),
        resent=feed.resent,
        keys=len(seen.state),
        exits=Counter(one.code for one in stage.fleet.exits),
        samples=len(stage.fleet.samples),
        pauses=pauses(stage.tail.moments, player.lasted),
        wrong=wrong,
        seconds=0,
    )


async def _rest(stage: Stage) -> list[str]:
    """Wait until everything is applied and every worker is ready; say what does not come."""
    wrong = [] if await stage.tail.at_rest(REST_S) else ["the workers do not come to the end of the inputs"]
    return wrong + await _ready(stage)


async def _ready(stage: Stage) -> list[str]:
    """Wait until every worker that should run says that it is ready; say which does not."""
    deadline = time.monotonic() + READY_S
    waiting = stage.fleet.wanted
    while waiting and time.monotonic() < deadline:
        waiting = [one for one in waiting if not (await asyncio.to_thread(one.probe)).ready]
        await asyncio.sleep(0.2)
    return [f"health: {one.name} does not get ready: {one.probe().why}" for one in waiting]


def unexpected(ended: Sequence[Exit], lasted: Sequence[Lasted]) -> list[str]:
    """List the workers that ended in a way that no fault explains."""
    outages = [
        (one.began, one.ended + AFTERWARDS_S) for one in lasted if one.kind in OUTAGES | OF_ONE_BROKER | OF_CLUSTER
    ]
    return [
        f"{one.worker} ended with exit code {one.code}: {one.reason}"
        for one in ended
        if one.code not in EXPECTED
        and not (one.code in {1, exits.RESTORE_FAILED} and any(begin <= one.at <= end for begin, end in outages))
    ]


def dishonest(samples: Sequence[Sample]) -> list[str]:
    """List the workers that called themselves ready and were no member, or held what was not restored."""
    return sorted(
        {
            f"health: {one.worker} was ready with {one.signs['partitions']} held and {one.signs['restored']} restored"
            for one in samples
            if one.ready and (not one.signs["member"] or set(one.signs["partitions"]) - set(one.signs["restored"]))
        }
    )
