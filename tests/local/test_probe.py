import socket
import struct
import threading

import pytest

from monitor.local import probe


def answer(correlation: int, cluster: bytes) -> bytes:
    broker = struct.pack(">ih", 1, 9) + b"127.0.0.1" + struct.pack(">ih", 9092, -1)
    return struct.pack(">ii", correlation, 1) + broker + struct.pack(">h", len(cluster)) + cluster + b"rest"


def test_an_answer_is_read():
    """Brokers are counted and the cluster id is found behind hosts and absent racks."""
    assert probe.read_answer(answer(1, b"cluster")) == probe.Answer(1, "cluster")


def test_an_answer_to_another_question_is_refused():
    """A foreign correlation id is not taken for an answer."""
    with pytest.raises(ValueError, match="correlation 7"):
        probe.read_answer(answer(7, b"cluster"))


def test_half_an_answer_is_refused():
    """An answer that ends too early is a ValueError, not an index error."""
    with pytest.raises(ValueError, match="not with Kafka's metadata"):
        probe.read_answer(answer(1, b"cluster")[:20])


def test_something_else_on_the_port_is_told_apart():
    """A server of another kind is refused by what it sends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ValueError, match="not a Kafka broker"):
            probe.ask("127.0.0.1", server.getsockname()[1])
        thread.join()


@pytest.mark.parametrize(
    ("text", "address"), [("a.example:9092", ("a.example", 9092)), ("a:1,b:2", ("a", 1)), ("[::1]:9", ("::1", 9))]
)
def test_the_first_address_is_taken(text, address):
    """Host and port of the first of several addresses are told apart, brackets of IPv6 removed."""
    assert probe.split(text) == address


def test_an_address_without_port_is_refused():
    """A host alone is no address."""
    with pytest.raises(ValueError, match="no host:port"):
        probe.split("localhost")
