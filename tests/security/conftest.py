"""The records that the gateway writes here are those of the stories."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "stories"))
