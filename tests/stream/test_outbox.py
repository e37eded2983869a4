from aiokafka.producer.message_accumulator import BatchBuilder

from monitor.stream.outbox import Outgoing, pack

BATCH_BYTES = 2_000


class Builders:
    """Makes batches as a producer does, without a broker."""

    def create_batch(self):
        """Make a batch."""
        return BatchBuilder(BATCH_BYTES, 0, is_transactional=1)


def sizes(records):
    return [parcel.batch.record_count() for parcel in pack(Builders(), "t.state", records)]


def test_records_fill_one_batch_after_the_other():
    """Ten records of half a kilobyte want four batches of two, and none is left out."""
    assert [3, 3, 3, 1] == sizes([(b"key", b"v" * 500)] * 10)


def test_a_record_larger_than_a_batch_stands_alone():
    """A dead letter of a megabyte goes out whole."""
    records = [Outgoing(b"key", b"small"), Outgoing(b"key", b"v" * 1_000_000), Outgoing(b"key", b"small")]

    assert [1, 1, 1] == sizes(records)


def test_nothing_to_say_is_no_batch():
    """An empty batch is never sent."""
    assert [] == sizes([])


def test_batches_are_closed():
    """Nothing can be added to a batch that is on its way."""
    [parcel] = pack(Builders(), "t.state", [(b"key", None)])

    assert parcel.batch.closed()
    assert "t.state" == parcel.topic
