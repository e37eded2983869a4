"""Three Apache Kafka nodes of our own, each broker and controller: what losing a node or its disk does to a cluster."""

import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from rich.console import Console

from monitor.local import node, probe
from monitor.local.errors import KafkaDidNotStart
from monitor.local.kafka import LocalKafka
from monitor.local.process import KILL, Startable

NODES = 3
ENOUGH = 2
"""Copies that must be there before anything is acknowledged: any one node may be missing."""


class Member(LocalKafka):
    """One node of a cluster; it starts without waiting for an answer, for alone it has none to give."""

    def __init__(self, folder: Path, number: int, ports: Sequence[int], cluster_id: str, **told: object) -> None:
        properties = {
            "node.id": str(number),
            "controller.quorum.voters": ",".join(
                f"{one}@{node.HOST}:{port}" for one, port in enumerate(ports[NODES:], start=1)
            ),
            "listeners": f"PLAINTEXT://{node.HOST}:{ports[number - 1]},"
            f"CONTROLLER://{node.HOST}:{ports[NODES + number - 1]}",
            "default.replication.factor": str(NODES),
            "min.insync.replicas": str(ENOUGH),
            "offsets.topic.replication.factor": str(NODES),
            "transaction.state.log.replication.factor": str(NODES),
            "transaction.state.log.min.isr": str(ENOUGH),
        }
        properties["advertised.listeners"] = properties["listeners"]
        super().__init__(folder, port=ports[number - 1], properties=properties, **told)  # type: ignore[arg-type]
        self._cluster_id = cluster_id

    def lose_disk(self) -> None:
        """Kill the node and delete everything that it kept; `restart` brings it back with an empty disk."""
        self.kill()
        shutil.rmtree(self.data_folder)

    def restart(self) -> None:
        """Start the node again, on its data or on an empty disk."""
        self._end(KILL)
        self._format()
        self._launch()

    def answers(self) -> bool:
        """Answer whether it knows a cluster of `NODES` brokers."""
        try:
            return probe.ask(*probe.split(self.bootstrap)).brokers == NODES
        except (OSError, ValueError):
            return False

    def _write_properties(self) -> None:
        properties = node.defaults(self.data_folder, *self._ports[:2]) | self._extra
        # Voters are named one by one here: a node whose disk is empty is then still one of them.
        del properties["controller.quorum.bootstrap.servers"]
        (self.folder / "server.properties").write_text(node.as_file(properties), encoding="utf-8")

    def _format(self) -> None:
        if node.cluster_id(self.data_folder):
            return
        tool = [word for word in node.format_tool(self.folder, self._cluster_id) if word != "--standalone"]
        code = self._format_by(tool)
        if code != 0:
            raise self._failure("formatting its folder", f"exit code {code}")

    def _launch(self) -> None:
        self._broker = self._run(node.start_command(self._java, self._class_path, self.folder))


class LocalCluster(Startable):
    """Three nodes with three copies of everything: `with LocalCluster() as cluster:`; `nodes` are they.

    `properties` are broker properties over those of a cluster; `folder` is a temporary one if None.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        properties: Mapping[str, str] | None = None,
        console: Console | None = None,
        environ: Mapping[str, str] = os.environ,
        start_s: float = 90.0,
    ) -> None:
        self._deletes = folder is None
        self.folder = (folder or Path(tempfile.mkdtemp(prefix="fairtrade-cluster-"))).absolute()
        self._start_s = start_s
        ports, cluster_id = node.free_ports(2 * NODES), node.new_cluster_id()
        self.nodes = [
            Member(self.folder / f"node-{number}", number, ports, cluster_id, console=console, environ=environ)
            for number in range(1, NODES + 1)
        ]
        for member in self.nodes:
            member._extra |= properties or {}  # noqa: SLF001 - ours

    @property
    def bootstrap(self) -> str:
        """The addresses of all nodes, by commas."""
        return ",".join(member.bootstrap for member in self.nodes)

    def start(self) -> Self:
        """Start all nodes and come back when each knows all of them.

        Raises:
            KafkaDidNotStart: they stayed silent.
            LocalIsWrong: jars or Java cannot be had.
        """
        try:
            for member in self.nodes:
                member.start()
            self.await_whole()
        except BaseException:
            self.stop()
            raise
        return self

    def await_whole(self) -> None:
        """Come back when every node knows all of them, after `start` or `Member.restart`. Raises KafkaDidNotStart."""
        deadline = time.monotonic() + self._start_s
        for member in self.nodes:
            while not member.answers():
                if time.monotonic() > deadline:
                    raise KafkaDidNotStart("joining its cluster", f"no answer from {member.bootstrap}", "")
                time.sleep(0.1)

    def stop(self) -> None:
        """End all nodes, and delete a temporary folder; harmless when repeated."""
        for member in self.nodes:
            member.stop()
        if self._deletes:
            shutil.rmtree(self.folder, ignore_errors=True)
