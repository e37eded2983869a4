"""How flat memory is told from samples that go up and down."""

from tests.chaos.soak import MOST_BP, Sample, growth_bp


def samples(*, grows):
    """Half an hour: a steep third, then `grows` bytes a second, a saw of a megabyte over all of it."""
    steep, base = 100_000, 200_000_000
    for at in range(1_800):
        warm = min(at, 600)
        yield Sample(at, base + warm * steep + max(0, at - 600) * grows + (at % 30) * 30_000)


def test_memory_that_goes_up_and_down_is_flat():
    """What is taken while days first fill, and what each interval takes and gives back, is no growth."""
    assert abs(growth_bp(list(samples(grows=0)), 1_800)) < 20


def test_memory_that_leaks_is_not():
    """Twenty kilobytes a second are 24 MB in twenty minutes, of 260: that is more than a run may show."""
    assert growth_bp(list(samples(grows=20_000)), 1_800) > MOST_BP
