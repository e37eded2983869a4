"""The committed boards as the tests read them, and the span in which the rows of the tests lie."""

import json
from pathlib import Path
from typing import Any

from deploy.grafana.build import DASHBOARDS
from deploy.grafana.queries import Span

PATHS = sorted(DASHBOARDS.glob("*/*/*.json"))
NAMES = [str(path.relative_to(DASHBOARDS)) for path in PATHS]
END = 1_794_400_000_000
DAY = 86_400_000
SPAN = Span(END - 28 * DAY, END)


def read(path: Path) -> dict[str, Any]:
    """Read one board."""
    return json.loads(path.read_text(encoding="utf-8"))


def of_audience(name: str) -> list[dict[str, Any]]:
    """Read the boards of one folder in both languages."""
    return [read(path) for path in PATHS if path.parent.name == name]
