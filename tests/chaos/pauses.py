"""How long partitions stood still, by the kind of fault that made them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

BEFORE_S = 1.0
"""How long before a fault a gap may have begun that the fault then made long."""


class Lasted(NamedTuple):
    """A fault that happened, and when, by `time.monotonic`."""

    kind: str
    began: float
    ended: float


class Pause(NamedTuple):
    """The longest silence of any partition, and the median of each fault's longest, in seconds; of so many faults."""

    kind: str
    faults: int
    median_s: float
    longest_s: float


def pauses(moments: Mapping[int, Sequence[float]], lasted: Sequence[Lasted]) -> list[Pause]:
    """Answer the pauses of each kind; only faults count during whose longest gap no other fault began or lasted."""
    found: dict[str, list[float]] = defaultdict(list)
    for fault in lasted:
        gap = _longest(moments, fault)
        if gap is not None and not any(_meets(other, gap) for other in lasted if other is not fault):
            found[fault.kind].append(gap[1] - gap[0])
    return [Pause(kind, len(of), round(median(of), 2), round(max(of), 2)) for kind, of in sorted(found.items())]


def _longest(moments: Mapping[int, Sequence[float]], fault: Lasted) -> tuple[float, float] | None:
    """Find the longest gap between two transactions of a partition that begins while a fault lasts, or just before."""
    gaps = [
        (one, after)
        for of_partition in moments.values()
        for one, after in pairwise(of_partition)
        if one >= fault.began - BEFORE_S and one <= fault.ended and after >= fault.began
    ]
    return max(gaps, key=lambda gap: gap[1] - gap[0], default=None)


def _meets(other: Lasted, gap: tuple[float, float]) -> bool:
    return other.began < gap[1] and other.ended > gap[0] - BEFORE_S
