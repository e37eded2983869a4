"""A worker as a process of its own, with the toy core or, if CORE is "engine", the product's; settings as always.

HOLD_FILE: once that file exists, the next transaction that holds an alert stops in its middle: everything is sent and
acknowledged, nothing is committed, and a file beside it, with the suffix .held, says so. It goes on when that is gone.
"""

import asyncio
import logging
import os
from pathlib import Path

from toy import ToyCore

from monitor.app import create_app, run
from monitor.settings import Settings
from monitor.stream.committer import Committer

HOLD = Path(os.environ.get("HOLD_FILE", "never"))
HELD = HOLD.with_suffix(".held")


async def transact_or_hold(self, parcels):
    """Do what the product does, but freeze for ever inside a transaction when told to."""
    producer, number = self._producer, self._partition.number
    await producer.begin_transaction()
    await asyncio.gather(*[await producer.send_batch(p.batch, p.topic, partition=number) for p in parcels])
    if any(parcel.topic.endswith("alerts") for parcel in parcels) and told_to_hold(number):
        while HELD.exists():  # noqa: ASYNC110 - another process removes it
            await asyncio.sleep(0.01)
    await producer.commit_transaction()


def told_to_hold(number):
    """Answer whether the file is there, once, and say which partition holds."""
    if not HOLD.exists():
        return False
    HOLD.unlink()
    HELD.with_suffix(".new").write_text(str(number))
    HELD.with_suffix(".new").rename(HELD)
    return True


if __name__ == "__main__":
    Committer.transact = transact_or_hold
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    run(create_app(Settings.from_env(), core=None if os.environ.get("CORE") == "engine" else ToyCore))
