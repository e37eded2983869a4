"""`make chaos`: seeded faults against the product, the verdict, and on failure the fewest faults that still fail."""

import argparse
import asyncio
import secrets
import signal
import sys
import time
from collections.abc import Sequence

from tests.chaos import report
from tests.chaos.fleet import has_faketime
from tests.chaos.run import Plan, Result, played
from tests.chaos.schedule import KINDS, OF_CLUSTER, OF_ONE_BROKER, Step, drawn, without, written
from tests.chaos.stage import has_own_disk

RATE = 2_000
APART_S = 6.0
SHRINK_S = 900.0
DISK_EVENTS = 1_500_000
"""Runs of more events would fill the small disk by themselves."""
STUCK_NEEDS_S = 100.0


def arguments(told: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of traffic and faults; a fresh one if not given, and printed")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long traffic flows")
    parser.add_argument("--rate", type=int, default=RATE, help="events a second")
    parser.add_argument("--workers", type=int, default=4, help="most workers at once, two begin")
    parser.add_argument("--apart", type=float, default=APART_S, help="seconds from one fault to the next on average")
    parser.add_argument("--session", type=int, default=6_000, help="session timeout of the group, ms")
    parser.add_argument("--kinds", help="kinds of faults, by commas; all that are possible here if not given")
    parser.add_argument("--cluster", action="store_true", help="three nodes with three copies instead of a lone broker")
    parser.add_argument("--only", help="numbers of the faults to play, by commas; all if not given")
    parser.add_argument("--no-shrink", action="store_true", help="do not look for fewer faults that still fail")
    parser.add_argument("--record", metavar="NAME", help="keep the result under this name in bench/results/chaos.json")
    return parser.parse_args(told)


def planned(told: argparse.Namespace) -> tuple[Plan, list[str]]:
    """Make the plan; answers it and which kinds of faults this machine or this run cannot have, with the reason."""
    seed = secrets.randbelow(10**8) if told.seed is None else told.seed
    seconds = told.minutes * 60
    lacking = _lacking(seconds, seconds * told.rate)
    apart = OF_ONE_BROKER if told.cluster else OF_CLUSTER
    kinds = set(told.kinds.split(",") if told.kinds else KINDS) - lacking.keys() - apart
    steps = drawn(seed, seconds, kinds, told.session / 1000, told.apart)
    if told.only is not None:
        numbers = {int(number) for number in told.only.split(",") if number}
        steps = [step for step in steps if step.number in numbers]
    plan = Plan(
        seed,
        seconds,
        told.rate,
        steps,
        workers=min(2, told.workers),
        most=told.workers,
        session_ms=told.session,
        own_disk="disk-full" in kinds,
        cluster=told.cluster,
    )
    return plan, [f"no {kind}: {why}" for kind, why in lacking.items()]


def _lacking(seconds: float, events: float) -> dict[str, str]:
    lacking = {}
    if not has_faketime():
        lacking["clock-jump"] = "the program faketime is missing: on Debian, apt-get install faketime"
    if not has_own_disk():
        lacking["disk-full"] = "only root can mount a small disk"
    elif events > DISK_EVENTS:
        lacking["disk-full"] = f"a run of more than {DISK_EVENTS} events fills the small disk by itself"
    if seconds < STUCK_NEEDS_S:
        lacking["stuck"] = f"it lasts longer than {STUCK_NEEDS_S:.0f} s allow"
    return lacking


def run(plan: Plan, *, quiet: bool = False) -> Result:
    """Play a plan."""
    say = (lambda _: None) if quiet else report.console().print
    return asyncio.run(played(plan, say))


def shrunk(plan: Plan, *, until: float) -> list[Step]:
    """Leave out one fault after the other while the run still fails, as long as there is time."""
    steps = list(plan.steps)
    for step in plan.steps:
        if time.monotonic() > until:
            break
        fewer = without(steps, step.number)
        if not run(plan._replace(steps=fewer), quiet=True).holds:
            steps = fewer
    return steps


def main(told: Sequence[str]) -> int:
    """Play, tell, and answer 1 if anything is wrong."""
    # Whoever ends us finds no process and no disk of ours left.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments(told)
    plan, lacking = planned(options)
    console = report.console()
    console.print(f"seed {plan.seed}: {len(plan.steps)} faults in {plan.seconds:.0f} s at {plan.rate} events/s")
    for line in lacking:
        console.print(line)
    result = run(plan)
    console.print(report.shown(plan, result))
    if options.record:
        report.record(options.record, report.entry(plan, result))
    if result.holds:
        console.print("nothing lost, nothing twice")
        return 0
    if not options.no_shrink:
        fewest = shrunk(plan, until=time.monotonic() + SHRINK_S)
        for step in fewest:
            console.print(f"  {step.number} at {step.at} s: {step.kind} for {step.hold} s")
        console.print(f"again: python -m tests.chaos {' '.join(told)} --seed {plan.seed} --only {written(fewest)}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
