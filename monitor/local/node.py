"""What one KRaft node is told: its properties, its log configuration, its command lines."""

import secrets
import socket
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
# Below what Linux, macOS and Windows hand out to outgoing connections: a client that keeps trying a dead broker's port
# can then never be given that very port as its own and keep the broker from coming back.
PORTS = range(20_000, 32_768)
LARGEST_RECORD_BYTES = 2 * 1024 * 1024

_HEAP = ("-Xmx384m", "-Xms128m", "-XX:+UseSerialGC")
_SHORT_LIVED = ("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def is_free(port: int) -> bool:
    """Whether somebody could listen on this loopback port now."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Different loopback ports, free a moment ago, drawn at random from `PORTS`.

    Raises:
        OSError: nearly all of them are taken.
    """
    found: list[int] = []
    for _ in range(200):
        port = PORTS[secrets.randbelow(len(PORTS))]
        if port not in found and is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"no {count} free ports on {HOST} between {PORTS.start} and {PORTS.stop - 1}")


def new_cluster_id() -> str:
    """A random id as Kafka wants it: 22 characters of base64, none of them `-` in front."""
    return urlsafe_b64encode(b"\x00" + secrets.token_bytes(15)).decode().rstrip("=")


def defaults(data: Path, port: int, controller_port: int) -> dict[str, str]:
    """The properties of a lone node that is broker and controller."""
    plain, control = f"PLAINTEXT://{HOST}:{port}", f"CONTROLLER://{HOST}:{controller_port}"
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": f"{HOST}:{controller_port}",
        "listeners": f"{plain},{control}",
        "advertised.listeners": f"{plain},{control}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(data),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(LARGEST_RECORD_BYTES),
        "replica.fetch.max.bytes": str(LARGEST_RECORD_BYTES),
    }


def controller_alone(properties: Mapping[str, str]) -> dict[str, str]:
    """The same node without its broker, as the controller that declares the broker dead after 100 ms."""
    listener = properties["listeners"].rpartition(",")[2]
    return dict(properties) | {
        "process.roles": "controller",
        "listeners": listener,
        "advertised.listeners": listener,
        "broker.session.timeout.ms": "100",
        "broker.heartbeat.interval.ms": "50",
    }


def cluster_id(data: Path) -> str | None:
    """The id in a formatted data folder; None if it is not formatted."""
    try:
        lines = (data / "meta.properties").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), None)


def was_killed(data: Path) -> bool:
    """Whether a node ran on this data and did not end in order."""
    ran = (data / "__cluster_metadata-0" / "quorum-state").exists()
    return ran and not (data / ".kafka_cleanshutdown").exists()


def as_file(properties: Mapping[str, str]) -> str:
    """The text of a Java properties file."""
    return "".join(f"{name}={value.replace(chr(92), chr(92) * 2)}\n" for name, value in properties.items())


def _java(java: Path, class_path: str, folder: Path, options: tuple[str, ...]) -> list[str]:
    log = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
    return [str(java), *options, log, "-cp", class_path]


def format_tool(folder: Path, cluster_id: str) -> list[str]:
    """The tool, with its arguments, that writes an empty KRaft log with this node as its only voter."""
    return [
        "kafka.tools.StorageTool",
        "format",
        "-t",
        cluster_id,
        "-c",
        str(folder / "server.properties"),
        "--standalone",
    ]


def format_command(java: Path, class_path: str, folder: Path, tool: list[str]) -> list[str]:
    """Runs the tool that formats; an argument `@file` stands for what that file holds."""
    return [*_java(java, class_path, folder, _SHORT_LIVED), *tool]


def start_command(java: Path, class_path: str, folder: Path) -> list[str]:
    """Runs the node in the foreground."""
    return [*_java(java, class_path, folder, _HEAP), "kafka.Kafka", str(folder / "server.properties")]


def fence_command(java: Path, class_path: str, folder: Path) -> list[str]:
    """Runs the controller alone in the foreground."""
    return [*_java(java, class_path, folder, _SHORT_LIVED), "kafka.Kafka", str(folder / "controller.properties")]
