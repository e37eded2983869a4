import asyncio

import pytest
from shells import EndedError, FakeCore, Raw, batch

from monitor.stream import exits
from monitor.stream.batches import Batch, Place
from monitor.stream.partition import FAR_BEHIND, Partition, slices


def partition(core, size=500):
    return Partition(0, core, generation=1, slice_records=size)


async def test_a_batch_is_folded_in_slices_and_done_after_the_last():
    """Seven records in slices of three are decoded as three, three and one, in order."""
    core, seven = FakeCore(), batch(0, 6)
    await partition(core, size=3).apply(seven)

    assert [3, 3, 1] == core.slices
    assert list(range(7)) == core.folded
    assert seven.done


async def test_records_at_or_below_the_applied_offset_are_dropped():
    """A batch read again folds only what was not applied."""
    core = FakeCore(applied={"orders": 3})
    await partition(core).apply(batch(0, 6))

    assert [4, 5, 6] == core.folded
    assert [] == core.skipped


async def test_a_batch_read_again_whole_changes_nothing():
    """A batch below the applied offset is done at once."""
    core, again = FakeCore(applied={"orders": 6}), batch(0, 6)
    await partition(core).apply(again)

    assert again.done
    assert not core.moved


async def test_holes_inside_and_before_a_batch_are_markers():
    """Offsets that the fetcher passed without a record are counted where the next record is applied."""
    core = FakeCore(applied={"orders": 1})
    await partition(core).apply(batch(4, 9, start=2, skip={6, 7}))

    assert [4, 5, 8, 9] == core.folded
    assert [(9, 4, 0)] == core.skipped


async def test_a_batch_without_records_moves_past_the_markers_that_end_a_log():
    """Transaction markers end a log too: the applied offset passes them."""
    core, tail = FakeCore(applied={"orders": 4}), Batch(Place("orders", 0), (), start=5, last=6)
    await partition(core).apply(tail)

    assert [(6, 2, 0)] == core.skipped
    assert tail.done


async def test_what_retention_took_is_lost_and_not_markers():
    """Of ten offsets before the first record, the seven that the log no longer holds are lost, three are holes."""
    core = FakeCore(applied={"orders": 9})
    await partition(core).apply(batch(20, 21, start=10, lost=7))

    assert [(16, 0, 7), (21, 3, 0)] == core.skipped


async def test_a_batch_that_leaves_records_out_ends_the_process():
    """A batch that begins above the applied offset would hide records that were fetched and never judged."""
    with pytest.raises(EndedError) as ended:
        await partition(FakeCore(applied={"orders": 4})).apply(batch(7, 9))

    assert exits.INVARIANT_BROKEN == ended.value.args[0]
    assert "begins at offset 7, expected at most 5" in ended.value.args[1]


async def test_no_record_is_folded_while_keys_are_due():
    """Keys made due by a record are taken, in slices too, before the next record, and after the last one."""
    core = FakeCore(due_after={1, 3}, due_keys=5)
    await partition(core, size=3).apply(batch(0, 3))

    assert [0, 1, "3 due", "2 due", 2, 3, "3 due", "2 due"] == core.steps


async def test_a_slice_that_breaks_off_leaves_the_partition_busy():
    """Nothing half done may be committed: the flag stays for the committer to see."""
    broken = partition(FakeCore(raises_at={2}))
    with pytest.raises(RuntimeError):
        await broken.apply(batch(0, 4))

    assert broken.busy


async def test_a_revision_wakes_the_committer_at_once():
    """The committer is kicked when a revision waits, and not before."""
    core = FakeCore()
    judged = partition(core)
    await judged.apply(batch(0, 1))
    quiet = judged.kick.is_set()
    core.waiting = 1
    await judged.apply(batch(2, 3))

    assert not quiet
    assert judged.kick.is_set()
    assert 1_000 == judged.hand_over().raised_ms


async def test_far_behind_the_log_a_revision_waits_for_the_interval():
    """Catching up, a transaction for each revision would write the same keys again and again."""
    core = FakeCore()
    core.waiting = 1
    judged = partition(core)
    judged.heads = {"orders": 1 + FAR_BEHIND + 1}
    await judged.apply(batch(0, 1))
    far = judged.kick.is_set()
    await judged.apply(batch(2, 2))

    assert not far
    assert judged.kick.is_set()
    assert 1_000 == judged.hand_over().raised_ms


async def test_what_changed_is_encoded_in_pieces_between_which_the_loop_runs():
    """A loop that encodes thousands of values at once hears no heartbeat and answers no probe meanwhile."""
    core = FakeCore()
    core.unencoded = 1_100
    held = partition(core, size=500)
    turns = 0

    async def others():
        nonlocal turns
        while core.unencoded:
            turns += 1
            await asyncio.sleep(0)

    taken, _ = await asyncio.gather(held.take(), others())

    assert ["encode 500", "encode 500", "encode 500", "take"] == core.steps
    assert 0 == taken
    assert 2 == turns


async def test_a_refused_record_is_found_as_it_was_fetched_until_the_commit():
    """Key and headers of a refused record are at hand until it is written, then let go."""
    core = FakeCore()
    core.refusals = 1
    judged = partition(core)
    await judged.apply(batch(0, 5, skip={2}))
    found = judged.original("orders", 3)
    handed = judged.hand_over()

    assert Raw(3) == found
    assert 5 == handed.records
    with pytest.raises(LookupError):
        judged.original("orders", 3)


async def test_batches_without_refusals_are_let_go():
    """Only batches that hold a refused record are kept until the commit."""
    judged = partition(FakeCore())
    await judged.apply(batch(0, 5))

    with pytest.raises(LookupError):
        judged.original("orders", 3)


def test_slices_begin_at_the_position():
    """Records before the position are in no slice."""
    records = [Raw(offset) for offset in (3, 5, 8, 9)]

    assert [[5, 8], [9]] == [[raw.offset for raw in part] for part in slices(records, 4, 2)]


def test_a_partition_takes_batches_between_its_placing_and_its_closing():
    """It is open once restored and until a rebalance takes it."""
    held = partition(FakeCore())
    before = held.is_open
    held.placed = True
    during = held.is_open
    held.closed = True

    assert (False, True, False) == (before, during, held.is_open)
