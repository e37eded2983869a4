"""A worker with the toy core, as a process of its own; FAIRTRADE_ settings say the rest.

HOLD_FILE: once that file exists, the next transaction that holds an alert stops in its middle: everything is sent and
acknowledged, nothing is committed, and a file beside it, with the suffix .held, says so.
"""

import asyncio
import logging
import os
from pathlib import Path

from toy import ToyCore

from monitor.app import create_app, run
from monitor.settings import Settings
from monitor.stream.committer import Committer

HOLD_FILE = os.environ.get("HOLD_FILE")


async def transact_or_hold(self, parcels):
    """Do what the product does, but freeze for ever inside a transaction when told to."""
    producer, number = self._producer, self._partition.number
    await producer.begin_transaction()
    await asyncio.gather(*[await producer.send_batch(p.batch, p.topic, partition=number) for p in parcels])
    if any(parcel.topic.endswith("alerts") for parcel in parcels) and told_to_hold(number):
        await asyncio.sleep(3600)
    await producer.commit_transaction()


def told_to_hold(number):
    """Answer whether the file is there, once, and say which partition holds."""
    if not Path(HOLD_FILE).exists():
        return False
    Path(HOLD_FILE).unlink()
    Path(HOLD_FILE).with_suffix(".held").write_text(str(number))
    return True


if __name__ == "__main__":
    if HOLD_FILE:
        Committer.transact = transact_or_hold
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    run(create_app(Settings.from_env(), core=ToyCore))
