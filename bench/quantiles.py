"""Quantiles of what was measured, without interpolation: always a value that occurred."""

from collections.abc import Sequence
from math import ceil


def quantile(ascending: Sequence[float], share: float) -> float:
    """Answer the smallest value that at least `share` of all values do not exceed; 0 where there is none."""
    if not ascending:
        return 0.0
    return ascending[max(0, ceil(len(ascending) * share) - 1)]
