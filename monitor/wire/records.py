"""Reading a fetch's batches where a header's name is no UTF-8: aiokafka's parser ends the consumer at such a record.

A broker takes any bytes for a name, so one record of one writer would stop a worker, and stop it again after each
restart (docs/decisions/0021-fuzz.md). `Records` stands where aiokafka's fetcher makes its own; a batch that is in order
is read by aiokafka and costs nothing more.
"""

from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any, SupportsIndex, overload

from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_HEAD = Struct(">qiib")
"""base offset, length of what follows, leader epoch, magic"""
_OVERHEAD = 12
"""bytes of a batch that its length does not count"""
_MAGIC_WITH_HEADERS = 2


class Records:
    """The batches of one fetch of one partition, as `aiokafka.record.memory_records.MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._records: Any = MemoryRecords(data)

    def size_in_bytes(self) -> int:
        """Answer how many bytes were fetched."""
        return len(self._data)

    def has_next(self) -> bool:
        """Answer whether a whole batch is left."""
        return bool(self._records.has_next())

    def next_batch(self) -> "Batch":
        """Answer the next batch; only after `has_next`."""
        begin = self._position
        self._position += _HEAD.unpack_from(self._data, begin)[1] + _OVERHEAD
        return Batch(self._records.next_batch(), memoryview(self._data)[begin : self._position])


class Batch:
    """One batch: aiokafka's in everything but how its records are gone through."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except (CorruptRecordException, UnicodeDecodeError):
            if _HEAD.unpack_from(self._data)[3] < _MAGIC_WITH_HEADERS:
                raise
            return iter(_read_again(self._data))


def _read_again(data: memoryview) -> Sequence[Any]:
    """Read a batch with names of headers that may be any bytes; raises CorruptRecordException where more is wrong."""
    batch = _DefaultRecordBatchPy(data)
    iter(batch)  # uncompresses
    batch._buffer = _AnyNames(batch._buffer)  # noqa: SLF001 - nothing else is asked to decode a name
    return list(batch)


class _AnyNames(bytearray):
    """Bytes whose slices become text whatever they hold, what is no UTF-8 as backslash, x and two digits."""

    @overload
    def __getitem__(self, index: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> bytearray: ...
    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _AnyNames(found) if isinstance(index, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        del errors
        return super().decode(encoding, "backslashreplace")
