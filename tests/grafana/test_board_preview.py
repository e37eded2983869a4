"""The preview draws what queries answered: values as boards write them, nothing of a feed as markup."""

from datetime import UTC, datetime

import pytest
from board_files import DAY, END, PATHS, SPAN, read

from deploy.grafana.preview.answers import Series, Table, from_prometheus, from_sql
from deploy.grafana.preview.charts import Mark, chart
from deploy.grafana.preview.page import height_of, page
from deploy.grafana.preview.screenshot import PACKAGE, chromium, screenshot
from deploy.grafana.preview.values import shown, written
from deploy.grafana.queries import annotation_queries, bound, panel_queries

OVERVIEW = next(path for path in PATHS if path.match("en/officers/overview.json"))
BOUNDS = (SPAN.begin, SPAN.end)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (90, "s", "1.5 min"),
        (0.25, "s", "250 ms"),
        (0.995, "percentunit", "99.50 %"),
        (1536, "bytes", "1.5 KiB"),
        (20_000, "eps", "20 k/s"),
        (1_234_567, "none", "1,234,567"),
        (None, "none", ""),
        (float("nan"), "s", "NaN"),
        (datetime(2026, 11, 10, 16, 0, tzinfo=UTC), "none", "2026-11-11 00:00"),
    ],
)
def test_values_are_written_in_their_units(value, unit, text):
    """Durations, shares, sizes and rates are short; times are of China."""
    assert text == written(value, unit)


def test_a_mapped_value_has_its_word_and_colour():
    """A value mapping goes before unit and threshold."""
    field = {"mappings": [{"options": {"high": {"text": "高", "color": "orange"}}}]}

    assert shown("high", field) == ("高", "#c05600")


def test_the_last_threshold_reached_colours_a_number():
    """A threshold is reached by the number itself."""
    steps = [{"value": None, "color": "green"}, {"value": 60, "color": "orange"}]

    assert [shown(n, {"thresholds": {"steps": steps}}).colour for n in (59, 60)] == ["#1a7f37", "#c05600"]


def test_a_series_is_named_by_its_legend():
    """A legend's labels are filled in; without a legend the labels' values name it."""
    data = {"resultType": "matrix", "result": [{"metric": {"topic": "orders"}, "values": [[1.5, "2"]]}]}

    assert from_prometheus(data, "at {{topic}}") == (Series("at orders", ((1500, 2.0),)),)


def test_columns_beside_the_time_become_series():
    """SQL that Grafana reads as series is one line a column."""
    when = datetime.fromtimestamp(1, UTC)

    assert from_sql(["time", "D1"], [(when, 3)], series=True) == (Series("D1", ((1000, 3.0),)),)


def test_words_of_a_feed_are_no_markup():
    """What stands in an answer is shown as text."""
    board = read(OVERVIEW)
    table = next(panel for panel in board["panels"] if panel["type"] == "table")
    drawn = page(board, {(table["id"], "A"): Table(("platform",), (("<script>x</script>",),))}, BOUNDS)

    assert ("<script>" in drawn, "&lt;script&gt;x" in drawn) == (False, True)


def test_a_mark_is_drawn_over_the_time_axis():
    """A campaign is a stripe with its name; one that begins after the span is not drawn."""
    marks = [Mark(END - DAY, END, "Double 11", "purple"), Mark(END + DAY, None, "later", "blue")]
    drawn = chart([Series("a", ((END - DAY, 1.0),))], {}, BOUNDS, marks, stacked=False)

    assert ("Double 11" in drawn, "later" in drawn) == (True, False)


def _answers(readers, board):
    panels = {panel["id"]: panel for panel in board["panels"]}
    for query in panel_queries(board):
        if query.promql:
            continue
        cursor = readers[query.source].execute(bound(query, SPAN, {}))
        series = panels[query.panel_id]["targets"][0]["format"] == "time_series"
        columns = [column.name for column in cursor.description]
        yield (query.panel_id, query.reference), from_sql(columns, cursor.fetchall(), series=series)


def test_the_overview_says_who_does_what_to_whom(readers):
    """The drawn overview names a platform, its conduct, the shop and the checks that lack data."""
    board = read(OVERVIEW)
    drawn = page(board, dict(_answers(readers, board)), BOUNDS)
    said = ("taomall", "Exclusivity coercion: indications", "taomall-s-", "no data")

    assert [one for one in said if one not in drawn] == []


def test_campaigns_that_touch_the_span_are_marked(readers):
    """A campaign that began before the span's end is a mark; one that was over before the span is none."""
    query = annotation_queries(read(OVERVIEW))[0]
    marks = readers[query.source].execute(bound(query, SPAN, {})).fetchall()

    assert [text for _, _, text in marks] == ["Double 11"]


def test_a_picture_is_as_high_as_its_board():
    """The height grows with the last panel's lower edge and the titles between."""
    board = {"panels": [{"type": "row", "gridPos": {"y": 0, "h": 1}}, {"type": "text", "gridPos": {"y": 1, "h": 9}}]}

    assert height_of(board) == 140 + 10 * 40 + 12


@pytest.mark.skipif(chromium() is None, reason=f"Debian's package {PACKAGE} is not installed")
def test_chromium_takes_a_picture(tmp_path):
    """A page becomes a PNG of the asked size."""
    place, picture = tmp_path / "page.html", tmp_path / "page.png"
    place.write_text(page(read(OVERVIEW), {}, BOUNDS), encoding="utf-8")
    screenshot(place, picture, width=320, height=200)

    assert picture.read_bytes()[16:24] == (320).to_bytes(4) + (200).to_bytes(4)
