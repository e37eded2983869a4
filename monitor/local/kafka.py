"""One Apache Kafka node of our own: started on free loopback ports, stopped by process id, nothing left behind."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from rich.console import Console

from monitor.local import java, log, node, probe
from monitor.local.errors import KafkaDidNotStart, KafkaIsNotRunning
from monitor.local.jars import class_path
from monitor.local.process import KILL, TERMINATE, Leashed, Startable
from monitor.local.secured import Secured

FORMAT_S = 60
FENCE_S = 8.0
FENCE_SETTLES_S = 0.2  # the controller writes its decision 25 ms later
PORT_DRAWS = 3
_TAKEN = "Address already in use"


class LocalKafka(Startable):
    """A KRaft node that is broker and controller, for demo, tests and bench: `with LocalKafka() as kafka:`.

    Args:
        folder: where properties, log and data lie; a temporary folder if None. A given folder is never deleted, and a
            node started in it again finds its topics.
        keep: leave the temporary folder where it is after `stop`.
        port: the broker's port; free ones are drawn if None.
        properties: broker properties over the defaults of `node.defaults`.
        secured: closes its doors: TLS, passwords or certificates, nothing without a grant; open on loopback if None.
        console: where the first download shows its progress; standard error if None.
        environ: where JAVA_HOME, PATH and the FAIRTRADE_ settings are looked up.
        start_s: how long the node may take until it answers, in seconds.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        keep: bool = False,
        port: int | None = None,
        properties: Mapping[str, str] | None = None,
        secured: Secured | None = None,
        console: Console | None = None,
        environ: Mapping[str, str] = os.environ,
        start_s: float = 60.0,
    ) -> None:
        fresh = Path(tempfile.gettempdir(), f"fairtrade-kafka-{secrets.token_hex(6)}")
        self.folder = (folder or fresh).absolute()
        self._deletes = folder is None and not keep
        self._port = port
        self._extra = dict(properties or {})
        self._secured = secured
        self._console = console or Console(stderr=True)
        self._environ = environ
        self._start_s = start_s
        self._ports: list[int] = []
        self._broker: Leashed | None = None

    @property
    def bootstrap(self) -> str:
        """The address for clients, `127.0.0.1:port`, from `start` on; the same after `kill` and `restart`."""
        if not self._ports:
            raise KafkaIsNotRunning("give the address of")
        return f"{node.HOST}:{self._ports[0]}"

    @property
    def mutual(self) -> str:
        """The address, of a secured node, for clients that show a certificate."""
        if len(self._ports) < len(("broker", "controller", "mutual")):
            raise KafkaIsNotRunning("give the address for certificates of")
        return f"{node.HOST}:{self._ports[2]}"

    @property
    def pid(self) -> int:
        """The process id of the broker itself, for SIGSTOP and the like."""
        return self._running("give the process id of").pid

    @property
    def log_file(self) -> Path:
        """What the node said, of all its starts; deleted with the folder."""
        return self.folder / "kafka.log"

    @property
    def data_folder(self) -> Path:
        """Where the partitions lie."""
        return self.folder / "data"

    def start(self) -> Self:
        """Fetch what is missing, format an empty folder, start, and come back when the node answers; once is enough.

        It answers when a Metadata request names this very cluster with one unfenced broker: from then on topics and
        transactions work.

        Raises:
            KafkaDidNotStart: it ended or stayed silent.
            LocalIsWrong: jars or Java cannot be had.
        """
        if self._broker is not None and self._broker.exit_code is None:
            return self
        self._end(KILL)
        try:
            self._prepare()
            self._start_on_free_ports()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Terminate the node, kill it after 15 s, and delete what is temporary; harmless when repeated."""
        self._end(TERMINATE)
        if self._deletes:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the node by signal 9, as a crash would; `restart` brings it back on its data."""
        self._running("kill").end(KILL)
        self._broker = None

    def restart(self) -> None:
        """Start the node again on the same ports and data, after `kill` or, in order, while it runs."""
        if not self._ports:
            raise KafkaIsNotRunning("restart")
        self._end(TERMINATE)
        self._launch()

    def leave(self) -> int:
        """Let the node outlive this process and answer the process id that ends it; its temporary folder goes then."""
        left = self._running("leave")
        left.leave()
        self._deletes = False
        self._broker = None
        return left.pid

    def _prepare(self) -> None:
        self._java = java.find(self._environ).path
        self._class_path = class_path(self._console, self._environ)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "log4j2.properties").write_text(log.LOG4J2, encoding="utf-8")

    def _start_on_free_ports(self) -> None:
        """Draw ports; if somebody else took one in between, draw again, but never when the caller chose it."""
        for draw in range(1, PORT_DRAWS + 1):
            drawn = node.free_ports(3 if self._secured else 2)
            self._ports = drawn if self._port is None else [self._port, *drawn[1:]]
            try:
                self._write_properties()
                self._format()
                self._launch()
            except KafkaDidNotStart as error:
                if self._port is not None or draw == PORT_DRAWS or _TAKEN not in error.reason:
                    raise
                self._end(KILL)
            else:
                return

    def _write_properties(self) -> None:
        closed = self._secured.properties(self._ports) if self._secured else {}
        properties = node.defaults(self.data_folder, *self._ports[:2]) | closed | self._extra
        alone = node.controller_alone(properties)
        (self.folder / "server.properties").write_text(node.as_file(properties), encoding="utf-8")
        (self.folder / "controller.properties").write_text(node.as_file(alone), encoding="utf-8")

    def _format(self) -> None:
        """Make an empty cluster, unless the folder already holds one."""
        known = node.cluster_id(self.data_folder)
        self._cluster_id = known or node.new_cluster_id()
        if known:
            return
        tool = node.format_tool(self.folder, self._cluster_id)
        if self._secured is None:
            code = self._format_by(tool)
        else:
            with self._secured.arguments(tool) as told:
                code = self._format_by(told)
        if code != 0:
            raise self._failure("formatting its folder", f"exit code {code}, None after {FORMAT_S} s without an end")

    def _format_by(self, tool: list[str]) -> int | None:
        formatting = self._run(node.format_command(self._java, self._class_path, self.folder, tool))
        code = formatting.wait(FORMAT_S)
        formatting.end(KILL)
        return code

    def _launch(self) -> None:
        if node.was_killed(self.data_folder):
            self._fence_the_dead()
        self._broker = self._run(node.start_command(self._java, self._class_path, self.folder))
        self._await_answer(self._broker, time.monotonic() + self._start_s)

    def _fence_the_dead(self) -> None:
        """Do what a real cluster's other controllers do: declare the killed broker dead before it comes back.

        Without it Kafka 4.3.1 takes the node for its own living predecessor until that one's session ends, and may then
        close a prepared transaction without its commit marker: readers of committed records would stop there.
        """
        controller = self._run(node.fence_command(self._java, self._class_path, self.folder))
        deadline = time.monotonic() + FENCE_S
        try:
            while controller.exit_code is None and time.monotonic() < deadline and not self._has_fenced():
                time.sleep(0.05)
            time.sleep(FENCE_SETTLES_S)
        finally:
            controller.end(TERMINATE)

    def _has_fenced(self) -> bool:
        return any("Fencing broker 1 " in line for line in self._said())

    def _await_answer(self, process: Leashed, deadline: float) -> None:
        while not self._answers():
            if process.exit_code is not None:
                raise self._failure("starting", f"it ended with exit code {process.exit_code}")
            if time.monotonic() > deadline:
                raise self._failure("starting", f"no answer on {self.bootstrap} after {self._start_s:g} s")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            answer = self._ask()
        except (OSError, ValueError):
            return False
        return answer.cluster_id == self._cluster_id and answer.brokers > 0

    def _ask(self) -> probe.Answer:
        if self._secured is None:
            return probe.ask(node.HOST, self._ports[0])
        return probe.ask(node.HOST, self._ports[2], tls=self._secured.tls())

    def _run(self, command: list[str]) -> Leashed:
        """Start one step; what was logged until now belongs to earlier ones."""
        self._log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        return Leashed(command, self.log_file, self.folder if self._deletes else None)

    def _said(self) -> list[str]:
        """The lines of the current step."""
        with self.log_file.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace").splitlines()

    def _failure(self, step: str, otherwise: str) -> KafkaDidNotStart:
        said = self._said()
        return KafkaDidNotStart(step, log.reason(said) or otherwise, log.excerpt(said))

    def _running(self, asked: str) -> Leashed:
        if self._broker is None:
            raise KafkaIsNotRunning(asked)
        return self._broker

    def _end(self, letter: bytes) -> None:
        if self._broker is not None:
            self._broker.end(letter)
            self._broker = None


@contextmanager
def broker(environ: Mapping[str, str] = os.environ, console: Console | None = None) -> Iterator[str]:
    """The bootstrap address of FAIRTRADE_KAFKA, which is never started or stopped by us, else of a node of our own."""
    given = environ.get("FAIRTRADE_KAFKA")
    if given:
        yield given
        return
    with LocalKafka(environ=environ, console=console) as kafka:
        yield kafka.bootstrap
