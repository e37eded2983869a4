"""The tests of health on a broker use the topics, records and readers of those of the worker."""

import sys
from pathlib import Path

for name in ("stream", "kafka"):
    sys.path.insert(0, str(Path(__file__).parent.parent / name))
