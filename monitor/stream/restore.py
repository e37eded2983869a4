"""Restoring partitions from the state log, and refusing those whose logs do not fit what was applied."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.errors import LogShrank, WeAreWrong
from monitor.settings import Settings
from monitor.stream.order import FIRST, INPUTS
from monitor.stream.partition import Partition
from monitor.wire.clients import reader_options

POLL_MS = 200
POLL_RECORDS = 20_000
FETCH_BYTES = 4 << 20
FETCH_WAIT_MS = 100


Restoring = Callable[[int, int], None]


@dataclass(frozen=True)
class Log:
    """Where a log begins, inclusive, and ends, exclusive, for a reader of committed records."""

    begin: int
    end: int


class StateReader:
    """One consumer without group for all partitions of an assignment; begun only after their producers are fenced.

    Committed records only, an explicit seek for each partition and no reset policy: `seek_to_beginning` races with
    the default policy and reads nothing without any error. `restoring` is told, for each partition that a poll brought
    records of, how many offsets of its state log are still to be read.
    """

    def __init__(self, settings: Settings, restoring: Restoring = lambda _partition, _remaining: None) -> None:
        self._address = settings.address
        self._restoring = restoring
        self._consumer = AIOKafkaConsumer(
            **reader_options(settings), max_partition_fetch_bytes=FETCH_BYTES, fetch_max_wait_ms=FETCH_WAIT_MS
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._consumer.stop()

    async def logs(self, numbers: Sequence[int]) -> dict[int, dict[str, Log]]:
        """Look at both ends of everything that partitions read or guard: inputs, state, alerts.

        Topics are asked for at once: each one new to the client costs a wait.
        """
        topics = (*INPUTS, "state", "alerts")
        found = await asyncio.gather(*(self._logs(topic, numbers) for topic in topics))
        return {number: {topic: found[at][number] for at, topic in enumerate(topics)} for number in numbers}

    async def _logs(self, topic: str, numbers: Sequence[int]) -> dict[int, Log]:
        places = [self._place(topic, number) for number in numbers]
        ends = await self._consumer.end_offsets(places)
        begins = await self._consumer.beginning_offsets(places)
        return {place.partition: Log(begins[place], ends[place]) for place in places}

    async def restore(
        self, partitions: Sequence[Partition], logs: Mapping[int, Mapping[str, Log]]
    ) -> AsyncIterator[tuple[Partition, int]]:
        """Feed the state log to each partition's core; yields a partition with its records once it is read."""
        waiting = {self._place("state", partition.number): partition for partition in partitions}
        counts = dict.fromkeys(waiting, 0)
        self._consumer.assign(list(waiting))
        for place in waiting:
            self._consumer.seek(place, logs[place.partition]["state"].begin)
        while waiting:
            for place in list(waiting):
                if await self._consumer.position(place) >= logs[place.partition]["state"].end:
                    self._consumer.pause(place)
                    yield waiting.pop(place), counts[place]
            for place, records in (await self._poll() if waiting else {}).items():
                counts[place] += len(records)
                restore = waiting[place].core.restore
                for record in records:
                    restore(record.key, record.value)
                self._restoring(place.partition, logs[place.partition]["state"].end - records[-1].offset - 1)
                await asyncio.sleep(0)

    async def holds_records(self, topic: str, partition: int, log: Log) -> bool:
        """Answer whether a log holds a committed record: offsets alone may be those of aborted transactions."""
        place = self._place(topic, partition)
        self._consumer.assign([place])
        self._consumer.seek(place, log.begin)
        while await self._consumer.position(place) < log.end:
            if await self._poll():
                return True
        return False

    async def _poll(self) -> dict[TopicPartition, list[Any]]:
        records: dict[TopicPartition, list[Any]] = await self._consumer.getmany(
            timeout_ms=POLL_MS, max_records=POLL_RECORDS
        )
        return records

    def _place(self, topic: str, partition: int) -> TopicPartition:
        return TopicPartition(self._address(topic), partition)


def check_logs(partition: Partition, logs: Mapping[str, Log]) -> None:
    """Raise LogShrank where an input ends before what was applied: it was recreated or cut off."""
    for topic, applied in partition.core.applied.items():
        if applied + 1 > logs[topic].end:
            raise LogShrank(topic, partition.number, applied, logs[topic].end)


def refuse_lost_state(partition: int) -> WeAreWrong:
    """Say that alerts were published, but no meta record tells how far the inputs were applied."""
    return WeAreWrong(
        f"state[{partition}] holds no meta record, but alerts[{partition}] holds alerts of this group: the state topic "
        f"was deleted or recreated; restore it from a backup, or start a new group on a new topic prefix"
    )


def settle(partition: Partition, logs: Mapping[str, Log]) -> None:
    """Move a restored partition past what retention took, and note what must be read before all else."""
    for topic in INPUTS:
        position, begin = partition.position(topic), logs[topic].begin
        if begin > position:
            partition.core.skip(topic, begin - 1, lost=begin - position)
    partition.ends = {topic: logs[topic].end for topic in FIRST}
    partition.heads = {topic: logs[topic].end for topic in INPUTS}
