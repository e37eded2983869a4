"""Files of repaired records: a line each, with where the refused record stood and what it should have said."""

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Raw, Struct

from monitor.errors import WeAreWrong
from monitor.events import Offset, Topic
from monitor.wire.dead_letters import Coordinates

_EXPECTED = '{"topic": "orders", "partition": 3, "offset": 1811, "value": {…}}'


class Line(Struct, frozen=True):
    """One line; whatever else stands on it is passed over, so that a line of `dead-letters list --json` will do."""

    topic: Topic
    partition: Annotated[int, Meta(ge=0)]
    offset: Offset
    value: Raw = Raw()
    value_base64: str | None = None


class Repaired(NamedTuple):
    """What a line says: `value` is None where it leaves the bytes as they were."""

    where: Coordinates
    line: str
    value: bytes | None


_line = msgspec.json.Decoder(Line)


def read(path: Path) -> Iterator[Repaired]:
    """Yield the lines of a file. Raises WeAreWrong with the number of a line that is none."""
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield _repaired(f"{path}, line {number}", text)


def _repaired(where: str, text: bytes) -> Repaired:
    try:
        line = _line.decode(text)
        value = bytes(line.value) or None
        if line.value_base64 is not None:
            value = base64.b64decode(line.value_base64, validate=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, binascii.Error) as error:
        raise WeAreWrong(f"{where}: {error}; expected {_EXPECTED}") from error
    return Repaired(Coordinates(line.topic.value, line.partition, line.offset), where, value)
