import asyncio

from shells import batch

from monitor.stream.batches import BatchLedger, Place, Room

ORDERS = Place("orders", 0)


def done(one):
    one.done = True
    return one


def test_the_group_is_told_what_is_done_and_durable_in_order():
    """The first batch that is not done holds back all after it, whatever was acked."""
    ledger = BatchLedger()
    for one in (done(batch(0, 9)), batch(10, 19), done(batch(20, 29))):
        ledger.add(one)

    assert 10 == ledger.committable(ORDERS, durable=29)
    assert ledger.committable(ORDERS, durable=29) is None


def test_the_group_never_learns_of_what_is_only_applied():
    """A batch that is done but not yet in a committed transaction stays."""
    ledger = BatchLedger()
    ledger.add(done(batch(0, 9)))
    before = ledger.committable(ORDERS, durable=8)

    assert before is None
    assert 10 == ledger.committable(ORDERS, durable=9)


def test_holes_of_the_log_do_not_stop_the_group():
    """Batches with gaps between them are committed in one go: stock Faust advances one gap a commit."""
    ledger = BatchLedger()
    for first in range(0, 100, 10):
        ledger.add(done(batch(first, first + 7)))

    assert 98 == ledger.committable(ORDERS, durable=97)


def test_the_group_learns_what_a_predecessor_made_durable():
    """A worker that died between a transaction and the group's offsets leaves no lag behind it."""
    ledger = BatchLedger()
    before = ledger.committable(ORDERS, durable=-1)

    assert before is None
    assert 42 == ledger.committable(ORDERS, durable=41)


def test_partitions_do_not_hold_each_other_back():
    """Each partition has a queue of its own, and clearing forgets all of them."""
    ledger = BatchLedger()
    ledger.add(batch(0, 9))
    ledger.add(done(batch(0, 9, partition=1)))
    reached = ledger.committable(Place("orders", 1), durable=9)
    ledger.clear()

    assert 10 == reached
    assert ledger.is_idle(ORDERS)


def test_a_partition_is_idle_when_all_its_batches_are_done():
    """Only then does the fetcher's position say that a log ended in holes."""
    ledger, last = BatchLedger(), batch(10, 19)
    ledger.add(done(batch(0, 9)))
    ledger.add(last)
    busy = ledger.is_idle(ORDERS)

    assert not busy
    last.done = True
    assert ledger.is_idle(ORDERS)


def test_a_room_is_full_at_its_limit_and_a_batch_leaves_once():
    """Leaving twice, as a skipped and a dropped batch do, gives one place back."""
    room, one, two = Room(2), batch(0, 1), batch(2, 3)
    room.enter(one)
    room.enter(two)
    full = room.is_full
    room.leave(one)
    room.leave(one)
    room.enter(one)

    assert full
    assert room.is_full


async def test_the_fetcher_is_woken_when_a_batch_leaves():
    """Whoever waits for room goes on at once; it does not sleep a fixed time."""
    room, one = Room(1), batch(0, 1)
    room.enter(one)
    waiting = asyncio.create_task(room.changed(60))
    await asyncio.sleep(0)
    room.leave(one)

    await asyncio.wait_for(waiting, 1)


async def test_the_fetcher_does_not_wait_for_ever():
    """Without anybody leaving, the wait ends after the time given: the flow may have been stopped."""
    room = Room(1)
    room.enter(batch(0, 1))
    await asyncio.wait_for(room.changed(0.01), 1)

    assert room.is_full


def test_a_rebalance_empties_the_room():
    """Batches of partitions that go hold no places."""
    room = Room(1)
    room.enter(batch(0, 1))
    room.clear()

    assert not room.is_full
