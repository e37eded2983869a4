"""The one engine of live, backtest and test: a pure fold of records into findings (design.md 9)."""

from monitor.engine.folding import advance, fold
from monitor.engine.partition import Changes, Ledger, Partition

__all__ = ["Changes", "Ledger", "Partition", "advance", "fold"]
