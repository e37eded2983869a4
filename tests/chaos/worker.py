"""A worker that can be caught in the act: `worker.py FOLDER [BREAK]`, settings by the environment as always.

It looks for orders in FOLDER, files that somebody else makes, each obeyed once:

    inside   stop before the next commit: everything is sent and acknowledged, nothing is committed
    between  stop after a commit that was taken in the middle of a batch
    unsaid   commit, but never hear the answer
    stuck    let the event loop stand still for as many seconds as the file says

Where a file of the first three says `alerts`, only a transaction that holds some will do. For the first two it makes
FOLDER/held and goes on when that is gone. BREAK names one of `breaks.BREAKS`.
"""

import asyncio
import sys
import time
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import RequestTimedOutError

from monitor.app import run_worker
from monitor.settings import Settings
from monitor.stream.committer import Committer
from monitor.stream.partition import Partition
from tests.chaos.breaks import BREAKS


class Caught(NamedTuple):
    """Whose transaction is under way, whether it was taken in the middle of a batch, and whether it holds alerts."""

    partition: int
    is_between: bool
    has_alerts: bool


_caught: ContextVar[Caught] = ContextVar("caught")


class Orders:
    """What this worker was told to be caught at, wrapped round the product's own steps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._halfway: set[int] = set()
        self._commit = AIOKafkaProducer.commit_transaction
        self._transact = Committer.transact
        self._apply = Partition.apply

    def install(self) -> None:
        """Begin to obey."""
        orders = self

        async def apply(partition: Partition, batch: Any) -> None:
            orders.stand_still()
            orders._halfway.add(partition.number)
            await orders._apply(partition, batch)
            orders._halfway.discard(partition.number)

        async def transact(committer: Committer, parcels: Any) -> None:
            number = committer._partition.number
            has_alerts = any(parcel.topic.endswith("alerts") for parcel in parcels)
            _caught.set(Caught(number, number in orders._halfway, has_alerts))
            await orders._transact(committer, parcels)

        async def commit(producer: AIOKafkaProducer) -> None:
            await orders.commit(producer)

        Partition.apply, Committer.transact, AIOKafkaProducer.commit_transaction = apply, transact, commit

    async def commit(self, producer: AIOKafkaProducer) -> None:
        """Commit, or be caught at it."""
        if self._told("inside"):
            await self._hold()
        await self._commit(producer)
        if _caught.get().is_between and self._told("between"):
            await self._hold()
        if self._told("unsaid"):
            raise RequestTimedOutError

    def stand_still(self) -> None:
        """Block the event loop if told to."""
        order = self._folder / "stuck"
        if order.exists():
            seconds = float(order.read_text())
            order.unlink()
            time.sleep(seconds)

    def _told(self, what: str) -> bool:
        order = self._folder / what
        if not order.exists() or (order.read_text() == "alerts" and not _caught.get().has_alerts):
            return False
        order.unlink()
        return True

    async def _hold(self) -> None:
        held = self._folder / "held"
        (self._folder / "new").write_text(str(_caught.get().partition))
        (self._folder / "new").rename(held)
        while held.exists():  # noqa: ASYNC110 - another process removes it
            await asyncio.sleep(0.01)


def main(folder: str, broken: str | None = None) -> None:
    """Run the product's worker, caught and broken as told."""
    Orders(Path(folder)).install()
    if broken:
        BREAKS[broken]()
    run_worker(Settings.from_env())


if __name__ == "__main__":
    main(*sys.argv[1:])
