"""The garbage collector in a process that keeps millions of objects which are no garbage."""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 50


def settle() -> None:
    """Collect seldom: a slice makes thousands of objects that reference counting frees."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def freeze() -> None:
    """Take what lives now, the restored state above all, out of every later collection."""
    gc.freeze()
