"""How fast the simulator makes events: records per CPU second into files, on one core, and into memory for traffic.

Run as `python bench/simulate.py`; prints one line of JSON a measure.
"""

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from monitor.feed.files import PartitionFiles
from monitor.feed.province import SCALES, Province
from monitor.feed.simulate import simulate_to_files
from monitor.feed.stamp import Gateway
from monitor.feed.traffic import Mix, Traffic

PARTITIONS = 4
FLOOR = 60_000
"""records a CPU second that the simulator must make"""


def measured(what: str, run: Callable[[], int]) -> float:
    """Run once, print what it was and how fast, and answer records per CPU second."""
    began = time.process_time()
    records = run()
    rate = records / (time.process_time() - began)
    print(json.dumps({"measure": what, "records": records, "records_per_cpu_second": round(rate)}))
    return rate


def province() -> int:
    """Write a demo's province into files."""
    with tempfile.TemporaryDirectory() as folder:
        return simulate_to_files(Path(folder), scale="demo", partitions=PARTITIONS).records


def honest_lines() -> int:
    """Write ten times as many honest lines into files: what a line alone costs."""
    scale = replace(SCALES["demo"], lines_a_day=10 * SCALES["demo"].lines_a_day)
    gateway = Gateway(PARTITIONS)
    with tempfile.TemporaryDirectory() as folder, PartitionFiles(Path(folder), PARTITIONS) as files:
        for deliveries in Province(1, scale).deliveries():
            files.write(gateway.stamp(deliveries))
        return files.written


def traffic() -> int:
    """Make and stamp the traffic of the benches without writing it."""
    gateway = Gateway(PARTITIONS)
    return sum(len(gateway.stamp(deliveries)) for deliveries in Traffic(Mix(events=500_000)).deliveries())


def main() -> int:
    """Measure everything; 1 where the province misses its floor."""
    rate = min(measured("province to files", province), measured("honest lines to files", honest_lines))
    measured("traffic in memory", traffic)
    return int(rate < FLOOR)


if __name__ == "__main__":
    raise SystemExit(main())
