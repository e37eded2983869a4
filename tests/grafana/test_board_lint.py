"""The rules of Grafana's dashboard-linter, which has no package to install, as far as they fit provisioned boards.

Differences: a data source has a fixed uid instead of a variable, because two roles must never be swapped; a range of
`$__range` is allowed in `increase`, for figures over the chosen time; on officers' boards PromQL is few and has no job.
"""

import re
from collections import Counter

import pytest
from board_files import NAMES, PATHS, read

from deploy.grafana.boards.spec import Source
from deploy.grafana.queries import MAY_BE_EMPTY, panel_queries, panels

UIDS = {source.value: source.plugin for source in Source}
WITH_UNITS = {"stat", "timeseries", "bargauge", "status-history"}
RATED = re.compile(r"\b(rate|irate)\([^\[]*\[([^\]]+)\]")
GREW = re.compile(r"\bincrease\([^\[]*\[([^\]]+)\]")
COUNTER = re.compile(r"\bfairtrade_\w+_(?:total|bucket|count|sum)\b(?:\{[^}]*\})?(\[)?")

boards = pytest.mark.parametrize("path", PATHS, ids=NAMES)


@boards
def test_panels_ask_provisioned_sources(path):
    """panel-datasource: every panel and target names a provisioned uid with its plugin."""
    named = [
        one["datasource"]
        for panel in panels(read(path))
        for one in (panel, *panel.get("targets", ()))
        if "datasource" in one
    ]

    assert [one for one in named if UIDS.get(one["uid"]) != one["type"]] == []


@boards
def test_panels_have_titles_and_descriptions(path):
    """panel-title-description: a reader learns from each panel what it answers."""
    assert [panel["id"] for panel in panels(read(path)) if not (panel.get("title") and panel.get("description"))] == []


@boards
def test_figures_have_units(path):
    """panel-units: whatever draws numbers says in which unit."""
    drawn = [panel for panel in panels(read(path)) if panel["type"] in WITH_UNITS]

    assert [panel["title"] for panel in drawn if not panel["fieldConfig"]["defaults"].get("unit")] == []


@boards
def test_panels_have_targets(path):
    """panel-no-targets: whatever is no text asks something."""
    assert [p["title"] for p in panels(read(path)) if p["type"] != "text" and not p.get("targets")] == []


@boards
def test_rates_follow_the_scrape_interval(path):
    """target-rate-interval: a rate is over `$__rate_interval`, growth over that or the chosen range."""
    promql = [query.text for query in panel_queries(read(path)) if query.promql]
    odd = [found[2] for text in promql for found in RATED.finditer(text) if found[2] != "$__rate_interval"]
    grown = {found[1] for text in promql for found in GREW.finditer(text)}

    assert (odd, grown - {"$__rate_interval", "$__range"}) == ([], set())


@boards
def test_counters_are_never_shown_raw(path):
    """target-counter-agg: a counter stands within rate or increase, as it restarts from zero."""
    promql = [query.text for query in panel_queries(read(path)) if query.promql]

    assert [found[0] for text in promql for found in COUNTER.finditer(text) if not found[1]] == []


@boards
def test_engineers_choose_job_and_worker(path):
    """target-job, target-instance: what is no record over all of them follows the chosen job and worker."""
    board = read(path)
    asked = [query.text for query in panel_queries(board) if query.promql and "engineers" in board["tags"]]
    selected = [found for text in asked for found in re.findall(r"(?<!all:)fairtrade_\w+(?:\{([^}]*)\})?", text)]

    assert [one for one in selected if not ('job=~"$job"' in one and 'instance=~"$instance"' in one)] == []


@boards
def test_job_and_worker_are_variables_of_many_values(path):
    """template-job, template-instance: both are asked from Prometheus, may be several, and may be all."""
    board = read(path)
    chosen = {
        one["name"]: (one["multi"], one["includeAll"], one["allValue"])
        for one in board["templating"].get("list", [])
        if one["name"] in {"job", "instance"}
    }
    expected = dict.fromkeys(("job", "instance"), (True, True, ".+")) if "engineers" in board["tags"] else {}

    assert expected == chosen


@boards
def test_variables_are_asked_anew_with_the_time(path):
    """template-on-time-change-reload: a variable's choices follow the chosen time."""
    assert [one["name"] for one in read(path)["templating"].get("list", []) if one["refresh"] != 2] == []


@boards
def test_boards_are_not_editable(path):
    """uneditable-dashboard: what is provisioned is changed in the definition."""
    assert read(path)["editable"] is False


@boards
def test_panels_lie_beside_each_other(path):
    """No two panels share a place of the grid, and none reaches beyond its 24 columns."""
    cells = Counter(
        (x, y)
        for panel in read(path)["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    )

    assert [cell for cell, times in cells.items() if times > 1 or cell[0] > 23] == []


@boards
def test_ids_and_letters_are_unique(path):
    """A panel has an id of its own in its board, a target a letter of its own in its panel."""
    board = read(path)
    ids = Counter(panel["id"] for panel in board["panels"])
    letters = Counter((query.panel_id, query.reference) for query in panel_queries(board))

    assert (max(ids.values()), max(letters.values())) == (1, 1)


@boards
def test_links_lead_to_boards_that_exist(path):
    """A data link opens a board that is built, and sets a variable that it has."""
    uids = {board["uid"]: {one["name"] for one in board["templating"].get("list", [])} for board in map(read, PATHS)}
    links = re.findall(r"/d/([\w-]+)\?var-(\w+)=", path.read_text(encoding="utf-8"))

    assert [link for link in links if link[1] not in uids.get(link[0], ())] == []


def test_counts_of_cases_come_from_the_store():
    """No board asks Prometheus how many alerts there are."""
    asked = [query.text for path in PATHS for query in panel_queries(read(path)) if query.promql]

    assert [text for text in asked if "alerts_emitted" in text] == []


@pytest.mark.parametrize("path", [p for p in PATHS if p.stem in {"overview", "engineer"}], ids=str)
def test_first_pages_say_not_to_quote_prometheus(path):
    """The text of the first pages tells never to quote case counts from Prometheus."""
    said = path.read_text(encoding="utf-8")

    assert "ever quote case counts from Prometheus" in said or "案件数量绝不引自 Prometheus" in said


def test_few_panels_may_be_empty():
    """What may be empty is marked in its description, and most panels are not."""
    marked = [MAY_BE_EMPTY in panel["description"] for path in PATHS for panel in panels(read(path))]

    assert 0 < sum(marked) < len(marked) / 2
