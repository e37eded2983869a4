"""The tests on a broker share the ground of the other tests on a broker."""

import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS / "kafka"), str(TESTS / "stream")]
