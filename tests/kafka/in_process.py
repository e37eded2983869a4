"""A worker in the process of its test."""

from contextlib import asynccontextmanager

from toy import ToyCore

from monitor.app import create_app


@asynccontextmanager
async def running(settings, observer, core=ToyCore):
    """Run a worker's app in this process."""
    app = create_app(settings, core, observer)
    app.finalize()
    await app.start()
    try:
        yield app
    finally:
        await app.stop()
