"""Files of events: one line a record, one file a partition, each the log of its partition in order of arrival."""

import base64
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson

from monitor.feed.stamp import Stamped


class PartitionFiles:
    """Write `partition-<p>.ndjson` into a folder; a context, its files are closed at its end."""

    def __init__(self, folder: Path, partitions: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [folder / f"partition-{partition}.ndjson" for partition in range(partitions)]
        self._files: list[IO[bytes]] = []
        self.written = 0

    def __enter__(self) -> Self:
        self._files = [path.open("wb") for path in self.paths]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()

    def write(self, records: Iterable[Stamped]) -> None:
        """Append records to the files of their partitions."""
        lines: list[list[bytes]] = [[] for _ in self._files]
        for record in records:
            lines[record.partition].append(line_of(record))
        for file, of_file in zip(self._files, lines, strict=True):
            file.write(b"".join(of_file))
            self.written += len(of_file)


def line_of(record: Stamped) -> bytes:
    """Write one record as a line: its value as it is, or in base64 where it is no JSON object.

    Bytes that do not decode cannot tell whose they are: then platform, source and sequence stand on the line, where
    Kafka has headers.
    """
    value = record.value
    if value.startswith(b"{") and value.endswith(b"}"):
        return b'{"topic":"%b","key":"%b","append_time":%d,"value":%b}\n' % (
            record.topic.encode(),
            record.key,
            record.append_time,
            value,
        )
    line: bytes = orjson.dumps(
        {
            "topic": record.topic,
            "key": record.key.decode(),
            "append_time": record.append_time,
            "platform": record.platform,
            "source": record.source,
            "sequence": record.sequence,
            "value_base64": base64.b64encode(value).decode(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )
    return line
