"""The judge: one agent for all inputs of its partitions.

In come `control`, `costs`, `shops`, `offers` and `orders`, partitioned by subject, one event a partition and poll.
Its state is one dict a partition (`state`), and each partition's transaction takes `alerts`, `dead-letters`,
`feedback` and its own entries of `control` along. A bad record is refused with reason and coordinates and its
neighbours are judged; anything else that fails ends the process, and a restart goes on from the last transaction.
"""

from typing import Any, cast

import faust
from faust.types import AgentT, TopicT

from monitor.stream.partitions import Partitions
from monitor.stream.transport import Consumer

NAME = "judge"


class Inputs(faust.Topic):
    """One Faust topic of several names that can be shown; stock refuses to name it, and `faust agents` fails."""

    def get_topic_name(self) -> str:
        """Answer all names, for people."""
        return ", ".join(self.topics)


def attach(app: faust.App, inputs: TopicT, partitions: Partitions) -> AgentT[Any]:
    """Give the app its judge."""

    @app.agent(inputs, name=NAME)
    async def judge(stream: Any) -> None:
        """Judge the records of all inputs, partition by partition, and publish alerts in one transaction each."""
        async for event in stream.noack().events():
            if await partitions.apply(event.value):
                event.ack()
            else:
                cast("Consumer", app.consumer).drop(event.message)

    return judge
