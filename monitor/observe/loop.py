"""How late the event loop runs: the one figure that shows code which blocks it."""

import asyncio
from typing import Protocol

INTERVAL_S = 0.1


class Delays(Protocol):
    """Who wants to know."""

    def loop_delayed(self, seconds: float) -> None:
        """Hear of one delay, 0 or more."""


async def watch_loop(delays: Delays) -> None:
    """Ask the loop to come back after `INTERVAL_S` and tell how much later it did, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + INTERVAL_S
        await asyncio.sleep(INTERVAL_S)
        delays.loop_delayed(max(0.0, loop.time() - due))
