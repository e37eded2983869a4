"""Markdown that is made: tables, and texts that stand in their cells."""

import json
from collections.abc import Iterable, Sequence
from typing import Any


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out a table with an empty line after it; no rows, no table."""
    lines = [_row(row) for row in rows]
    if not lines:
        return ""
    return "\n".join([_row(headings), _row(["---"] * len(headings)), *lines, "", ""])


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split()).replace("|", "\\|")


def bullets(items: Iterable[str]) -> str:
    """Lay out a list with an empty line after it."""
    return "".join(f"- {item}\n" for item in items) + "\n"


def code(value: object) -> str:
    """Set a value as code."""
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    """Set values as code, by commas."""
    return ", ".join(code(value) for value in values)


def json_block(value: Any) -> str:
    """Set a JSON value as a block."""
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n\n"


def folded(title: str, inside: str) -> str:
    """Fold a long part away under its title, until a reader opens it."""
    indented = "\n".join(f"    {line}" if line else "" for line in inside.rstrip().split("\n"))
    return f'??? note "{title}"\n\n{indented}\n\n'
