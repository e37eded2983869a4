"""One board in one language as Grafana's classic dashboard (schema version 42), which loads on Grafana 10 to 13."""

import json
import warnings

from grafana_foundation_sdk.cog.encoder import JSONEncoder

with warnings.catch_warnings():
    # The SDK says that its own classic model is the older one; it is the one that every supported Grafana loads.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.boards.fields import board_uid, defaults_of, overrides_of
from deploy.grafana.boards.language import Language, Text
from deploy.grafana.boards.shapes import drawing_of, options_of
from deploy.grafana.boards.spec import MAY_BE_EMPTY, Annotation, Board, Panel, Row, Shape, Variable
from deploy.grafana.boards.targets import in_words_of, reference_to, target_of

GRID = 24
ROW_HEIGHT = 1
MOST_POINTS_OF_A_HISTORY = 80
_BOARDS_OF_THE_AUDIENCE = Text("同组看板", "boards of this folder")


def json_of(board: Board, language: Language) -> str:
    """Answer the committed text of a board: keys sorted, Chinese as it is, one newline at the end."""
    text = json.dumps(dashboard_of(board, language), cls=JSONEncoder, sort_keys=True, indent=1, ensure_ascii=False)
    return f"{text}\n"


def dashboard_of(board: Board, language: Language) -> model.Dashboard:
    """Answer the SDK's model of a board in one language."""
    return model.Dashboard(
        uid=board_uid(board.name, board.audience.value, language),
        title=board.title.in_language(language),
        description=board.says.in_language(language),
        tags=[*board.tags, language],
        timezone="Asia/Shanghai",
        editable=False,
        graph_tooltip=model.DashboardCursorSync.CROSSHAIR,
        time=model.DashboardDashboardTime(from_val=board.since, to="now"),
        refresh=board.refresh,
        panels=_panels(board, language),
        templating=model.DashboardDashboardTemplating(list_val=[_variable(one, language) for one in board.variables]),
        annotations=model.AnnotationContainer(list_val=[_annotation(one, language) for one in board.annotations]),
        links=[_links(board, language)],
    )


def _panels(board: Board, language: Language) -> list[model.Panel | model.RowPanel]:
    """Answer titles of rows and panels with their places; numbers count from 1 in the order of reading."""
    found: list[model.Panel | model.RowPanel] = []
    top = 0
    for row in board.rows:
        found.append(_title(row, top, len(found) + 1, language))
        top += ROW_HEIGHT
        for panel, (left, down) in zip(row.panels, _places(row), strict=True):
            place = model.GridPos(h=panel.height, w=panel.width, x=left, y=top + down)
            found.append(_panel(board, panel, place, len(found) + 1, language))
        top += _height(row)
    return found


def _places(row: Row) -> list[tuple[int, int]]:
    """Answer left and top of each panel within its row; a full line of the grid is followed by the next."""
    found, left, top, tallest = [], 0, 0, 0
    for panel in row.panels:
        if left + panel.width > GRID:
            left, top, tallest = 0, top + tallest, 0
        found.append((left, top))
        left, tallest = left + panel.width, max(tallest, panel.height)
    return found


def _height(row: Row) -> int:
    return max(top + panel.height for panel, (_, top) in zip(row.panels, _places(row), strict=True))


def _title(row: Row, top: int, number: int, language: Language) -> model.RowPanel:
    place = model.GridPos(h=ROW_HEIGHT, w=GRID, x=0, y=top)
    return model.RowPanel(title=row.title.in_language(language), grid_pos=place, id_val=number)


def _panel(board: Board, panel: Panel, place: model.GridPos, number: int, language: Language) -> model.Panel:
    fields = model.FieldConfigSource(defaults_of(panel, language), overrides_of(board, panel, language))
    fields.defaults.custom = drawing_of(panel)
    targets = [target_of(query, chr(ord("A") + index), language) for index, query in enumerate(panel.queries)]
    return model.Panel(
        type_val=panel.shape.value,
        id_val=number,
        title=panel.title.in_language(language),
        description=_description(panel, language),
        datasource=reference_to(panel.queries[0].source) if panel.queries else None,
        targets=targets or None,
        grid_pos=place,
        options=options_of(panel, language),
        field_config=fields,
        max_data_points=MOST_POINTS_OF_A_HISTORY if panel.shape is Shape.history else None,
    )


def _description(panel: Panel, language: Language) -> str:
    """Answer the text behind the panel's mark; it ends with the word that lets the panel be empty."""
    says = panel.says.in_language(language)
    return f"{says} [{MAY_BE_EMPTY}]" if panel.may_be_empty else says


def _variable(variable: Variable, language: Language) -> model.VariableModel:
    """Answer a variable asked anew whenever the time range changes."""
    every = model.VariableOption(text="All", value="$__all") if variable.everything else None
    return model.VariableModel(
        name=variable.name,
        label=variable.title.in_language(language),
        type_val=model.VariableType.QUERY,
        datasource=reference_to(variable.source),
        query=in_words_of(variable.query, language),
        refresh=model.VariableRefresh.ON_TIME_RANGE_CHANGED,
        include_all=variable.everything,
        multi=variable.everything,
        all_value=".+" if variable.everything else None,
        current=every,
    )


def _annotation(annotation: Annotation, language: Language) -> model.AnnotationQuery:
    return model.AnnotationQuery(
        name=annotation.title.in_language(language),
        datasource=reference_to(annotation.query.source),
        enable=True,
        icon_color=annotation.colour,
        target=target_of(annotation.query, "Anno", language),
    )


def _links(board: Board, language: Language) -> model.DashboardLink:
    """Answer the list of the other boards of the same audience and language, keeping the time range."""
    return model.DashboardLink(
        title=_BOARDS_OF_THE_AUDIENCE.in_language(language),
        type_val=model.DashboardLinkType.DASHBOARDS,
        tags=[*board.tags, language],
        as_dropdown=False,
        keep_time=True,
    )
