"""Log lines that are events: a dotted name and values, as JSON for machines and in colour-free columns on a terminal.

Values are ids, offsets, counts and reasons; a payload never stands in a line.
"""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from monitor.errors import WeAreWrong
from monitor.observe.repeats import Once

Value = str | int | float | bool | None

FOREIGN = "library.said"
MAX_TEXT = 512


def event(name: str, /, *, level: int = logging.INFO, **values: Value) -> None:
    """Log an event by its dotted name, which also names its logger below `fairtrade`.

    Raises TypeError for a value that is no plain scalar: bytes and whole records do not belong in a log.
    """
    logger = logging.getLogger(f"fairtrade.{name.partition('.')[0]}")
    if logger.isEnabledFor(level):
        for key, value in values.items():
            if value is not None and not isinstance(value, str | int | float):
                raise TypeError(f"{name}: {key} is {type(value).__name__}, a log takes text, numbers and null")
        logger.log(level, name, extra={"values": values})


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of the process to a stream, standard error by default, replacing what was set up before.

    What libraries repeat is counted (monitor/observe/repeats.py).

    Lines are JSON unless the stream is a terminal. Raises WeAreWrong for a level that logging does not know.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise WeAreWrong(f"log level is {level!r}, expected one of debug, info, warning, error, critical")
    chosen = sys.stderr if stream is None else stream
    handler = Once(chosen)
    handler.setFormatter(Columns() if chosen.isatty() else Lines())
    logging.basicConfig(level=number, handlers=[handler], force=True)


class Lines(logging.Formatter):
    """One JSON object a line: time, level, logger, event, then the event's values."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; what a library says as a sentence becomes the value `message` of `library.said`."""
        head = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name, "event": _name(record)}
        return json.dumps(head | dict(_values(self, record)), ensure_ascii=False, default=str)


class Columns(logging.Formatter):
    """One line for people: time of day, level, event, values as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        values = " ".join(f"{key}={_shown(value)}" for key, value in _values(self, record).items())
        return f"{_time(record)[11:23]} {record.levelname:<8} {_name(record):<24} {values}".rstrip()


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _name(record: logging.LogRecord) -> str:
    return record.getMessage() if hasattr(record, "values") else FOREIGN


def _values(formatter: logging.Formatter, record: logging.LogRecord) -> Mapping[str, Value]:
    values: dict[str, Value] = dict(getattr(record, "values", {}))
    if not hasattr(record, "values"):
        values = {"logger": record.name, "message": record.getMessage()}
        if hasattr(record, "repeats"):
            values["repeats"] = record.repeats
    if record.exc_info:
        values["error"] = formatter.formatException(record.exc_info)
    return {key: _short(key, value) for key, value in values.items()}


def _short(key: str, value: Value) -> Value:
    """Cut long texts, but for tracebacks: their end is what matters."""
    if key != "error" and isinstance(value, str) and len(value) > MAX_TEXT:
        return f"{value[:MAX_TEXT]}…"
    return value


def _shown(value: Value) -> str:
    text = "null" if value is None else str(value)
    return json.dumps(text, ensure_ascii=False) if any(c.isspace() or not c.isprintable() for c in text) else text
