"""The tests of rebalances stand on the ground of the tests on a broker, and on their toy core."""

import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS / "stream"), str(TESTS / "kafka")]
