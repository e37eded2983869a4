"""How large an installation must be: `make size RATE=20000 KEYS=5000000`.

The figures are those of bench/results/latest.json, so they move with the program. They are of one machine: run
`make bench` on yours, and size with that.
"""

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parents[2] / "bench" / "results" / "latest.json"
# A worker is given half of what a core judges: it must catch up twice as fast as records come.
CATCH_UP = 2
# Partitions never change, workers do: room to grow to four times as many, and never fewer than the default.
GROWTH = 4
FEWEST_PARTITIONS = 8
# Memory that a worker may not fill: bursts, and what the allocator holds.
SPARE_PERCENT = 25
# The state log before compaction has run: old values lie beside the new ones.
UNCOMPACTED = 2
DAY_S = 86_400


@dataclass(frozen=True)
class Measured:
    """What one core does with the mix of a province, by the bench."""

    events_per_cpu_second: int
    bytes_per_event: float
    process_bytes: int
    bytes_per_key: float
    logged_bytes_per_key: float
    logged_bytes_per_event: float


@dataclass(frozen=True)
class Size:
    """What to install; a worker has one core. Bytes are of one worker's memory, and of all brokers' disks together."""

    workers: int
    partitions: int
    worker_bytes: int
    input_bytes_a_day: int
    state_bytes: int
    state_bytes_a_second: int


def measured(results: Mapping[str, Any]) -> Measured:
    """Read the figures of the mix out of the bench's results; raises LookupError where it was not run."""
    for run in results["runs"]:
        if (run["system"], run["variant"]) == ("fairtrade", "mix"):
            told = run["details"]
            return Measured(
                events_per_cpu_second=run["events_per_cpu_second"],
                bytes_per_event=run["bytes_per_event"],
                process_bytes=run["rss_bytes"] - told["rss_grown_bytes"],
                bytes_per_key=told["rss_bytes_per_key"],
                logged_bytes_per_key=told["state_bytes_per_key"],
                logged_bytes_per_event=told["state_bytes_per_event"],
            )
    raise LookupError("the results hold no run of fairtrade, mix; run make bench")


def size(by: Measured, rate: int, keys: int, replication: int) -> Size:
    """Answer what judges `rate` records a second and holds `keys` values of state, with one worker away."""
    workers = math.ceil(rate * CATCH_UP / by.events_per_cpu_second) + 1
    held = by.process_bytes + keys / (workers - 1) * by.bytes_per_key
    return Size(
        workers=workers,
        partitions=max(FEWEST_PARTITIONS, power_of_two(workers * GROWTH)),
        worker_bytes=math.ceil(held * (100 + SPARE_PERCENT) / 100),
        input_bytes_a_day=math.ceil(rate * DAY_S * by.bytes_per_event) * replication,
        state_bytes=math.ceil(keys * by.logged_bytes_per_key * UNCOMPACTED) * replication,
        state_bytes_a_second=math.ceil(rate * by.logged_bytes_per_event) * replication,
    )


def power_of_two(least: int) -> int:
    """Answer the first power of two that is not below `least`."""
    return 1 << (least - 1).bit_length()


def told(one: Size) -> str:
    """Say a size to people."""
    return "\n".join(
        (
            f"workers             {one.workers}, of one core each; one of them may be away",
            f"partitions          {one.partitions}, fixed for the life of a prefix",
            f"memory of a worker  {gibibytes(one.worker_bytes)}",
            f"inputs              {gibibytes(one.input_bytes_a_day)} a day on all brokers, before compression",
            f"state               {gibibytes(one.state_bytes)} on all brokers",
            f"state traffic       {one.state_bytes_a_second / 2**20:.1f} MiB a second into all brokers",
        )
    )


def gibibytes(count: int) -> str:
    """Write bytes as people read them."""
    return f"{count / 2**30:.1f} GiB"


def main() -> None:
    """Read the options and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, required=True, help="records a second, at the busiest hour")
    parser.add_argument("--keys", type=int, required=True, help="values of state, as fairtrade_state_keys counts them")
    parser.add_argument("--replication", type=int, default=3, help="copies of every topic")
    parser.add_argument("--results", type=Path, default=MEASURED, help="what the bench wrote")
    given = parser.parse_args()
    by = measured(json.loads(given.results.read_text(encoding="utf-8")))
    print(told(size(by, given.rate, given.keys, given.replication)))  # noqa: T201 - it is asked to print


if __name__ == "__main__":
    main()
