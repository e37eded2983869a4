"""Every PromQL of the boards parses, and names only what the closed catalogue or an objective's record has."""

from collections.abc import Iterator

import promql_parser
import pytest
from board_files import NAMES, PATHS, SPAN, read

from deploy.grafana.queries import bound, everything_of, panel_queries, variable_queries
from deploy.prometheus.objectives import IS_OVER
from monitor.observe.catalogue import CATALOGUE, Kind

SUFFIXES = {Kind.counter: ("",), Kind.gauge: ("",), Kind.histogram: ("_bucket", "_count", "_sum")}
OF_PROMETHEUS = {"job", "instance", "le"}
SERIES = {row.name + suffix: {*row.labels} for row in CATALOGUE for suffix in SUFFIXES[row.kind]} | {
    "ALERTS": {"alertname", "alertstate", "severity"},
    IS_OVER: set(),
}
STORE = "fairtrade_store_"

boards = pytest.mark.parametrize("path", PATHS, ids=NAMES)


def _selectors(node) -> Iterator[promql_parser.VectorSelector]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    parts = ("expr", "lhs", "rhs", "param", "vector_selector", "args")
    for part in (getattr(node, name, None) for name in parts):
        for one in part if isinstance(part, list) else [part]:
            if one is not None and not isinstance(one, str):
                yield from _selectors(one)


def _groupings(node) -> Iterator[str]:
    modifier = getattr(node, "modifier", None)
    if modifier is not None and isinstance(node, promql_parser.AggregateExpr):
        yield from modifier.labels
    for name in ("expr", "lhs", "rhs", "args"):
        part = getattr(node, name, None)
        for one in part if isinstance(part, list) else [part]:
            if one is not None:
                yield from _groupings(one)


def _parsed(board):
    values = everything_of(board) | {"platform": "taomall"}
    return [(query, promql_parser.parse(bound(query, SPAN, values))) for query in panel_queries(board) if query.promql]


@boards
def test_every_metric_is_in_the_catalogue(path):
    """A board asks for nothing that nobody exports."""
    named = [one.name for _, tree in _parsed(read(path)) for one in _selectors(tree)]

    assert [name for name in named if name not in SERIES] == []


@boards
def test_every_label_is_of_its_metric(path):
    """A matcher or a grouping by a label that a metric has not would answer nothing, silently."""
    odd = []
    for query, tree in _parsed(read(path)):
        selectors = list(_selectors(tree))
        known = set.union(*(SERIES[one.name] for one in selectors)) | OF_PROMETHEUS
        matched = {(one.name, matcher.name) for one in selectors for matcher in one.matchers.matchers}
        odd += [pair for pair in matched if pair[1] not in SERIES[pair[0]] | OF_PROMETHEUS]
        odd += [(query.panel, label) for label in _groupings(tree) if label not in known]

    assert odd == []


@boards
def test_legends_name_labels_that_the_result_has(path):
    """A legend's `{{label}}` is one by which its query groups."""
    odd = [
        (query.panel, query.legend)
        for query, tree in _parsed(read(path))
        for label in [part.split("}}")[0] for part in query.legend.split("{{")[1:]]
        if label not in set(_groupings(tree))
    ]

    assert odd == []


@boards
def test_variables_ask_for_labels_of_prometheus(path):
    """A PromQL variable lists the values of a label by a metric of the catalogue."""
    asked = [one.text for one in variable_queries(read(path)).values() if one.promql]

    assert [text for text in asked if "fairtrade_build_info" not in text] == []


def test_catalogue_rows_without_a_panel_are_known():
    """What an engineer would look for is on the boards: all but what the rules or the officers' store answer better."""
    shown = {one.name for path in PATHS for _, tree in _parsed(read(path)) for one in _selectors(tree)}
    rows = {row.name for row in CATALOGUE if not shown & {row.name + suffix for suffix in SUFFIXES[row.kind]}}

    assert {name for name in rows if not name.startswith(STORE)} <= KNOWN


KNOWN = {
    "fairtrade_alerts_emitted_total",  # never a figure of cases: the store has them
    "fairtrade_consumer_lag_messages",  # the lag in seconds says it to a person
    "fairtrade_event_processing_seconds",  # a matter of `make bench`
    "fairtrade_events_rejected_total",  # dead letters by reason say it, as do the rules
    "fairtrade_offsets_advanced_total",  # what the share of refusals is held against, by a rule
}
