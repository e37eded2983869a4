"""Dead letters read back: what was refused, where it stood, why, and whether it was replayed since.

A letter's identity is where the refused record stood. A replay leaves a mark behind, in the transaction that writes the
record anew: a record on `dead-letters` with an empty value, whose headers are the letter's own and `dl_replayed`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from monitor.events import Reason
from monitor.settings import Settings, unprefixed
from monitor.wire.logs import opened

Header = tuple[str, bytes | None]

FIRST, REPLAYED = "dl_topic", "dl_replayed"


class Coordinates(NamedTuple):
    """Where a refused record stood; `topic` is without prefix."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}] offset {self.offset}"


class Letter(NamedTuple):
    """One refused record, byte for byte, with the refusal; `append_time` in ms is that of the record.

    `headers` are those that it came with, `own` are ours. `replayed` says as what it was written anew, None if not yet.
    """

    where: Coordinates
    reason: Reason
    path: str
    detail: str
    append_time: int
    key: bytes | None
    value: bytes
    headers: Sequence[Header]
    own: Sequence[Header]
    replayed: str | None = None

    @property
    def platform(self) -> str | None:
        """Whose feed it came from, by its header or else its value."""
        return self._said("platform")

    @property
    def source(self) -> str | None:
        """The run of numbering that it belonged to."""
        return self._said("source")

    def _said(self, name: str) -> str | None:
        told = dict(self.headers).get(name)
        if told is not None:
            return told.decode(errors="replace")
        value = content(self.value).get(name)
        return value if isinstance(value, str) else None


def content(value: bytes) -> dict[str, Any]:
    """Read a value as far as it is a JSON object; empty if it is none."""
    try:
        said = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def parted(headers: Sequence[Header]) -> tuple[Sequence[Header], Sequence[Header]]:
    """Part the headers of a record on `dead-letters` into those that it came with and ours, which stand last.

    A feed may have written headers of our names: they stay on its own side.
    """
    at = max((place for place, (name, _) in enumerate(headers) if name == FIRST), default=len(headers))
    return headers[:at], headers[at:]


def replayed_as(headers: Sequence[Header]) -> str | None:
    """Answer what a mark says of a replay, `source/sequence`; None for a letter."""
    told = dict(parted(headers)[1]).get(REPLAYED)
    return None if told is None else told.decode(errors="replace")


def mark_of(letter: Letter, source: str, sequence: int) -> list[Header]:
    """Answer the headers of the mark that a letter was written anew under a source and sequence."""
    return [*letter.own, (REPLAYED, f"{source}/{sequence}".encode())]


async def letters(settings: Settings) -> AsyncIterator[Letter]:
    """Yield every dead letter and every mark in the order of its partition; a mark is a letter that is `replayed`."""
    async with opened(settings, ("dead-letters",), range(settings.partitions)) as logs:
        async for record in logs.records():
            yield letter_of(record, settings.prefixes)


def letter_of(record: Any, prefixes: Iterable[str]) -> Letter:
    """Read a record of `dead-letters`."""
    headers, own = parted(record.headers)
    told = {name: (value or b"").decode(errors="replace") for name, value in own}
    return Letter(
        Coordinates(unprefixed(told["dl_topic"], prefixes), int(told["dl_partition"]), int(told["dl_offset"])),
        Reason(told["dl_reason"]),
        told["dl_path"],
        told["dl_detail"],
        int(told["dl_timestamp"]),
        record.key,
        record.value or b"",
        headers,
        own,
        told.get(REPLAYED),
    )
