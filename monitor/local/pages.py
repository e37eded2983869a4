"""An alert as a case officer reads it: who did what, what proves it, what speaks against it, what is open."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.eventtime.china import written
from monitor.wire.legible import legible

COLOURS = {"low": "cyan", "medium": "yellow", "high": "dark_orange", "critical": "red"}
STATES = {
    "passed": "green",
    "failed": "red",
    "no_data": "yellow",
    "proven": "green",
    "indicated": "yellow",
    "open": "dim",
}


def page(alert: Mapping[str, Any]) -> RenderableType:
    """Lay out the value of an alert, whole."""
    return Panel(
        Group(
            _who(alert),
            _section("Facts · 事实", _facts(alert["facts"])),
            _section("Look-alikes · 合理解释核查", _checks(alert["checks"])),
            _section("Elements · 法律要件", _elements(alert["elements"])),
            _section("Evidence · 证据", _evidence(alert["evidence"])),
            Text(),
            Text(legible(alert["explanation"]["zh"])),
            Text(legible(alert["explanation"]["en"]), style="dim"),
        ),
        title=Text(_title(alert)),
        border_style=COLOURS[alert["severity"]],
    )


def live_table(alerts: Iterable[Mapping[str, Any]]) -> Table:
    """Lay out the newest state of alerts, a line of at most 80 columns each."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("time", "alert", "offence", "level", "severity", "platform", "status"):
        table.add_column(column, no_wrap=True)
    for alert in alerts:
        _add(
            table,
            written(alert["window"]["clock"])[5:16].replace("T", " "),
            alert["alert_id"][:8],
            f"{alert['typology']} {alert['class'] or alert['grade']}",
            alert["level"],
            Text(alert["severity"], style=COLOURS[alert["severity"]]),
            alert["platform"],
            f"{alert['status']} {alert['revision']}",
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _add(table: Table, *cells: str | Text) -> None:
    """Add a row whose cells are shown as they are: what a feed sent is neither markup nor an order to a terminal."""
    table.add_row(*(Text(legible(cell)) if isinstance(cell, str) else cell for cell in cells))


def _title(alert: Mapping[str, Any]) -> str:
    verdict = alert["class"] or alert["grade"]
    return f"{alert['level']} · {alert['typology']} {verdict} · {alert['severity']} · {alert['status']}"


def _section(title: str, table: RenderableType) -> RenderableType:
    return Group(Text(f"\n{title}", style="bold"), table)


def _who(alert: Mapping[str, Any]) -> Table:
    window = alert["window"]
    end = "open" if window["end"] is None else written(window["end"])
    rows = {
        "alert": f"{alert['alert_id']} revision {alert['revision']} ({alert['reason']})",
        "platform": alert["platform"],
        "merchant": f"{alert['subject']} (shops {', '.join(alert['shops'])})",
        "SKU": alert["sku"],
        "rival": ", ".join(filter(None, [alert["rival"], *alert["other_rivals"]])),
        "respondent": alert["respondent"],
        "sequences": ", ".join(alert["sequences"]),
        "window": f"{written(window['start'])} to {end}{' (provisional)' if alert['provisional'] else ''}",
        "statutes": f"{', '.join(alert['statutes'])} · {alert['authority_hint']}",
        "rule": f"{alert['rule']['id']} {alert['rule']['version']} ({alert['rule']['digest']})",
        "coverage": "{band} ({gaps} missing, {late} too late)".format(**alert["coverage"]),
    }
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        if value:
            _add(table, Text(name, style="bold"), value)
    return table


def _facts(facts: Iterable[Mapping[str, Any]]) -> Table:
    table = _table("fact", "value", "held against", "unit", "source", "class")
    for fact in facts:
        threshold = "" if fact["threshold"] is None else str(fact["threshold"])
        _add(table, fact["name"], str(fact["value"]), threshold, fact["unit"] or "", fact["source"], fact["class"])
    return table


def _checks(checks: Iterable[Mapping[str, Any]]) -> Table:
    table = _table("innocent explanation", "state", "seen")
    for check in checks:
        _add(table, check["look_alike"], Text(check["state"], style=STATES[check["state"]]), check["seen"])
    return table


def _elements(elements: Iterable[Mapping[str, Any]]) -> Table:
    table = _table("statute", "element", "state")
    for element in elements:
        _add(table, element["statute"], element["element"], Text(element["state"], style=STATES[element["state"]]))
    return table


def _evidence(references: Iterable[Mapping[str, Any]]) -> Table:
    table = _table("role", "topic", "partition", "offset", "event", "sha256")
    for one in references:
        place = (one["topic"], str(one["partition"]), str(one["offset"]))
        _add(table, one["role"], *place, one["event_id"], one["sha256"][:16])
    return table
