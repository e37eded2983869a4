"""What the worker's consumer knows of group and broker, for whoever asks from another thread.

Everything here is one read of what the client keeps anyway; nothing waits, and nothing is asked of the broker. aiokafka
shows neither its generation nor when a connection last answered, so its own fields are read.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from monitor.stream.thread import ConsumerThread

NO_GENERATION = -1


class ConsumerLink:
    """The `Link` of one consumer; before the client is made, the broker counts as last seen when this was."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: ConsumerThread) -> None:
        self._loop = loop
        self._thread = thread
        self._made = time.monotonic()

    @property
    def loops(self) -> Mapping[str, asyncio.AbstractEventLoop]:
        """The loop of the judge and that of the thread which speaks with the broker."""
        return {"event loop": self._loop, "consumer thread": self._thread.thread_loop}

    @property
    def is_member(self) -> bool:
        """Whether the client has a generation: it loses it when the group refuses it or when it has to leave."""
        return getattr(self._coordinator, "generation", NO_GENERATION) != NO_GENERATION

    @property
    def answered(self) -> float:
        """When the broker last answered that has not answered for longest; a leader without connection never did.

        One that is asked nothing owes no answer: while everything fetched waits for the judge, no more is fetched.
        """
        nodes = self._nodes()
        if not nodes:
            return self._made
        newest = dict.fromkeys(nodes, 0.0)
        for (node, _), connection in list(self._client._conns.items()):  # noqa: SLF001 - see above
            if node in newest and connection.connected():
                newest[node] = max(newest[node], _answered(connection))
        return min(newest.values())

    def _nodes(self) -> set[int | None]:
        """Name the leaders of what is assigned, None for a partition without one, or else the coordinator."""
        consumer = self._consumer
        if consumer is None:
            return set()
        leaders = {self._client.cluster.leader_for_partition(place) for place in consumer.assignment()}
        return leaders or {getattr(self._coordinator, "coordinator_id", None)}

    @property
    def _consumer(self) -> Any:
        return self._thread._consumer  # noqa: SLF001 - Faust's thread has no other way to it

    @property
    def _client(self) -> Any:
        return self._consumer._client  # noqa: SLF001 - see above

    @property
    def _coordinator(self) -> Any:
        return getattr(self._consumer, "_coordinator", None)


def _answered(connection: Any) -> float:
    is_owed: bool = len(connection._requests) > 0  # noqa: SLF001 - see above
    answered: float = connection._last_action  # noqa: SLF001 - see above
    return answered if is_owed else time.monotonic()
