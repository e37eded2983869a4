import pytest
from shells import EndedError, FakeCore, batch

from monitor.errors import TornTransaction
from monitor.settings import Settings
from monitor.stream import exits
from monitor.stream.batches import Place
from monitor.stream.observer import Unobserved
from monitor.stream.partitions import Partitions


class Heard(Unobserved):
    """Remembers the batches it heard of."""

    def __init__(self):
        self.batches = []

    def applied(self, topic, partition, records, seconds):  # noqa: ARG002 - the protocol's
        """Remember a batch."""
        self.batches.append((topic, partition, records))


def held(generation=2):
    """Make partitions of which number 0 is open in a generation, without a broker."""
    heard = Heard()
    partitions = Partitions(Settings(), lambda _: FakeCore(), heard)
    one = partitions._new(0, generation)
    one.placed = True
    partitions._partitions = {0: one}
    return partitions, one, heard


async def test_a_batch_of_this_generation_is_applied_and_told():
    """The observer hears of a batch once, and the append time that was reached is known."""
    partitions, one, heard = held()

    assert await partitions.apply(batch(0, 4, generation=2))
    assert {"orders": 4} == one.core.applied
    assert [("orders", 0, 5)] == heard.batches
    assert 1_000 == partitions.reach.newest


@pytest.mark.parametrize("stale", [batch(0, 4, generation=1), batch(0, 4, generation=2, partition=1)])
async def test_a_batch_whose_partition_is_gone_is_not_applied(stale):
    """Batches of an older generation or of another worker's partition are left to whoever holds it now."""
    partitions, one, heard = held()

    assert not await partitions.apply(stale)
    assert [] == one.core.folded == heard.batches


async def test_a_closed_partition_takes_nothing():
    """Between the last commit and the end of a rebalance nothing is applied any more."""
    partitions, one, _ = held()
    one.closed = True

    assert partitions.of(batch(0, 4, generation=2)) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [(TornTransaction("key", 9, 8), exits.REFUSED), (ConnectionError("gone"), exits.RESTORE_FAILED)],
)
async def test_an_error_while_opening_ends_the_process_by_its_kind(monkeypatch, error, code):
    """What we are told wrongly refuses to start; what the world does wrong lets the supervisor start again."""
    partitions, _, _ = held()

    async def fails(_):
        raise error

    monkeypatch.setattr(partitions, "_open", fails)
    with pytest.raises(EndedError) as ended:
        await partitions._open_or_end(None)

    assert code == ended.value.args[0]
    assert str(error) in ended.value.args[1] or repr(error) in ended.value.args[1]


async def test_closing_forgets_what_was_held():
    """After a close no partition is found and the inputs' reach begins anew."""
    partitions, _, _ = held()
    partitions.reach.read(Place("orders", 0), 5)
    await partitions.close()

    assert partitions.get(0) is None
    assert 0 == partitions.reach.of(0)
