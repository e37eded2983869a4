"""How values are written on a board: units, thresholds, value texts and links, as the SDK's field configuration."""

from collections.abc import Mapping
from typing import Any

from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import (
    DashboardFieldConfigSourceOverrides,
    DynamicConfigValue,
    FieldColor,
    FieldColorModeId,
    FieldConfig,
    MatcherConfig,
    Threshold,
    ThresholdsConfig,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)

from deploy.grafana.boards.language import Language
from deploy.grafana.boards.spec import Board, Column, Link, Panel, Shape, Value

Steps = tuple[tuple[float | None, str], ...]


def board_uid(board: str, audience: str, language: Language) -> str:
    """Answer the fixed uid of a board, by which links and provisioning name it; at most 40 characters."""
    return f"ft-{audience}-{board}-{language}"


def defaults_of(panel: Panel, language: Language) -> FieldConfig:
    """Answer how the values of a panel are written where no column says otherwise."""
    return FieldConfig(
        unit=panel.unit,
        decimals=panel.decimals,
        thresholds=_thresholds(panel.steps) if panel.steps else None,
        color=FieldColor(mode=_colour_mode(panel)),
        mappings=[_mapping(panel.values, language)] if panel.values else None,
        no_value=panel.empty.in_language(language) if panel.empty else None,
    )


def overrides_of(board: Board, panel: Panel, language: Language) -> list[DashboardFieldConfigSourceOverrides]:
    """Answer the overrides by column name, in the order of the columns."""
    return [
        DashboardFieldConfigSourceOverrides(
            matcher=MatcherConfig(id_val="byName", options=column.name),
            properties=[DynamicConfigValue(name, value) for name, value in _properties(board, column, language)],
        )
        for column in panel.columns
    ]


def _colour_mode(panel: Panel) -> FieldColorModeId:
    return FieldColorModeId.PALETTE_CLASSIC if panel.shape is Shape.lines else FieldColorModeId.THRESHOLDS


def _thresholds(steps: Steps) -> ThresholdsConfig:
    return ThresholdsConfig(
        mode=ThresholdsMode.ABSOLUTE, steps=[Threshold(value=value, color=colour) for value, colour in steps]
    )


def _mapping(values: Mapping[str, Value], language: Language) -> ValueMap:
    return ValueMap(
        options={
            key: ValueMappingResult(text=value.text.in_language(language), color=value.colour, index=index)
            for index, (key, value) in enumerate(values.items())
        }
    )


def _properties(board: Board, column: Column, language: Language) -> list[tuple[str, Any]]:
    """Answer what is set for a column; a hidden one stays in the row, for links to read."""
    found: list[tuple[str, Any]] = [("displayName", column.title.in_language(language))]
    if column.unit:
        found.append(("unit", column.unit))
    if column.width:
        found.append(("custom.width", column.width))
    if column.values:
        found.append(("mappings", [_mapping(column.values, language)]))
    if column.steps:
        found.append(("thresholds", _thresholds(column.steps)))
    if column.hidden:
        found.append(("custom.hidden", True))
    if column.link:
        found.append(("links", [_data_link(board, column.link, language)]))
    cell = _cell(column)
    return [*found, ("custom.cellOptions", cell)] if cell else found


def _cell(column: Column) -> Any:
    if column.steps or (column.values and any(value.colour for value in column.values.values())):
        return common.TableColorTextCellOptions()
    return common.TableAutoCellOptions(wrap_text=True) if column.wrap else None


def _data_link(board: Board, link: Link, language: Language) -> dict[str, Any]:
    uid = board_uid(link.board, (link.audience or board.audience).value, language)
    return {"title": link.title.in_language(language), "url": f"/d/{uid}?{link.parameters}"}
