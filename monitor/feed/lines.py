"""Lines of event files: read, checked, and merged in order of arrival."""

import base64
import binascii
import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson
from msgspec import Raw, Struct

from monitor.errors import WeAreWrong
from monitor.events import Topic


class Line(Struct, frozen=True):
    """One line of an events file: a value, or in base64 bytes that are malformed on purpose.

    `platform`, `source` and `sequence` stand on the line only where the value cannot tell them.
    """

    topic: Topic
    value: Raw = Raw()
    value_base64: str | None = None
    key: str | None = None
    append_time: int | None = None
    platform: str | None = None
    source: str | None = None
    sequence: int | None = None


class Arrival(NamedTuple):
    """One line with its place; `said` is the decoded value, empty for bytes that are no JSON object."""

    time: int
    where: str
    line: Line
    raw: bytes
    said: dict[str, Any]

    @property
    def carries_its_number(self) -> bool:
        """Whether the line is already stamped with source and sequence."""
        return bool(self.source) and self.sequence is not None

    @property
    def source(self) -> str | None:
        """The source that the line names, if it does."""
        return self.said.get("source", self.line.source)

    @property
    def sequence(self) -> int | None:
        """The sequence that the line names, if it does."""
        return self.said.get("sequence", self.line.sequence)


def read(files: Sequence[Path]) -> Iterator[Arrival]:
    """Answer the lines of all files by append time, each file's in its own order.

    A line without `append_time` arrives when it was sent, never before the line above it. Raises WeAreWrong with file
    and line where one cannot be read.
    """
    return heapq.merge(*(_of_file(path) for path in files), key=lambda arrival: arrival.time)


def _of_file(path: Path) -> Iterator[Arrival]:
    time = 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if not text.strip():
                continue
            arrival = _arrival(f"{path}, line {number}", text, time)
            time = arrival.time
            yield arrival


def _arrival(where: str, text: bytes, earliest: int) -> Arrival:
    try:
        line = msgspec.json.decode(text, type=Line)
    except msgspec.MsgspecError as error:
        raise WeAreWrong(
            f'{where}: {error}; expected {{"topic": …, "key": …, "append_time": …, "value": {{…}}}}'
        ) from error
    raw, said = _value(where, line)
    sent = said.get("sent_time")
    own = line.append_time if line.append_time is not None else sent if isinstance(sent, int) else earliest
    return Arrival(max(own, earliest), where, line, raw, said)


def _value(where: str, line: Line) -> tuple[bytes, dict[str, Any]]:
    raw = bytes(line.value)
    if bool(raw) == (line.value_base64 is not None):
        raise WeAreWrong(f"{where}: holds both or neither of value and value_base64; give exactly one of them")
    if line.value_base64 is not None:
        return _bytes(where, line.value_base64), {}
    said = orjson.loads(raw)
    if not isinstance(said, dict):
        raise WeAreWrong(f"{where}: the value is no object; bytes that are malformed on purpose go into value_base64")
    return raw, said


def _bytes(where: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise WeAreWrong(f"{where}: value_base64 is no base64: {error}") from error
