"""The page of a board: the panels in their places, drawn from the answers to their queries."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from deploy.grafana.preview.answers import Answer, Series, Table
from deploy.grafana.preview.charts import Mark, chart, history
from deploy.grafana.preview.values import shown, written

Answers = Mapping[tuple[int, str], Answer]
"""Answers by the id of the panel and the letter of the target."""

ROW_PX = 38
TITLES_PX = 80
NARROW = 8
LINE_PX = 23
HEAD_PX, GAP_PX, STRIPE_PX = 140, 2, 12
_STYLE = """
:root{color-scheme:light}body{margin:0;background:#eef1f5;color:#1c2733;font:13px/1.45 "Noto Sans CJK SC",sans-serif}
header{padding:14px 20px 4px}h1{font-size:21px;margin:0}header p{margin:2px 0 6px;color:#5a6775}
main{display:grid;grid-template-columns:repeat(24,1fr);gap:8px;padding:8px 16px 24px}
h2{grid-column:1/-1;font-size:15px;margin:10px 0 0;border-bottom:1px solid #c8d0da;padding-bottom:3px}
section{background:#fff;border:1px solid #dbe1e8;border-radius:6px;padding:7px 10px;overflow:hidden;min-width:0}
h3{font-size:12.5px;margin:0 0 4px;color:#3a4756}table{border-collapse:collapse;width:100%;font-size:12px}
th{text-align:left;color:#5a6775;font-weight:600;border-bottom:1px solid #cfd6df;padding:2px 5px;white-space:nowrap}
td{border-bottom:1px solid #edf0f4;padding:2px 5px;white-space:nowrap;max-width:340px;overflow:hidden;
text-overflow:ellipsis}td.wrap{white-space:pre-wrap;max-width:none}.num{text-align:right}
.stats{display:flex;justify-content:space-around;align-items:center;height:calc(100% - 22px);text-align:center}
.stats b{display:block;font-size:27px;line-height:1.1}.stats small{color:#5a6775}svg{width:100%;height:auto}
svg text{font-size:10px;fill:#5a6775}.narrow svg text{font-size:14px}
.grid{stroke:#e6eaef}.legend{display:flex;flex-wrap:wrap;gap:2px 12px}
.legend i{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:4px}.empty{color:#8793a1;padding:8px}
.bar{display:grid;grid-template-columns:36% 1fr 72px;gap:6px;align-items:center;margin:3px 0}
.bar i{display:block;height:14px;border-radius:2px}.link{color:#1f5fbf}
"""


def page(
    board: Mapping[str, Any],
    answers: Answers,
    span: tuple[int, int],
    marks: Sequence[Mark] = (),
    chosen: Mapping[str, str] | None = None,
) -> str:
    """Answer the HTML of a board; `span` is its time in ms, `chosen` are values of its variables, by name.

    Everything from outside is escaped.
    """
    body = "".join(_place(panel, answers, span, marks) for panel in board["panels"])
    said = " · ".join((_written_span(span), board.get("description", ""), *_chosen(board, chosen or {})))
    return (
        f'<!doctype html><meta charset="utf-8"><title>{escape(board["title"])}</title><style>{_STYLE}</style>'
        f"<header><h1>{escape(board['title'])}</h1><p>{escape(said)}</p></header><main>{body}</main>"
    )


def _chosen(board: Mapping[str, Any], chosen: Mapping[str, str]) -> list[str]:
    """Answer what Grafana shows in the pickers of variables."""
    variables = board["templating"].get("list", [])
    return [f"{one.get('label', one['name'])}: {chosen[one['name']]}" for one in variables if one["name"] in chosen]


def height_of(board: Mapping[str, Any]) -> int:
    """Answer how many pixels high a picture of the whole board is."""
    bottom: int = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    stripes = len([panel for panel in board["panels"] if panel["type"] == "row"])
    return HEAD_PX + bottom * (ROW_PX + GAP_PX) + stripes * STRIPE_PX


def _written_span(span: tuple[int, int]) -> str:
    """Answer a span of ms in China Standard Time."""
    return " – ".join(written(datetime.fromtimestamp(at / 1000, UTC)) for at in span)


def _place(panel: Mapping[str, Any], answers: Answers, span: tuple[int, int], marks: Sequence[Mark]) -> str:
    if panel["type"] == "row":
        return f"<h2>{escape(panel['title'])}</h2>"
    at = panel["gridPos"]
    style = f"grid-column:{at['x'] + 1}/span {at['w']};min-height:{at['h'] * ROW_PX}px"
    inner = _DRAWN[panel["type"]](panel, _answers_of(panel, answers), span, marks)
    size = ' class="narrow"' if at["w"] <= NARROW else ""
    return f'<section{size} style="{style}"><h3>{escape(panel["title"])}</h3>{inner}</section>'


def _answers_of(panel: Mapping[str, Any], answers: Answers) -> list[Answer]:
    found = (answers.get((panel["id"], target["refId"])) for target in panel.get("targets", ()))
    return [one for one in found if one is not None]


def _field(panel: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Answer the configuration of a column: the panel's defaults under what its override says."""
    config = panel["fieldConfig"]
    properties = [one["properties"] for one in config["overrides"] if one["matcher"]["options"] == column]
    return {**config["defaults"], **{p["id"]: p["value"] for of in properties for p in of}}


def _series(answers: Sequence[Answer]) -> list[Series]:
    return [one for answer in answers if not isinstance(answer, Table) for one in answer]


def _empty(panel: Mapping[str, Any]) -> str:
    return f'<div class="empty">{escape(panel["fieldConfig"]["defaults"].get("noValue", "—"))}</div>'


def _text(panel: Mapping[str, Any], *_: Any) -> str:
    marked = escape(panel["options"]["content"])
    marked = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", marked)
    marked = re.sub(r"`(.+?)`", r"<code>\1</code>", marked)
    return "".join(f"<p>{part}</p>" for part in marked.split("\n\n"))


def _stat(panel: Mapping[str, Any], answers: Sequence[Answer], *_: Any) -> str:
    figures = "".join(_figure(name, value, _field(panel, column)) for name, column, value in _last(panel, answers))
    return f'<div class="stats">{figures}</div>' if figures else _empty(panel)


def _last(panel: Mapping[str, Any], answers: Sequence[Answer]) -> list[tuple[str, str, Any]]:
    """Answer name, column and newest value of each figure."""
    found: list[tuple[str, str, Any]] = []
    for answer in answers:
        if isinstance(answer, Table):
            found += [
                (_field(panel, c).get("displayName", c), c, v)
                for row in answer.rows
                for c, v in zip(answer.columns, row, strict=True)
            ]
        else:
            found += [("", one.name, one.points[-1][1]) for one in answer if one.points]
    return found


def _figure(name: str, value: Any, field: Mapping[str, Any]) -> str:
    said = shown(value, field)
    return f'<div><b style="color:{said.colour}">{escape(said.text)}</b><small>{escape(name)}</small></div>'


def _table(panel: Mapping[str, Any], answers: Sequence[Answer], *_: Any) -> str:
    answer = next((one for one in answers if isinstance(one, Table)), None)
    if answer is None or not answer.rows:
        return _empty(panel)
    fields = [(place, _field(panel, name)) for place, name in enumerate(answer.columns)]
    seen = [(place, field) for place, field in fields if not field.get("custom.hidden")]
    head = "".join(f"<th>{escape(field.get('displayName', answer.columns[place]))}</th>" for place, field in seen)
    fitting = answer.rows[: _lines_of(panel)]
    rows = "".join(f"<tr>{''.join(_cell(row[place], field) for place, field in seen)}</tr>" for row in fitting)
    more = len(answer.rows) - len(fitting)
    rest = f'<p class="empty">+ {more}</p>' if more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"


def _lines_of(panel: Mapping[str, Any]) -> int:
    """Answer how many rows of one line fit; Grafana scrolls the rest."""
    height: int = panel["gridPos"]["h"]
    return max((height * ROW_PX - TITLES_PX) // LINE_PX, 1)


def _cell(value: Any, field: Mapping[str, Any]) -> str:
    said = shown(value, field)
    wraps = (field.get("custom.cellOptions") or {}).get("wrapText")
    kind = "wrap" if wraps else "link" if field.get("links") else ""
    colour = "" if kind == "link" else f' style="color:{said.colour}"'
    return f'<td class="{kind}"{colour}>{escape(said.text)}</td>'


def _time_series(
    panel: Mapping[str, Any], answers: Sequence[Answer], span: tuple[int, int], marks: Sequence[Mark]
) -> str:
    named = [Series(_field(panel, one.name).get("displayName", one.name), one.points) for one in _series(answers)]
    if not named:
        return _empty(panel)
    defaults = panel["fieldConfig"]["defaults"]
    return chart(named, defaults, span, marks, stacked=defaults["custom"]["drawStyle"] == "bars")


def _bars(panel: Mapping[str, Any], answers: Sequence[Answer], *_: Any) -> str:
    pairs = [
        (_field(panel, one.name).get("displayName", one.name), one.points[-1][1])
        for one in _series(answers)
        if one.points
    ]
    pairs += [(str(row[0]), float(row[1])) for one in answers if isinstance(one, Table) for row in one.rows]
    most = max((value for _, value in pairs), default=0.0) or 1.0
    return "".join(_bar(name, value, most, panel["fieldConfig"]["defaults"]) for name, value in pairs) or _empty(panel)


def _bar(name: str, value: float, most: float, field: Mapping[str, Any]) -> str:
    said = shown(value, field)
    wide = max(100 * value / most, 0)
    return (
        f'<div class="bar"><span>{escape(name)}</span><i style="width:{wide:.1f}%;background:{said.colour}"></i>'
        f"<b>{escape(said.text)}</b></div>"
    )


def _history(panel: Mapping[str, Any], answers: Sequence[Answer], span: tuple[int, int], _: Sequence[Mark]) -> str:
    series = _series(answers)
    return history(series, panel["fieldConfig"]["defaults"], span) if series else _empty(panel)


_DRAWN: dict[str, Callable[..., str]] = {
    "text": _text,
    "stat": _stat,
    "table": _table,
    "timeseries": _time_series,
    "bargauge": _bars,
    "status-history": _history,
}
