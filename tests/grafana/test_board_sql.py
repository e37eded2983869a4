"""Every SQL of the boards runs on a real PostgreSQL as the role of its data source, and answers what it should."""

from dataclasses import replace

import psycopg
import pytest
from board_files import DAY, NAMES, PATHS, SPAN, of_audience, read

from deploy.grafana.queries import annotation_queries, bound, panel_queries, variable_queries

boards = pytest.mark.parametrize("path", PATHS, ids=NAMES)


def ask(readers, query, values):
    """Answer the names of the columns and the rows of a query."""
    cursor = readers[query.source].execute(bound(query, SPAN, values))
    return [column.name for column in cursor.description], cursor.fetchall()


@pytest.fixture(scope="session")
def chosen(readers) -> dict[str, str]:
    """What a reader has chosen: the platform with the most alerts, and one of its cases with levers."""
    found = readers["fairtrade-officer"].execute(
        "SELECT alert_id FROM alerts WHERE platform = 'taomall' AND level = 'lead' AND typology = 'exclusivity' LIMIT 1"
    )
    (alert,) = found.fetchone()
    cited = """SELECT topic || '/' || partition || '/' || "offset" FROM evidence WHERE alert_id = %s LIMIT 1"""
    (record,) = readers["fairtrade-officer"].execute(cited, (alert,)).fetchone()
    return {"platform": "taomall", "alert": alert, "record": record}


@boards
def test_every_panel_answers(readers, chosen, path):
    """A panel that is not marked as possibly empty has rows in a province with offences."""
    asked = [query for query in panel_queries(read(path)) if not query.promql]
    rows = {query.panel: ask(readers, query, chosen)[1] for query in asked}

    assert [panel for panel, of in rows.items() if not of and panel not in _may_be_empty(asked)] == []


def _may_be_empty(asked):
    return {query.panel for query in asked if query.may_be_empty}


@boards
def test_columns_that_are_shown_are_answered(readers, chosen, path):
    """A column's title and colours are for a column that its query has."""
    board = read(path)
    queries = {query.panel_id: query for query in panel_queries(board) if not query.promql}
    styled = [
        (panel["id"], override["matcher"]["options"])
        for panel in board["panels"]
        if panel["id"] in queries
        for override in panel.get("fieldConfig", {}).get("overrides", [])
    ]
    named = {number: set(ask(readers, query, chosen)[0]) for number, query in queries.items()}

    assert [pair for pair in styled if pair[1] not in named[pair[0]]] == []


@boards
def test_columns_that_are_answered_have_titles(readers, chosen, path):
    """No column of a table is shown by the name that SQL gives it."""
    board = read(path)
    tables = {panel["id"]: panel for panel in board["panels"] if panel["type"] == "table"}
    styled = {n: {o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"]} for n, panel in tables.items()}
    odd = [
        (query.panel, name)
        for query in panel_queries(board)
        if query.panel_id in tables
        for name in ask(readers, query, chosen)[0]
        if name not in styled[query.panel_id]
    ]

    assert odd == []


@boards
def test_variables_have_choices(readers, chosen, path):
    """A variable of the store lists what a reader may choose, the chosen one included."""
    choices = {
        name: {dict(zip(columns, row, strict=True))["__value"] for row in rows}
        for name, query in variable_queries(read(path)).items()
        if not query.promql
        for columns, rows in [ask(readers, query, chosen)]
    }

    assert [name for name, values in choices.items() if chosen[name] not in values] == []


@boards
def test_marks_run(readers, path):
    """Campaign days and rule changes are answered with a time and a text."""
    answers = [ask(readers, query, {})[0] for query in annotation_queries(read(path))]

    assert [names for names in answers if not {"time", "text"} <= set(names)] == []


def test_rule_changes_are_marked(readers):
    """A change of rules within the span is a mark with the version and the reason."""
    query = annotation_queries(of_audience("officers")[0])[1]

    assert [row[1] for row in ask(readers, query, {})[1]] == ["autumn 1.1: narrower tolerance"]


def test_officers_boards_fail_for_an_analyst(readers, chosen):
    """An officer's list of cases names merchants, which the analysts' role has not."""
    query = next(q for q in panel_queries(of_audience("officers")[0]) if "AS towards" in q.text)

    with pytest.raises(psycopg.errors.UndefinedColumn):
        readers["fairtrade-analyst"].execute(bound(query, SPAN, chosen))


def test_analysts_see_no_merchant(readers, chosen):
    """Nothing that the analysts' boards answer holds a subject, a shop or goods of any alert."""
    secrets = set()
    for row in readers["fairtrade-officer"].execute("SELECT subject, shops, sku FROM alerts"):
        secrets |= {row[0], *row[1], row[2]} - {None, ""}
    shown = _shown_to_analysts(readers, chosen)

    assert (bool(secrets), [secret for secret in secrets if secret in shown]) == (True, [])


def test_analysts_see_no_restricted_fact(readers, chosen):
    """A case that officers see with its cost is shown to analysts without it."""
    case = readers["fairtrade-officer"].execute("SELECT alert_id FROM facts WHERE name = 'low_fen' LIMIT 1")
    values = chosen | {"alert": case.fetchone()[0]}
    facts = {
        audience: {
            row[0]
            for query in panel_queries(_case(audience))
            if " AS shown" in query.text
            for row in ask(readers, query, values)[1]
        }
        for audience in ("officers", "analysts")
    }

    assert ("low_fen" in facts["officers"], "low_fen" in facts["analysts"]) == (True, False)


def _case(audience):
    return next(board for board in of_audience(audience) if "case" in board["uid"])


def _shown_to_analysts(readers, chosen):
    queries = [query for board in of_audience("analysts") for query in panel_queries(board) if not query.promql]
    return "\n".join(str(row) for query in queries for row in ask(readers, query, chosen)[1])


def test_the_norm_is_over_the_days_that_there_are(readers):
    """Three days after the first alert the norm is a half of what came before today; on the first day there is none."""
    norm = next(
        query
        for path in PATHS
        for query in panel_queries(read(path))
        if path.stem == "overview" and " AS norm" in query.text and query.source == "fairtrade-officer"
    )
    officer = readers["fairtrade-officer"]
    (first,) = officer.execute("SELECT extract(epoch FROM min(opened_at))::bigint * 1000 FROM alerts").fetchone()

    def norms(days):
        found = officer.execute(bound(norm, replace(SPAN, end=first + int(days * DAY)), {})).fetchall()
        return [row[3] for row in found]

    before = "SELECT count(*) FROM alerts WHERE mode = 'live' AND opened_at <= to_timestamp(%s)"
    (earlier,) = officer.execute(before, ((first + 2 * DAY) / 1000,)).fetchone()

    assert {None} == set(norms(0.5))
    assert pytest.approx(earlier / 2, abs=0.2) == sum(norms(3))
    assert earlier
