"""Lines, bars over days and cells by state, as SVG."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from math import isnan
from typing import Any, NamedTuple

from deploy.grafana.preview.answers import Series
from deploy.grafana.preview.values import CHINA, shown, written

PALETTE = ("#2f6fde", "#d9822b", "#2a9d63", "#b23a8e", "#7a5fd0", "#c9222d", "#1797a6", "#8a6d3b")
WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 62, 8, 8, 22
TICKS = 4
MOST_NAMES = 12


class Mark(NamedTuple):
    """A mark over the time axis in ms; `end` is null for a moment."""

    begin: int
    end: int | None
    text: str
    colour: str


class Frame(NamedTuple):
    """The drawn span of time and of values."""

    begin: int
    end: int
    top: float

    def x(self, moment: int) -> float:
        """Answer the horizontal place of a moment."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (moment - self.begin) / max(self.end - self.begin, 1)

    def y(self, value: float) -> float:
        """Answer the vertical place of a value; the axis begins at zero."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / (self.top or 1.0)


def chart(
    series: Sequence[Series], field: Mapping[str, Any], span: tuple[int, int], marks: Sequence[Mark], *, stacked: bool
) -> str:
    """Answer the SVG of a panel over time with its legend; `stacked` draws bars upon each other."""
    frame = Frame(*span, _top(series, stacked=stacked))
    drawn = _bars(series, frame) if stacked else "".join(_line(one, frame, at) for at, one in enumerate(series))
    return _svg(_marks(marks, frame) + _axes(frame, field) + drawn) + _legend(series, field)


def history(series: Sequence[Series], field: Mapping[str, Any], span: tuple[int, int]) -> str:
    """Answer one row of cells a series, coloured by threshold."""
    frame = Frame(*span, 1.0)
    high = (HEIGHT - TOP - BOTTOM) / max(len(series), 1)
    cells = "".join(_cells(one, frame, TOP + high * at, high, field) for at, one in enumerate(series))
    return _svg(cells + _times(frame))


def _svg(inner: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{inner}</svg>'


def _top(series: Sequence[Series], *, stacked: bool) -> float:
    sums: dict[int, float] = {}
    for at, one in enumerate(series):
        for moment, value in one.points:
            key = moment if stacked else at * 10**14 + moment
            sums[key] = sums.get(key, 0.0) + (0.0 if isnan(value) else value)
    return max(sums.values(), default=1.0) or 1.0


def _line(series: Series, frame: Frame, place: int) -> str:
    """Answer the line of a series; its last point is a dot, so that a series of one point is seen."""
    drawn = [(frame.x(at), frame.y(value)) for at, value in series.points if not isnan(value)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
    colour = PALETTE[place % len(PALETTE)]
    line = f'<polyline fill="none" stroke="{colour}" stroke-width="1.6" points="{points}"/>'
    return line + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>' for x, y in drawn[-1:])


def _bars(series: Sequence[Series], frame: Frame) -> str:
    width = 0.7 * (WIDTH - LEFT - RIGHT) / max((frame.end - frame.begin) / 86_400_000, 1)
    found, base = [], dict.fromkeys((at for one in series for at, _ in one.points), 0.0)
    for place, one in enumerate(series):
        for at, value in one.points:
            top, bottom = frame.y(base[at] + value), frame.y(base[at])
            base[at] += value
            found.append(
                f'<rect x="{frame.x(at):.1f}" y="{top:.1f}" width="{width:.1f}" height="{bottom - top:.1f}" '
                f'fill="{PALETTE[place % len(PALETTE)]}"/>'
            )
    return "".join(found)


def _marks(marks: Sequence[Mark], frame: Frame) -> str:
    return "".join(_mark(one, frame) for one in marks if one.begin <= frame.end)


def _mark(mark: Mark, frame: Frame) -> str:
    left = frame.x(max(mark.begin, frame.begin))
    wide = max(frame.x(min(mark.end or mark.begin, frame.end)) - left, 1.5)
    return (
        f'<rect x="{left:.1f}" y="{TOP}" width="{wide:.1f}" height="{HEIGHT - TOP - BOTTOM}" fill="{mark.colour}" '
        f'opacity="{0.12 if mark.end else 0.8}"><title>{escape(mark.text)}</title></rect>'
    )


def _axes(frame: Frame, field: Mapping[str, Any]) -> str:
    values = [frame.top * place / TICKS for place in range(TICKS + 1)]
    lines = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{frame.y(v):.1f}" y2="{frame.y(v):.1f}" class="grid"/>'
        f'<text x="{LEFT - 5}" y="{frame.y(v) + 3:.1f}" text-anchor="end">{escape(_tick(v, field))}</text>'
        for v in values
    )
    return lines + _times(frame)


def _tick(value: float, field: Mapping[str, Any]) -> str:
    return written(float(f"{value:.3g}"), field.get("unit", "none"))


def _times(frame: Frame) -> str:
    step = (frame.end - frame.begin) / TICKS
    moments = [int(frame.begin + step * place) for place in range(TICKS + 1)]
    anchors = ("start", *("middle",) * (TICKS - 1), "end")
    short = frame.end - frame.begin < 2 * 86_400_000
    return "".join(
        f'<text x="{frame.x(at):.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{_clock(at, short=short)}</text>'
        for at, anchor in zip(moments, anchors, strict=True)
    )


def _clock(moment: int, *, short: bool) -> str:
    return datetime.fromtimestamp(moment / 1000, CHINA).strftime("%H:%M" if short else "%m-%d")


def _cells(series: Series, frame: Frame, top: float, high: float, field: Mapping[str, Any]) -> str:
    label = f'<text x="{LEFT - 4}" y="{top + high / 2 + 3:.1f}" text-anchor="end">{escape(series.name[:12])}</text>'
    wide = (WIDTH - LEFT - RIGHT) / max(len(series.points), 1)
    size = f'width="{wide:.1f}" height="{max(high - 2, 1):.1f}"'
    return label + "".join(
        f'<rect x="{max(frame.x(at) - wide, LEFT):.1f}" y="{top + 1:.1f}" {size} '
        f'fill="{shown(value, field).colour}" opacity="0.75"/>'
        for at, value in series.points
    )


def _legend(series: Sequence[Series], field: Mapping[str, Any]) -> str:
    names = "".join(
        f'<span><i style="background:{PALETTE[place % len(PALETTE)]}"></i>{escape(one.name)} '
        f"<b>{escape(_last(one, field))}</b></span>"
        for place, one in enumerate(series[:MOST_NAMES])
    )
    more = f"<span>+{len(series) - MOST_NAMES}</span>" if len(series) > MOST_NAMES else ""
    return f'<div class="legend">{names}{more}</div>'


def _last(series: Series, field: Mapping[str, Any]) -> str:
    return written(series.points[-1][1], field.get("unit", "none"), field.get("decimals")) if series.points else ""
