"""The command `fairtrade` as its user runs it, in a process of its own."""

import os
import subprocess
import sys

DONE, NO, USAGE, BROKEN = 0, 1, 2, 3
PATIENCE_S = 60


def fairtrade(*arguments, **environment):
    """Run a command in a process of its own."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("FAIRTRADE_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, arguments)],
        env=told | {"COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def options(settings):
    """Answer what tells a command where the topics are."""
    return ["--kafka", settings.kafka, "--prefix", settings.prefix, "--partitions", settings.partitions]
