"""The one address that Alertmanager may post to: notes which alerts were told as firing, and as resolved, and when."""

import time
from collections import defaultdict
from typing import Any

from aiohttp import web

from monitor.local.node import HOST

Told = dict[str, str]


class Pager:
    """A receiver of webhooks; `fired` and `resolved` hold, by alert name, when it was told so and of which labels."""

    def __init__(self, port: int) -> None:
        self.address = f"http://{HOST}:{port}"
        self.fired: defaultdict[str, list[tuple[float, Told]]] = defaultdict(list)
        self.resolved: defaultdict[str, list[tuple[float, Told]]] = defaultdict(list)
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/{receiver}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        told: dict[str, Any] = await request.json()
        for alert in told["alerts"]:
            kept = self.resolved if alert["status"] == "resolved" else self.fired
            kept[alert["labels"]["alertname"]].append((time.monotonic(), alert["labels"]))
        return web.Response()
