"""The thread of Faust's consumer that speaks with the broker, with the three options that Faust has no settings for."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

FETCH_WAIT_MS = 100


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that speaks with the broker."""

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        """Fetch at once, committed records only, and let partition p of all topics meet on one worker."""
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - Faust fixes 1,500 and has no setting
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - a setting of Faust's own transactions only
        consumer._partition_assignment_strategy = [RangePartitionAssignor]  # noqa: SLF001 - likewise
        return consumer

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
