"""The scrape: metrics over HTTP, on loopback unless told, from a thread that never holds up the event loop."""

from prometheus_client import start_http_server
from prometheus_client.registry import CollectorRegistry

from monitor.errors import SettingIsWrong

LOOPBACK = "127.0.0.1"


class Exposition:
    """A server that answers every GET with the metrics of a registry.

    It speaks OpenMetrics, with the exemplars, to whoever accepts it and the plain text format to everybody else.
    """

    def __init__(self, registry: CollectorRegistry, port: int, address: str) -> None:
        self._server, self._thread = start_http_server(port, address, registry)
        self.port: int = self._server.server_port

    def stop(self) -> None:
        """Give the port back; whoever is being answered gets the whole answer or a broken connection."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(registry: CollectorRegistry, port: int, address: str = LOOPBACK) -> Exposition | None:
    """Serve a registry at a port until `stop`; port 0 serves nothing. Raises SettingIsWrong."""
    if not port:
        return None
    try:
        return Exposition(registry, port, address)
    except OSError as error:
        expected = f"a port of {address} that this user may take and nobody else has; choose another, or 0 for none"
        raise SettingIsWrong("metrics_port", expected, f"{port} ({error.strerror})") from error
