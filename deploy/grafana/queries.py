"""The queries of a board's JSON, ready to be run against a live Prometheus and PostgreSQL.

`make observe`, the tests and the preview read the committed JSON through this module, so that what they run is what
Grafana would; it needs no SDK. Grafana's macros and variables are replaced as Grafana 10 to 13 replace them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MAY_BE_EMPTY = "[may-be-empty]"
EVERYTHING = ".+"
"""What a variable with a choice of all stands for in PromQL when all are chosen."""

_SCRAPES_OF_A_RATE = 4
_SQL_MACRO = re.compile(r"\$__(timeFilter|timeFrom|timeTo)\(([^()]*)\)")
_PROMQL_MACRO = re.compile(r"\$__(rate_interval|interval|range)\b")
_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$([a-z]\w*)")


@dataclass(frozen=True)
class PanelQuery:
    """One target of a panel, a variable or an annotation of a board.

    `source` is the uid of its data source; `text` is PromQL where `promql` holds, else SQL; `legend` names a series.
    """

    board: str
    panel: str
    panel_id: int
    reference: str
    source: str
    promql: bool
    text: str
    legend: str
    instant: bool
    may_be_empty: bool


@dataclass(frozen=True)
class Span:
    """The time that a board looks at: ms of UTC, both ends included; step and scrape interval in seconds."""

    begin: int
    end: int
    step: int = 15
    scrape: int = 15


class UnboundQueryError(Exception):
    """A query names a variable that has no value, or a macro that is not known."""


def panel_queries(board: Mapping[str, Any]) -> list[PanelQuery]:
    """Answer the targets of all panels of a board's JSON, in the order of reading."""
    return [
        _query(board, panel["title"], panel["id"], target, may_be_empty=MAY_BE_EMPTY in panel.get("description", ""))
        for panel in panels(board)
        for target in panel.get("targets", [])
    ]


def annotation_queries(board: Mapping[str, Any]) -> list[PanelQuery]:
    """Answer the queries of the marks; there may be no campaign and no change of rules in a span."""
    return [_query(board, one["name"], 0, one["target"], may_be_empty=True) for one in board["annotations"]["list"]]


def variable_queries(board: Mapping[str, Any]) -> dict[str, PanelQuery]:
    """Answer the query of each variable by its name; PromQL ones are Grafana's `label_values(selector, label)`."""
    return {
        one["name"]: PanelQuery(
            board=board["uid"],
            panel=one["label"],
            panel_id=0,
            reference=one["name"],
            source=one["datasource"]["uid"],
            promql=one["datasource"]["type"] == "prometheus",
            text=one["query"],
            legend="",
            instant=True,
            may_be_empty=False,
        )
        for one in board["templating"].get("list", [])
    }


def everything_of(board: Mapping[str, Any]) -> dict[str, str]:
    """Answer the values of those variables for which all is chosen when a board is opened."""
    return {one["name"]: EVERYTHING for one in board["templating"].get("list", []) if one.get("includeAll")}


def panels(board: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Answer the panels of a board without the titles of its rows."""
    return (panel for panel in board["panels"] if panel["type"] != "row")


def bound(query: PanelQuery, span: Span, values: Mapping[str, str]) -> str:
    """Answer the text of a query with macros and variables replaced; `values` are those of the board's variables.

    Raises UnboundQueryError where something stays that Grafana alone would understand.
    """
    text = (_bind_promql if query.promql else _bind_sql)(query.text, span)
    text = _VARIABLE.sub(_valued(query, values), text)
    if "$" in text:
        raise UnboundQueryError(f"{query.board}, panel {query.panel!r}: nothing replaces the '$' in: {text}")
    return text


def _query(
    board: Mapping[str, Any], panel: str, panel_id: int, target: Mapping[str, Any], *, may_be_empty: bool
) -> PanelQuery:
    promql = target["datasource"]["type"] == "prometheus"
    return PanelQuery(
        board=board["uid"],
        panel=panel,
        panel_id=panel_id,
        reference=target["refId"],
        source=target["datasource"]["uid"],
        promql=promql,
        text=target["expr" if promql else "rawSql"],
        legend=target.get("legendFormat", ""),
        instant=bool(target.get("instant", not promql)),
        may_be_empty=may_be_empty,
    )


def _bind_promql(text: str, span: Span) -> str:
    """`$__rate_interval` is the step and one scrape, at least four scrapes: Grafana's own rule."""
    lasting = {
        "rate_interval": max(span.step + span.scrape, _SCRAPES_OF_A_RATE * span.scrape),
        "interval": span.step,
        "range": max((span.end - span.begin) // 1000, 1),
    }
    return _PROMQL_MACRO.sub(lambda macro: f"{lasting[macro[1]]}s", text)


def _bind_sql(text: str, span: Span) -> str:
    begin, end = _literal(_moment(span.begin)), _literal(_moment(span.end))
    made = {"timeFrom": begin, "timeTo": end, "timeFilter": f" BETWEEN {begin} AND {end}"}
    return _SQL_MACRO.sub(lambda macro: macro[2] + made[macro[1]], text)


def _valued(query: PanelQuery, values: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def value_of(found: re.Match[str]) -> str:
        name, format_ = found[1] or found[3], found[2]
        if name not in values:
            raise UnboundQueryError(f"{query.board}, panel {query.panel!r}: no value for the variable '{name}'")
        return _literal(values[name]) if format_ == "sqlstring" else values[name]

    return value_of


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
