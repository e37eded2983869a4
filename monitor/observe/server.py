"""The scrape: metrics over HTTP on loopback, from a thread of its own so that it never holds up the event loop."""

from prometheus_client import start_http_server
from prometheus_client.registry import CollectorRegistry

from monitor.errors import SettingIsWrong

ADDRESS = "127.0.0.1"


class Exposition:
    """A server that answers every GET with the metrics of a registry.

    It speaks OpenMetrics, with the exemplars, to whoever accepts it and the plain text format to everybody else.
    """

    def __init__(self, registry: CollectorRegistry, port: int) -> None:
        self._server, self._thread = start_http_server(port, ADDRESS, registry)
        self.port: int = self._server.server_port

    def stop(self) -> None:
        """Give the port back; whoever is being answered gets the whole answer or a broken connection."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(registry: CollectorRegistry, port: int) -> Exposition | None:
    """Serve a registry at a port of loopback until `stop`; port 0 serves nothing. Raises SettingIsWrong."""
    if not port:
        return None
    try:
        return Exposition(registry, port)
    except OSError as error:
        expected = f"a port of {ADDRESS} that this user may take and nobody else has; choose another, or 0 for none"
        raise SettingIsWrong("metrics_port", expected, f"{port} ({error.strerror})") from error
