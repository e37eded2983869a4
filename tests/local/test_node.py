import socket
from pathlib import Path

from monitor.local import log, node

FAILED = """\
2026-01-01T00:00:00.000 INFO  Server: starting
2026-01-01T00:00:01.000 ERROR BrokerServer: Fatal error during broker startup.
org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:1: Address already in use.
	at kafka.network.Acceptor.open(SocketServer.scala:1)
Caused by: java.net.BindException: Address already in use
2026-01-01T00:00:02.000 INFO  Server: closing because of java.lang.IllegalStateException: late
""".splitlines()


def test_a_cluster_id_is_what_kafka_takes():
    """Ids have 22 characters, differ, and never begin with the dash of an option."""
    ids = {node.new_cluster_id() for _ in range(100)}

    assert len(ids) == 100
    assert {len(one) for one in ids} == {22}
    assert not any(one.startswith("-") for one in ids)


def test_ports_are_different_and_below_the_outgoing_ones():
    """Drawn ports are distinct, free and out of the range that systems give to connections."""
    ports = node.free_ports(20)

    assert len(set(ports)) == 20
    assert all(20_000 <= port < 32_768 and node.is_free(port) for port in ports)


def test_a_port_that_somebody_listens_on_is_not_free():
    """A loopback port with a listener is told apart."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not node.is_free(server.getsockname()[1])


def test_the_controller_alone_has_no_broker():
    """The fencing step listens on the controller's port only and has the same node id and data."""
    whole = node.defaults(Path("/data"), 20_001, 20_002)
    alone = node.controller_alone(whole)

    assert (alone["process.roles"], alone["listeners"]) == ("controller", "CONTROLLER://127.0.0.1:20002")
    assert (alone["node.id"], alone["log.dirs"]) == (whole["node.id"], whole["log.dirs"])


def test_the_first_error_is_the_reason():
    """The exception after the first error is the reason, not what the shutdown says later."""
    assert log.reason(FAILED) == (
        "org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:1: Address already in use."
    )
    assert log.excerpt(FAILED).splitlines() == FAILED[1:]


def test_a_log_without_an_error_gives_no_reason():
    """Without an error there is no reason, and the excerpt is the end of the log."""
    lines = [f"INFO line {number}" for number in range(100)]

    assert log.reason([*lines, "java.lang.IllegalStateException: expected while starting"]) is None
    assert log.excerpt(lines).splitlines() == lines[-log.EXCERPT_LINES :]
