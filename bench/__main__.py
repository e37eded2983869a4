"""`python -m bench`: run the ladder on a broker of its own, show it, store it; exit 1 when a measure is missed."""

import argparse
import sys

from rich.console import Console

from bench import cores, results
from bench.ladder import QUICK, WHOLE, Ladder
from monitor.local.kafka import LocalKafka


def main() -> int:
    """Answer the exit code: 0 if every measure holds, 1 if one is missed or a run is void."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, for work on the bench; void")
    quick = parser.parse_args().quick
    console, allowed = Console(), cores.allowed()
    cores.pin(cores.driver_cores(allowed))
    with LocalKafka() as kafka:
        cores.pin(allowed)
        ladder = Ladder(console, kafka.bootstrap, QUICK if quick else WHOLE)
        ladder.climb()
    file = results.write(cores.machine(allowed), ladder.runs, ladder.measures, quick=quick)
    results.show(console, ladder.runs, ladder.measures)
    console.print(f"stored in {file}")
    return 0 if all(measure.holds for measure in ladder.measures) else 1


if __name__ == "__main__":
    sys.exit(main())
