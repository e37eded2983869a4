"""What a query answered, as the preview draws it: rows, or series over time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_LABEL = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Table:
    """Rows under the names of their columns; times are datetime."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Series:
    """One line: its name, and points of ms and value in the order of time."""

    name: str
    points: tuple[tuple[int, float], ...]


Answer = Table | tuple[Series, ...]


def from_prometheus(data: Mapping[str, Any], legend: str = "") -> tuple[Series, ...]:
    """Answer the series of `data` of Prometheus' query and query_range; a scalar or vector has one point a series."""
    if data["resultType"] == "scalar":
        return (Series(legend, (_point(data["result"]),)),)
    return tuple(
        Series(named(legend, one["metric"]), tuple(_point(point) for point in one.get("values") or [one["value"]]))
        for one in data["result"]
    )


def from_sql(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, series: bool = False) -> Answer:
    """Answer rows as they are, or where Grafana makes them series, one a column beside the time."""
    if not series:
        return Table(tuple(columns), tuple(rows))
    time = columns.index("time")
    return tuple(
        Series(name, tuple((_milliseconds(row[time]), float(row[place] or 0)) for row in rows))
        for place, name in enumerate(columns)
        if place != time
    )


def named(legend: str, labels: Mapping[str, str]) -> str:
    """Answer the name of a series: its legend with labels, or the labels' values alone."""
    if legend:
        return _LABEL.sub(lambda found: labels.get(found[1], ""), legend)
    return " ".join(value for name, value in sorted(labels.items()) if name != "__name__")


def _point(pair: Sequence[Any]) -> tuple[int, float]:
    return int(float(pair[0]) * 1000), float(pair[1])


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
