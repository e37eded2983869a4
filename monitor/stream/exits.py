"""How a worker ends itself: one code for each cause, the reason on standard error, nothing else done any more."""

import os
import sys
from typing import NoReturn

REFUSED = 3
STUCK = 3
NOT_CO_PARTITIONED = 70
RESTORE_FAILED = 71
INVARIANT_BROKEN = 72
TRANSACTION_UNKNOWN = 75


def end(code: int, reason: str) -> NoReturn:
    """End the process at once, without clean-up: what is not in a transaction must not get into one.

    After an unknown transaction only a new producer epoch may go on, and only a new process takes one.
    """
    sys.stderr.write(f"fairtrade worker ends with exit code {code}: {reason}\n")
    sys.stderr.flush()
    os._exit(code)
