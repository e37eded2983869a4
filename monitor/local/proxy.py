"""A TCP line of our own between a client and a server, which can be cut, slowed, or left half open; loopback only.

A Kafka client goes where the broker says it is, so the broker must advertise the line's address on a listener of the
line's own.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Self

from monitor.local.node import HOST

CHUNK = 65_536
_ABORT = struct.pack("ii", 1, 0)


class Way:
    """One direction of a line: `latency_s` seconds later, at most `rate` bytes a second, nothing while it is `closed`.

    A way that is closed keeps its connections: what was sent meanwhile comes when it opens again, as after packets that
    were dropped.
    """

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.rate = 0
        self._open = asyncio.Event()
        self._open.set()

    @property
    def closed(self) -> bool:
        """Whether nothing passes."""
        return not self._open.is_set()

    @closed.setter
    def closed(self, closed: bool) -> None:
        if closed:
            self._open.clear()
        else:
            self._open.set()

    async def pass_on(self, size: int) -> None:
        """Hold what is on its way as long as the way says."""
        if self.latency_s or self.rate:
            await asyncio.sleep(self.latency_s + (size / self.rate if self.rate else 0.0))
        await self._open.wait()


class Line:
    """Listens on `port` and passes what comes on to `target`, a port of this machine: `async with Line(port, target)`.

    `out` leads to the target, `back` from it. `cut_after` is how many more bytes pass, both ways together, before every
    connection is reset; None for no end.
    """

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self.target = target
        self.out = Way()
        self.back = Way()
        self.cut_after: int | None = None
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where clients find it, `127.0.0.1:port`."""
        return f"{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, HOST, self.port)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is not None:
            self._server.close()
        self.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def heal(self) -> None:
        """Let everything pass as if nothing had been; connections that were reset stay so."""
        for way in (self.out, self.back):
            way.closed, way.latency_s, way.rate = False, 0.0, 0
        self.cut_after = None

    def reset(self) -> None:
        """Reset every connection at both ends, as a firewall that forgot them does."""
        for writer in self._writers:
            end = writer.get_extra_info("socket")
            if end is not None:
                # A reset, not an orderly end: what is in flight is gone.
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            writer.transport.abort()
        self._writers.clear()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_target, to_target = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        self.connections += 1
        ends = {writer, to_target}
        self._writers |= ends
        for way, source, sink in ((self.out, reader, to_target), (self.back, from_target, writer)):
            self._run(self._pipe(way, source, sink), lambda: self._forget(ends))

    def _run(self, pipe: Coroutine[Any, Any, None], done: Callable[[], None]) -> None:
        task = asyncio.create_task(pipe)
        self._tasks.add(task)

        def ended(one: asyncio.Task[None]) -> None:
            self._tasks.discard(one)
            done()

        task.add_done_callback(ended)

    def _forget(self, ends: set[asyncio.StreamWriter]) -> None:
        """End both ways when one has ended: no client of ours half-closes."""
        for writer in ends:
            writer.transport.abort()
        self._writers -= ends

    async def _pipe(self, way: Way, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, OSError):
            while data := await source.read(CHUNK):
                await way.pass_on(len(data))
                if self._is_cut(len(data)):
                    self.reset()
                    return
                sink.write(data)
                await sink.drain()

    def _is_cut(self, size: int) -> bool:
        if self.cut_after is None:
            return False
        self.cut_after -= size
        if self.cut_after > 0:
            return False
        self.cut_after = None
        return True
