"""docs/metrics.md, written from the catalogue; `python -m monitor.observe.reference > docs/metrics.md`."""

import sys
from collections.abc import Iterator

from monitor.observe.catalogue import CATALOGUE, LABELS, Area, Kind, Row
from monitor.observe.store_catalogue import STORE

HEAD = """\
# Metrics

Written by `python -m monitor.observe.reference > docs/metrics.md`; a test compares. A worker serves them at
`http://127.0.0.1:PORT/metrics` with `FAIRTRADE_METRICS_PORT=PORT`, as OpenMetrics with exemplars to whoever accepts it.
Dashboards and rules use these names and no others.

- Ages are timestamps: subtract them in the query, `time() - x`, so that a dead exporter cannot freeze an age.
- Never quote case counts from here: `increase()` extrapolates and restarts lose counts. Read the alerts topic.
- Counters count what this process did since its start; a partition taken over begins at what it has.
"""


def reference() -> str:
    """Answer the whole page."""
    return "\n".join([HEAD, *_areas(), *_labels(), ""])


def _areas() -> Iterator[str]:
    for area in Area:
        yield f"## {area.value}\n"
        yield "| metric | kind | labels | unit | what it says | what to do when it moves |"
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from (_line(row) for row in (*CATALOGUE, *STORE) if row.area is area)
        yield ""


def _line(row: Row) -> str:
    kind = row.kind.value
    if row.kind is Kind.histogram:
        kind = f"histogram to {row.buckets[-1]:,.15g}"
    return f"| `{row.name}` | {kind} | {', '.join(row.labels)} | {row.unit} | {row.says} | {row.reaction} |"


def _labels() -> Iterator[str]:
    yield "## Labels\n"
    yield "| label | values |"
    yield "| --- | --- |"
    yield from (f"| {label} | {values} |" for label, values in LABELS.items())


if __name__ == "__main__":
    sys.stdout.write(reference())
