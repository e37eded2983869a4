"""What a board is made of, before any language and any Grafana: the definition that both are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from deploy.grafana.boards.language import Text

MAY_BE_EMPTY = "may-be-empty"
"""The word of a panel's description by which `make observe` and the tests let it be empty on a healthy system."""


class Audience(StrEnum):
    """Who looks: it decides the folder, the role in the alert store and what is left out."""

    officers = "officers"
    analysts = "analysts"
    engineers = "engineers"


class Source(StrEnum):
    """A provisioned data source by its fixed uid."""

    prometheus = "fairtrade-prometheus"
    officer = "fairtrade-officer"
    analyst = "fairtrade-analyst"

    @property
    def plugin(self) -> str:
        """Answer the type that Grafana knows the source's plugin by."""
        return "prometheus" if self is Source.prometheus else "grafana-postgresql-datasource"


class Shape(StrEnum):
    """How a panel draws its result."""

    text = "text"
    stat = "stat"
    table = "table"
    lines = "timeseries"
    bars = "bargauge"
    history = "status-history"


@dataclass(frozen=True)
class Query:
    """One target: PromQL with its legend, or SQL in which `@lang` stands for the language's code."""

    source: Source
    text: str
    legend: Text | None = None
    instant: bool = False
    series: bool = False
    exemplars: bool = False


@dataclass(frozen=True)
class Value:
    """How one value of a column is written, and in which colour."""

    text: Text
    colour: str | None = None


@dataclass(frozen=True)
class Column:
    """How one column of a result is shown; `link` opens a board with `${__data.fields.…}` of the same row."""

    name: str
    title: Text
    unit: str | None = None
    width: int | None = None
    values: Mapping[str, Value] | None = None
    link: "Link | None" = None
    wrap: bool = False
    hidden: bool = False
    steps: tuple[tuple[float | None, str], ...] = ()


@dataclass(frozen=True)
class Link:
    """A data link: to a board of the same audience and language, or of another audience when one is named."""

    title: Text
    board: str
    parameters: str
    audience: Audience | None = None


@dataclass(frozen=True)
class Panel:
    """One panel; `says` tells what it answers and what to do about it."""

    title: Text
    says: Text
    shape: Shape
    width: int
    height: int
    queries: tuple[Query, ...] = ()
    unit: str = "none"
    steps: tuple[tuple[float | None, str], ...] = ()
    columns: tuple[Column, ...] = ()
    values: Mapping[str, Value] | None = None
    body: Text | None = None
    stacked: bool = False
    strings: bool = False
    may_be_empty: bool = False
    empty: Text | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Row:
    """A titled stripe of panels, laid out from left to right in a grid of 24."""

    title: Text
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Variable:
    """What a reader chooses; `everything` adds a choice of all."""

    name: str
    title: Text
    source: Source
    query: str
    everything: bool = False


@dataclass(frozen=True)
class Annotation:
    """Marks over every panel with a time axis, from a query that gives time, timeend and text."""

    title: Text
    query: Query
    colour: str


@dataclass(frozen=True)
class Board:
    """One board for one audience."""

    name: str
    audience: Audience
    title: Text
    says: Text
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    since: str = "now-28d"
    refresh: str = "1m"

    @property
    def tags(self) -> list[str]:
        """Answer the tags by which the boards of one audience link to each other."""
        return ["fairtrade", self.audience.value]
