"""Queries are taken from a board's JSON and bound as Grafana binds them."""

from dataclasses import replace

import pytest
from board_files import END, PATHS, read

from deploy.grafana.queries import (
    PanelQuery,
    Span,
    UnboundQueryError,
    annotation_queries,
    bound,
    everything_of,
    panel_queries,
    panels,
    variable_queries,
)

HOUR = 3_600_000
SPAN = Span(END - HOUR, END, step=30, scrape=5)
PROMQL = PanelQuery("board", "panel", 1, "A", "fairtrade-prometheus", True, "", "", False, False)
SQL = replace(PROMQL, source="fairtrade-officer", promql=False)
ENGINEER = next(path for path in PATHS if path.stem == "engineer")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("rate(x[$__rate_interval])", "rate(x[35s])"),
        ("x[$__interval]", "x[30s]"),
        ("increase(x[$__range])", "increase(x[3600s])"),
        ('x{job=~"$job"}', 'x{job=~".+"}'),
    ],
)
def test_promql_is_bound(asked, answered):
    """Intervals become seconds, variables their values; a rate is over the step and one scrape."""
    assert answered == bound(replace(PROMQL, text=asked), SPAN, {"job": ".+"})


def test_a_rate_is_over_four_scrapes_at_least():
    """A step of a second leaves a rate over four scrapes, as Grafana has it."""
    assert bound(replace(PROMQL, text="$__rate_interval"), replace(SPAN, step=1), {}) == "20s"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("$__timeFrom()", "'2026-11-11T11:26:40.000000Z'"),
        ("$__timeTo()", "'2026-11-11T12:26:40.000000Z'"),
        ("$__timeFilter(a.t)", "a.t BETWEEN '2026-11-11T11:26:40.000000Z' AND '2026-11-11T12:26:40.000000Z'"),
        ("${platform:sqlstring}", "'o''clock'"),
    ],
)
def test_sql_is_bound(asked, answered):
    """Times become literals, and a variable one in which a quote ends nothing."""
    assert answered == bound(replace(SQL, text=asked), SPAN, {"platform": "o'clock"})


@pytest.mark.parametrize("text", ["$unknown", "${unknown:sqlstring}", "$__unknown"])
def test_what_nothing_binds_is_told(text):
    """A variable without a value or a macro of another kind names board and panel."""
    with pytest.raises(UnboundQueryError, match="board, panel 'panel'"):
        bound(replace(PROMQL, text=text), SPAN, {})


def test_every_target_of_a_board_is_a_query():
    """No target of a board is left out, each with the id of its panel and its letter."""
    board = read(ENGINEER)
    targets = [(panel["id"], target["refId"]) for panel in panels(board) for target in panel.get("targets", ())]

    assert targets == [(query.panel_id, query.reference) for query in panel_queries(board)]


def test_job_and_worker_are_all_at_first():
    """A board that is opened asks about every job and worker."""
    assert everything_of(read(ENGINEER)) == {"job": ".+", "instance": ".+"}


def test_variables_and_marks_are_queries():
    """What fills the choices and what marks campaigns and rules is run like a panel's query."""
    board = read(next(path for path in PATHS if path.stem == "platform"))

    assert (["platform"], 2) == (list(variable_queries(board)), len(annotation_queries(board)))
