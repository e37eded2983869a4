"""The demo does not wait for a worker that is gone."""

import asyncio
import os
import signal

import pytest

from monitor.errors import WorldIsWrong
from monitor.local.demo import Worker, until_judged
from monitor.settings import Settings


@pytest.mark.kafka
def test_a_worker_that_ends_is_told(kafka, prefix):
    """A worker that dies while the demo waits ends the waiting with its exit code and last words."""
    settings = Settings(kafka=kafka, prefix=prefix, group=f"{prefix}group", partitions=1)
    worker = Worker(settings)
    os.kill(worker.pid, signal.SIGKILL)

    async def wait():
        async for _ in until_judged(settings, worker):
            pass

    try:
        with pytest.raises(WorldIsWrong, match="the worker ended with exit code 137; it said:"):
            asyncio.run(wait())
    finally:
        worker.stop()

    assert not worker.log_file.exists()
