"""What the collector is let look through, and when."""

import asyncio
import gc
from contextlib import suppress

import pytest

from monitor.stream import heap


class Knot:
    """Holds itself, so that only the collector frees it."""

    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def as_before():
    """Leave the collector as it was found."""
    yield
    gc.enable()
    gc.unfreeze()


async def tended(monkeypatch, counts, seconds=0.05):
    """Tend the heap quickly while the count of records folded goes through `counts`."""
    monkeypatch.setattr(heap, "TEND_S", 0.01)
    counts = iter([*counts, *[counts[-1]] * 100])
    with suppress(TimeoutError):
        await asyncio.wait_for(heap.tend(lambda: next(counts)), seconds)


def knots():
    """Count the knots that were made and never freed, frozen ones apart."""
    return sum(isinstance(one, Knot) for one in gc.get_objects())


async def test_a_quiet_worker_frees_what_reconnects_left(monkeypatch):
    """Where little is folded, what holds itself is found."""
    heap.settle()
    Knot()
    before = knots()
    await tended(monkeypatch, [0, 10])

    assert (1, 0) == (before, knots())
    assert not gc.isenabled()


async def test_a_busy_worker_looks_through_nothing(monkeypatch):
    """Where much is folded, what lives is taken out of later looks; a look costs a tenth of a second."""
    looks = []
    gc.callbacks.append(lambda phase, _: looks.append(phase))
    heap.settle()
    before = gc.get_freeze_count()
    await tended(monkeypatch, [0, *range(heap.FEW_RECORDS, 200 * heap.FEW_RECORDS, heap.FEW_RECORDS)])
    gc.callbacks.pop()

    assert [] == looks
    assert gc.get_freeze_count() > before


async def test_a_rebalance_looks_through_all():
    """What was frozen and belongs to nobody any more goes when partitions are given up."""
    heap.settle()
    Knot()
    heap.freeze()
    heap.renew()

    assert 0 == knots()
    assert 0 == gc.get_freeze_count()
