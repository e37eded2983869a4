"""The thread of Faust's consumer that speaks with the broker: fair polls, and options that Faust lacks."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import FetchResult
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from monitor.stream import membership
from monitor.stream.order import FIRST

FETCH_WAIT_MS = 100
# A poll takes at most this part of its records from one partition: others wait for slices of a backlog, not for all.
SHARES = 8


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that speaks with the broker."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turns = count(1)
        self._served: dict[TP, int] = {}
        self._watching: asyncio.Task[None] | None = None

    async def on_start(self) -> None:
        """Start the consumer, and from then on hear what its group says of it."""
        await super().on_start()
        self._watching = asyncio.get_running_loop().create_task(self._watch_group())

    async def _watch_group(self) -> None:
        await self.crash(await membership.watch(self.app.conf.id, self._ensure_consumer()._coordinator))  # noqa: SLF001

    async def on_thread_stop(self) -> None:
        """Hear no more; the consumer stops."""
        if self._watching is not None:
            self._watching.cancel()
        await super().on_thread_stop()

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        """Fetch at once, committed records only, and let partition p of all topics meet on one worker."""
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - Faust fixes 1,500 and has no setting
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - a setting of Faust's own transactions only
        consumer._partition_assignment_strategy = [RangePartitionAssignor]  # noqa: SLF001 - likewise
        return consumer

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - upstream's
        max_records: int | None = None,
    ) -> Mapping[TP, Any]:
        """Take from every partition that has records, a share of each, and wait only where none has any.

        Stock empties one partition's fetch, of a mebibyte, before it looks at the next.
        """
        left = max_records or consumer._max_poll_records  # noqa: SLF001 - whose default it is
        share = max(1, left // SHARES)
        fetched: Mapping[TP, Any] = consumer._fetcher._records  # noqa: SLF001 - nothing else tells who has records
        failed = {tp for tp in fetched if tp in active_partitions and not isinstance(fetched[tp], FetchResult)}
        if failed:
            # It is raised before anything is taken that would be lost with it.
            return await super()._fetch_records(consumer, failed, timeout=0, max_records=share)
        found: dict[TP, Any] = {}
        for tp in self._in_turn(fetched.keys() & active_partitions):
            if left <= 0:
                break
            taken = await super()._fetch_records(consumer, {tp}, timeout=0, max_records=min(share, left))
            left -= sum(map(len, taken.values()))
            found |= taken
            self._served[tp] = next(self._turns)
        return found or await super()._fetch_records(consumer, active_partitions, timeout=timeout, max_records=share)

    def _in_turn(self, tps: Collection[TP]) -> list[TP]:
        """Order partitions by when they were last served, the longest ago first; control and costs first of all."""
        return sorted(tps, key=lambda tp: (not tp.topic.endswith(FIRST), self._served.get(tp, 0)))

    async def positions(self, tps: Sequence[TP]) -> dict[TP, int]:
        """Answer the next offset of each partition in one trip to the thread, of none of them during a rebalance."""
        positions: dict[TP, int] = await self.call_thread(self._positions, tps)
        return positions

    async def _positions(self, tps: Sequence[TP]) -> dict[TP, int]:
        consumer = self._ensure_consumer()
        try:
            return {tp: await consumer.position(driver.ensure_aiokafka_TP(tp)) for tp in tps}
        except IllegalStateError:
            # A rebalance took them meanwhile.
            return {}
