"""The tests on a broker share what the tests of the worker stand on."""

import sys
from pathlib import Path

for folder in ("stream", "kafka"):
    sys.path.insert(0, str(Path(__file__).parent.parent / folder))
