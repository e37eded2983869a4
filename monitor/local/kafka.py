"""One Apache Kafka node of our own: started on free loopback ports, stopped by process id, nothing left behind.

with LocalKafka() as kafka:
    produce_to(kafka.bootstrap)
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console

from monitor.local import java, leash, node, probe
from monitor.local.errors import KafkaDidNotStart, KafkaIsNotRunning
from monitor.local.jars import class_path

FORMAT_S = 60
STOP_AFTER_S = 15.0
TAIL_LINES = 25
PORT_DRAWS = 3
_TAKEN = "Address already in use"


class LocalKafka:
    """A KRaft node that is broker and controller, for demo, tests and bench.

    Args:
        folder: where properties, log and data lie; a temporary folder if None. A given folder is never deleted, and a
            node started in it again finds its topics.
        keep: leave the temporary folder where it is after `stop`.
        port: the broker's port; free ones are drawn if None.
        properties: broker properties over the defaults of `node.defaults`.
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
        console: Console | None = None,
        environ: Mapping[str, str] = os.environ,
        start_s: float = 60.0,
    ) -> None:
        self.folder = (folder or Path(tempfile.mkdtemp(prefix="fairtrade-kafka-"))).absolute()
        self._deletes = folder is None and not keep
        self._port = port
        self._extra = dict(properties or {})
        self._console = console or Console(stderr=True)
        self._environ = environ
        self._start_s = start_s
        self._ports: list[int] = []
        self._leash: subprocess.Popen[bytes] | None = None
        self._pid = 0

    @property
    def bootstrap(self) -> str:
        """The address for clients, `127.0.0.1:port`; the same after `restart`."""
        self._running("give the address of")
        return f"{node.HOST}:{self._ports[0]}"

    @property
    def pid(self) -> int:
        """The process id of the broker itself, for SIGSTOP and the like."""
        self._running("give the process id of")
        return self._pid

    @property
    def log_file(self) -> Path:
        """What the node said, of all its starts; deleted with the folder."""
        return self.folder / "kafka.log"

    @property
    def data_folder(self) -> Path:
        """Where the partitions lie."""
        return self.folder / "data"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Fetch what is missing, format an empty folder, start, and come back when the node answers.

        It answers when a Metadata request names this very cluster with one unfenced broker: from then on topics and
        transactions work.

        Raises:
            KafkaDidNotStart: it ended or stayed silent.
            LocalIsWrong: jars or Java cannot be had.
        """
        try:
            self._prepare()
            self._start_on_free_ports()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Terminate the node, kill it after `STOP_AFTER_S`, and delete what is temporary; harmless when repeated."""
        self._end(b"t")
        if self._deletes:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the node by signal 9, as a crash would; `restart` brings it back on its data."""
        self._running("kill")
        self._end(b"k")

    def restart(self) -> None:
        """Start the node again on the same ports and data, after `kill` or, in order, while it runs."""
        if not self._ports:
            raise KafkaIsNotRunning("restart")
        self._end(b"t")
        self._launch()

    def leave(self) -> int:
        """Let the node outlive this process and answer the process id that ends it; its temporary folder goes then."""
        self._running("leave")
        self._order(b"l")
        self._deletes = False
        self._leash = None
        return self._pid

    def _prepare(self) -> None:
        self._java = java.find(self._environ).path
        self._class_path = class_path(self._console, self._environ)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "log4j2.properties").write_text(node.LOG4J2, encoding="utf-8")

    def _start_on_free_ports(self) -> None:
        """Draw ports; if somebody else took one in between, draw again, but never when the caller chose it."""
        for draw in range(1, PORT_DRAWS + 1):
            self._ports = node.free_ports(2) if self._port is None else [self._port, *node.free_ports(1)]
            try:
                self._write_properties()
                self._format()
                self._launch()
            except KafkaDidNotStart as error:
                if self._port is not None or draw == PORT_DRAWS or _TAKEN not in error.log_tail:
                    raise
            else:
                return

    def _write_properties(self) -> None:
        properties = node.defaults(self.data_folder, *self._ports) | self._extra
        (self.folder / "server.properties").write_text(node.as_file(properties), encoding="utf-8")

    def _format(self) -> None:
        """Make an empty cluster, unless the folder already holds one."""
        known = _cluster_id(self.data_folder)
        self._cluster_id = known or node.new_cluster_id()
        if known:
            return
        command = node.format_command(self._java, self._class_path, self.folder, self._cluster_id)
        with self.log_file.open("ab") as log:
            done = subprocess.run(  # noqa: S603 - our own command line
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=FORMAT_S, check=False
            )
        if done.returncode:
            raise self._failure("formatting its folder", f"exit code {done.returncode}")

    def _launch(self) -> None:
        command = node.start_command(self._java, self._class_path, self.folder)
        deletes = str(self.folder) if self._deletes else ""
        with self.log_file.open("ab") as log:
            self._leash = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-I", leash.__file__, str(STOP_AFTER_S), deletes, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal reaches us first; the broker is stopped in order
            )
        self._pid = _first_number(self._leash)
        self._await_answer(time.monotonic() + self._start_s)

    def _await_answer(self, deadline: float) -> None:
        while not self._answers():
            if self._leash is None or self._leash.poll() is not None:
                code = self._leash.returncode if self._leash else None
                raise self._failure("starting", f"it ended with exit code {code}")
            if time.monotonic() > deadline:
                raise self._failure("starting", f"no answer on {node.HOST}:{self._ports[0]} after {self._start_s:g} s")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            answer = probe.ask(node.HOST, self._ports[0])
        except (OSError, ValueError):
            return False
        return answer.cluster_id == self._cluster_id and answer.brokers > 0

    def _failure(self, step: str, reason: str) -> KafkaDidNotStart:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return KafkaDidNotStart(step, _cause(lines) or reason, "\n".join(lines[-TAIL_LINES:]))

    def _running(self, asked: str) -> None:
        if self._leash is None:
            raise KafkaIsNotRunning(asked)

    def _order(self, letter: bytes) -> None:
        if self._leash is not None and self._leash.stdin is not None:
            self._leash.stdin.write(letter)
            self._leash.stdin.flush()

    def _end(self, letter: bytes) -> None:
        """Give the order and wait until the broker, and with it the leash, is gone."""
        if self._leash is None:
            return
        with suppress(BrokenPipeError):  # it has ended by itself
            self._order(letter)
        # Its input is closed only now: the end of input before would make the leash delete the folder.
        self._leash.wait()
        self._leash.communicate()
        self._leash = None


def _first_number(process: "subprocess.Popen[bytes]") -> int:
    """The process id that the leash prints; 0 if it ended before."""
    line = process.stdout.readline() if process.stdout else b""
    return int(line or 0)


def _cluster_id(data: Path) -> str | None:
    """The id in a formatted data folder; None if it is not formatted."""
    try:
        lines = (data / "meta.properties").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), None)


def _cause(lines: list[str]) -> str | None:
    """The last line that names an error: what an operator should read first."""
    telling = [line.strip() for line in lines if "Exception" in line or " ERROR " in line or " FATAL " in line]
    causes = [line for line in telling if not line.startswith("at ")]
    return causes[-1] if causes else None


@contextmanager
def broker(environ: Mapping[str, str] = os.environ, console: Console | None = None) -> Iterator[str]:
    """The bootstrap address of FAIRTRADE_KAFKA, which is never started or stopped by us, else of a node of our own."""
    given = environ.get("FAIRTRADE_KAFKA")
    if given:
        yield given
        return
    with LocalKafka(environ=environ, console=console) as kafka:
        yield kafka.bootstrap
