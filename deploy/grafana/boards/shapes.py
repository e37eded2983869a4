"""What each shape of panel is told: options and drawing, as the SDK's models."""

from collections.abc import Callable
from typing import Any

from grafana_foundation_sdk.models import bargauge, common, stat, statushistory, table, text, timeseries

from deploy.grafana.boards.language import Language
from deploy.grafana.boards.spec import Panel, Shape


def options_of(panel: Panel, language: Language) -> Any:
    """Answer the options of a panel by its shape."""
    return _OPTIONS[panel.shape](panel, language)


def drawing_of(panel: Panel) -> Any:
    """Answer how the fields of a panel are drawn by default; nothing for shapes that draw no field."""
    if panel.shape is Shape.lines:
        return _lines(panel)
    if panel.shape is Shape.table:
        return common.TableFieldOptions(align=common.FieldTextAlignment.AUTO, inspect=False)
    return statushistory.FieldConfig(fill_opacity=80) if panel.shape is Shape.history else None


def _lines(panel: Panel) -> timeseries.FieldConfig:
    stacking = common.StackingConfig(mode=common.StackingMode.NORMAL, group="A")
    return timeseries.FieldConfig(
        draw_style=common.GraphDrawStyle.BARS if panel.stacked else common.GraphDrawStyle.LINE,
        fill_opacity=80 if panel.stacked else 5,
        line_width=1,
        show_points=common.VisibilityMode.NEVER,
        stacking=stacking if panel.stacked else None,
    )


def _reduce(panel: Panel, *, rows: bool) -> common.ReduceDataOptions:
    """`rows`: every row is a value of its own; else the last value of each series counts."""
    fields = "/.*/" if panel.strings else ""
    return common.ReduceDataOptions(values=rows, calcs=["lastNotNull"], fields=fields)


def _text(panel: Panel, language: Language) -> text.Options:
    content = panel.body.in_language(language) if panel.body else ""
    return text.Options(mode=text.TextMode.MARKDOWN, content=content)


def _stat(panel: Panel, _: Language) -> stat.Options:
    return stat.Options(
        graph_mode=common.BigValueGraphMode.NONE,
        color_mode=common.BigValueColorMode.VALUE,
        reduce_options=_reduce(panel, rows=False),
        text_mode=common.BigValueTextMode.VALUE_AND_NAME if panel.columns else common.BigValueTextMode.AUTO,
    )


def _table(_: Panel, __: Language) -> table.Options:
    return table.Options(show_header=True, cell_height=common.TableCellHeight.SM)


def _time_series(_: Panel, __: Language) -> timeseries.Options:
    return timeseries.Options(
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=True,
            calcs=["lastNotNull"],
        ),
        tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING),
    )


def _bars(panel: Panel, _: Language) -> bargauge.Options:
    return bargauge.Options(
        display_mode=common.BarGaugeDisplayMode.BASIC,
        orientation=common.VizOrientation.HORIZONTAL,
        reduce_options=_reduce(panel, rows=not panel.queries[0].legend),
        value_mode=common.BarGaugeValueMode.TEXT,
        show_unfilled=False,
    )


def _history(_: Panel, __: Language) -> statushistory.Options:
    return statushistory.Options(
        show_value=common.VisibilityMode.NEVER,
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST, placement=common.LegendPlacement.BOTTOM, show_legend=False
        ),
    )


_OPTIONS: dict[Shape, Callable[[Panel, Language], Any]] = {
    Shape.text: _text,
    Shape.stat: _stat,
    Shape.table: _table,
    Shape.lines: _time_series,
    Shape.bars: _bars,
    Shape.history: _history,
}
