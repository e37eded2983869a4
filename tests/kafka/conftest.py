"""The tests on a broker share the toy core of the tests without one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "stream"))
