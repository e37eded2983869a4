"""The product's worker as a process of its own, which falls ill once the file ILL is there; FAULT says of what.

loop: the event loop never runs again. judge: the judge waits for ever with its next batch. group: it never joins, ill
from the beginning.
"""

import asyncio
import os
import time
from pathlib import Path

from aiokafka.consumer.group_coordinator import GroupCoordinator

from monitor import app
from monitor.settings import Settings
from monitor.stream.partitions import Partitions

LONG_S = 600
ILL = Path(os.environ["ILL"])

apply, watch_loop = Partitions.apply, app.watch_loop


async def apply_or_wait(self, batch):
    """Do what the product does until ill."""
    if ILL.exists():  # noqa: ASYNC240 - see below
        await asyncio.sleep(LONG_S)
    return await apply(self, batch)


async def watch_or_block(delays):
    """Do what the product does until ill."""
    watching = asyncio.create_task(watch_loop(delays))
    while not ILL.exists():  # noqa: ASYNC110, ASYNC240 - another process makes it
        await asyncio.sleep(0.05)
    time.sleep(LONG_S)  # noqa: ASYNC251 - this is the illness
    await watching


async def wait_outside(*_):
    """Never come to joining the group."""
    await asyncio.sleep(LONG_S)


def fall_ill(fault):
    """Give this process the product with a fault in it."""
    match fault:
        case "judge":
            Partitions.apply = apply_or_wait
        case "loop":
            app.watch_loop = watch_or_block
        case "group":
            GroupCoordinator.ensure_active_group = wait_outside


if __name__ == "__main__":
    fall_ill(os.environ["FAULT"])
    app.run_worker(Settings.from_env())
