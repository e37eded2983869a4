"""Batches whose headers have names that are no text are read all the same, and others as aiokafka reads them."""

import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from monitor.wire.records import Records

PLAIN, ZSTD = 0, 4
GOOD = [("ce_id", b"1"), ("\u4ef7\u683c", b"")]


class Name(str):
    """A name that a careless writer put on the wire."""

    __slots__ = ()

    def encode(self, *_):
        """Answer what is written."""
        return b"\xff\xfename"


def batch(records, codec=PLAIN):
    """Build one batch of (value, headers)."""
    builder = _DefaultRecordBatchBuilderPy(2, codec, 0, -1, -1, 0, 1_000_000)
    for offset, (value, headers) in enumerate(records):
        builder.append(offset, 1_000, b"key", value, headers)
    return bytes(builder.build())


def values(data):
    """Read all batches of a fetch, as aiokafka's fetcher goes through them."""
    records, found = Records(data), []
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        found += [(record.offset, record.value, list(record.headers)) for record in one]
    return found


@pytest.mark.parametrize("codec", [PLAIN, ZSTD])
def test_a_name_that_is_no_text_is_written_with_backslashes(codec):
    """The record and its neighbours come as they were sent, compressed or not; the bad name can be read and written."""
    bad = batch([(b"before", GOOD), (b"bad", [(Name("x"), b"v")]), (b"after", [])], codec)
    good = batch([(b"next", GOOD)], codec)

    assert [
        (0, b"before", GOOD),
        (1, b"bad", [("\\xff\\xfename", b"v")]),
        (2, b"after", []),
        (0, b"next", GOOD),
    ] == values(bad + good)


def test_without_it_the_whole_fetch_is_refused():
    """What aiokafka does itself, and why this module is there; once it reads on, the module can go."""
    records = MemoryRecords(batch([(b"bad", [(Name("x"), b"v")])]))

    with pytest.raises((CorruptRecordException, UnicodeDecodeError)):
        list(records.next_batch())


def test_a_batch_with_more_wrong_than_a_name_is_still_refused():
    """Bytes that are no record are no matter of names."""
    data = bytearray(batch([(b"bad", [(Name("x"), b"v")])]))
    data[-1] ^= 0xFF
    data[61] ^= 0x7F

    with pytest.raises(CorruptRecordException):
        list(Records(bytes(data)).next_batch())


def test_what_a_batch_says_of_itself_is_aiokafkas():
    """Producer, offsets and kind are asked of the batch itself."""
    one = Records(batch([(b"v", [])])).next_batch()

    assert (0, 1, False, -1) == (one.base_offset, one.next_offset, one.is_control_batch, one.producer_id)
