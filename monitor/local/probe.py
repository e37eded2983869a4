"""Does a broker answer? One Metadata request over a plain socket, so neither an event loop nor a client is needed.

Formats: the Kafka protocol guide, request header 1, Metadata request and response version 2.
"""

import socket
import ssl
import struct
from dataclasses import dataclass

_METADATA = 3
_VERSION = 2
_CORRELATION = 1
_NO_TOPICS = 0
_LARGEST_ANSWER = 1 << 20


@dataclass(frozen=True)
class Answer:
    """What a broker says about its cluster."""

    brokers: int
    """How many take part; 0 while the node is still fenced by its controller."""
    cluster_id: str | None


def request() -> bytes:
    """A Metadata request for no topic, with its length in front."""
    client = b"fairtrade-probe"
    head = struct.pack(">hhih", _METADATA, _VERSION, _CORRELATION, len(client)) + client
    body = head + struct.pack(">i", _NO_TOPICS)
    return struct.pack(">i", len(body)) + body


def _string(data: bytes, at: int) -> tuple[str | None, int]:
    (length,) = struct.unpack_from(">h", data, at)
    end = at + 2 + max(length, 0)
    return (None if length < 0 else data[at + 2 : end].decode()), end


def read_answer(data: bytes) -> Answer:
    """Read a Metadata response without its length.

    Raises:
        ValueError: it is not one.
    """
    try:
        correlation, brokers = struct.unpack_from(">ii", data)
        at = 8
        for _ in range(brokers):
            _, at = _string(data, at + 4)  # past the node id: the host
            _, at = _string(data, at + 4)  # past the port: the rack
        cluster_id, _ = _string(data, at)
    except struct.error as error:
        raise ValueError("answers, but not with Kafka's metadata") from error
    if correlation != _CORRELATION:
        raise ValueError(f"answers correlation {correlation}, expected {_CORRELATION}: not a Kafka broker")
    return Answer(brokers, cluster_id)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError("closed the connection in its answer")
        data += piece
    return data


def _connected(host: str, port: int, timeout_s: float, tls: ssl.SSLContext | None) -> socket.socket:
    """Open a connection; its timeout holds for every read as well."""
    plain = socket.create_connection((host, port), timeout_s)
    if tls is None:
        return plain
    try:
        return tls.wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


def ask(host: str, port: int, timeout_s: float = 2.0, tls: ssl.SSLContext | None = None) -> Answer:
    """Ask one broker for its cluster; with `tls` over mutual TLS, for nothing here speaks SASL.

    Raises:
        OSError: nobody listens, or the answer does not come in time.
        ValueError: whoever listens is no Kafka broker (or wants TLS).
    """
    with _connected(host, port, timeout_s, tls) as connection:
        connection.sendall(request())
        (size,) = struct.unpack(">i", _exactly(connection, 4))
        if not 0 < size <= _LARGEST_ANSWER:
            raise ValueError(f"announces an answer of {size} bytes: not a Kafka broker without TLS")
        return read_answer(_exactly(connection, size))


def split(bootstrap: str) -> tuple[str, int]:
    """Host and port of the first address in `host:port[,host:port…]`.

    Raises:
        ValueError: there is no port.
    """
    host, separator, port = bootstrap.partition(",")[0].strip().rpartition(":")
    if not separator or not port.isdigit():
        raise ValueError(f"{bootstrap!r} is no host:port")
    return host.strip("[]"), int(port)
