"""`/startup`, `/ready` and `/live` over HTTP from a thread of its own: 200 or 503, and a JSON object that says why."""

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from monitor.errors import SettingIsWrong
from monitor.observe.health import Health, Looking

QUESTIONS = ("startup", "ready", "live")
PATIENCE_S = 5


class Probes(ThreadingHTTPServer):
    """The server; a thread an answer, so that a caller who hangs keeps nobody waiting."""

    daemon_threads = True

    def __init__(self, watch: Looking, address: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), _Handler)
        self.watch = watch
        self._thread = Thread(target=self.serve_forever, name="health", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give the port back."""
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Probes
    timeout = PATIENCE_S
    server_version = "fairtrade"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a probe."""
        question = self.path.partition("?")[0].strip("/")
        if question not in QUESTIONS:
            self.send_error(404, f"ask for one of /{', /'.join(QUESTIONS)}")
            return
        is_yes, body = answer(question, self.server.watch.look())
        self.send_response(200 if is_yes else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Log nothing: probes come every few seconds."""


def answer(question: str, health: Health) -> tuple[bool, bytes]:
    """Answer one of `QUESTIONS`: yes or no, and the body that tells the reasons and what was looked at."""
    why = getattr(health, question)
    body = {"question": question, "ok": not why, "why": list(why), **health.signs}
    return not why, json.dumps(body).encode() + b"\n"


def serve_health(watch: Looking, address: str, port: int) -> Probes | None:
    """Answer probes at a port until `stop`; port 0 answers none. Raises SettingIsWrong."""
    if not port:
        return None
    try:
        return Probes(watch, address, port)
    except OSError as error:
        expected = f"a port of {address} that this user may take and nobody else has; choose another, or 0 for none"
        raise SettingIsWrong("health_port", expected, f"{port} ({error.strerror})") from error
