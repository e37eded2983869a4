"""How a value is written: unit, the text and colour that a board maps it to, China Standard Time."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
THOUSAND = 1000
_SPANS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))
_COLOURS = {
    "green": "#1a7f37",
    "orange": "#c05600",
    "red": "#c9222d",
    "yellow": "#8f6a00",
    "blue": "#1f5fbf",
    "purple": "#7b3fb5",
    "text": "#1c2733",
}


class Shown(NamedTuple):
    """A value as text, with a CSS colour."""

    text: str
    colour: str


def shown(value: Any, field: Mapping[str, Any]) -> Shown:
    """Answer how a value is shown by a field's configuration: mapping before unit, mapped colour before threshold."""
    mapped = _mapped(value, field)
    colour = _COLOURS.get(mapped.get("color") or _stepped(value, field), _COLOURS["text"])
    return Shown(mapped.get("text") or written(value, field.get("unit", "none"), field.get("decimals")), colour)


def colour_of(name: str) -> str:
    """Answer the CSS colour of one of Grafana's names."""
    return _COLOURS.get(name, name)


def written(value: Any, unit: str = "none", decimals: int | None = None) -> str:
    """Answer a value in its unit; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return _number(float(value), unit, decimals)


def _number(value: float, unit: str, decimals: int | None) -> str:
    if math.isnan(value):
        return "NaN"
    match unit:
        case "s":
            return _duration(value)
        case "percentunit":
            return f"{value * 100:.{2 if decimals is None else decimals}f} %"
        case "bytes":
            return _scaled(value, 1024, ("B", "KiB", "MiB", "GiB"))
        case "eps" | "ops":
            return f"{_scaled(value, THOUSAND, ('', 'k', 'M', 'G'))}/s"
        case _:
            return (
                f"{value:.{decimals}f}"
                if decimals is not None
                else (f"{value:,.0f}" if value.is_integer() else f"{value:,.4g}")
            )


def _duration(seconds: float) -> str:
    for size, name in _SPANS:
        if abs(seconds) >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds * THOUSAND:.0f} ms" if 0 < abs(seconds) < 1 else f"{seconds:.3g} s"


def _scaled(value: float, base: int, names: tuple[str, ...]) -> str:
    power = 0
    while abs(value) >= base and power < len(names) - 1:
        value, power = value / base, power + 1
    said = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits are enough
    return f"{said} {names[power]}".strip()


def _mapped(value: Any, field: Mapping[str, Any]) -> Mapping[str, Any]:
    for mapping in field.get("mappings") or ():
        found: Mapping[str, Any] | None = mapping["options"].get(str(value))
        if found:
            return found
    return {}


def _stepped(value: Any, field: Mapping[str, Any]) -> str:
    """Answer the colour of the last threshold that a number reaches."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "text"
    reached = "text"
    for step in (field.get("thresholds") or {}).get("steps", ()):
        if step.get("value") is None or value >= step["value"]:
            reached = step["color"]
    return reached
