"""The yardstick: a Faust agent that does nothing, on Faust's own transport, with raw bytes, uvloop, default monitor."""

import asyncio
import tempfile
from typing import Any

import faust
import uvloop

from bench.meter import Meter, Task, answer, told
from monitor.stream.order import INPUTS


def stock_app(task: Task) -> faust.App:
    """Build an app with one agent over all inputs; it counts, for somebody must see the end."""
    settings = task.settings
    app = faust.App(
        f"{settings.group}-stock",
        broker=[f"kafka://{address}" for address in settings.kafka.split(",")],
        datadir=tempfile.mkdtemp(prefix="fairtrade-stock-"),
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
    )
    names = [settings.prefix + topic for topic in INPUTS]
    inputs = app.topic(*names, key_type=bytes, value_type=bytes, value_serializer="raw", key_serializer="raw")
    meter = Meter()

    @app.agent(inputs, name="nothing")
    async def nothing(stream: Any) -> None:
        seen = 0
        async for _ in stream:
            if not seen:
                meter.begin()
            seen += 1
            if seen == task.events:
                answer(task, meter.end(seen))

    return app


def main() -> None:
    """Run the agent on the task's topics; it goes on until it is ended."""
    app = stock_app(told())
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    faust.Worker(app, loglevel="WARN", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
