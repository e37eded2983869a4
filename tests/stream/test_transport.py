import inspect
from types import SimpleNamespace

import pytest
from faust.transport.drivers import TRANSPORTS
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from shells import EndedError

from monitor.app import create_app
from monitor.settings import Settings
from monitor.stream import exits
from monitor.stream.order import INPUTS
from monitor.stream.thread import ConsumerThread
from monitor.stream.transport import Consumer, Transport, co_partitioned

REPLACED = [
    "getmany",
    "seek",
    "_seek",
    "perform_seek",
    "ack",
    "commit_and_end_transactions",
    "on_partitions_revoked",
    "on_partitions_assigned",
    "on_stop",
    "_add_gap",
    "_new_offset",
    "_new_consumer_thread",
]
RELIED_ON = [
    "_wait_next_records",
    "_get_active_partitions",
    "pause_partitions",
    "resume_partitions",
    "stop_flow",
    "earliest_offsets",
    "highwater",
]


@pytest.mark.parametrize("name", REPLACED)
def test_each_override_takes_what_faust_s_method_takes(name):
    """Names and order of the parameters are upstream's: a new Faust that changes one is noticed here."""
    ours, theirs = (inspect.signature(getattr(of, name)) for of in (Consumer, driver.Consumer))

    assert list(theirs.parameters) == list(ours.parameters)


@pytest.mark.parametrize("name", RELIED_ON)
def test_what_the_overrides_rely_on_is_there(name):
    """Methods of upstream that the overrides call still exist."""
    assert callable(getattr(driver.Consumer, name))


async def test_a_position_is_moved_in_the_thread_of_the_client():
    """A fetch may be taken there at that moment: moved from outside, the client fails on what it has just removed."""
    moved = []

    class Thread:
        async def seek_wait(self, places):
            moved.append(places)

    await Consumer._seek(SimpleNamespace(_thread=Thread()), TP("orders", 4), 7)

    assert [{TP("orders", 4): 7}] == moved


def test_the_thread_s_consumer_is_made_where_it_is_adjusted():
    """Isolation, fetch wait and assignor are set on what this method makes."""
    assert "_create_worker_consumer" in vars(driver.AIOKafkaConsumerThread)
    assert "_create_worker_consumer" in vars(ConsumerThread)


def test_faust_finds_the_transport_by_its_url():
    """The plug-in is registered as `fairtrade`, so that a broker URL is all that Faust needs."""
    assert TRANSPORTS.by_name("fairtrade") is Transport


def test_an_app_has_one_agent_on_all_inputs():
    """The judge reads every input of the prefix and nothing else; nothing connects while the app is built."""
    app = create_app(Settings(prefix="t.", kafka="127.0.0.1:1"), core=lambda _: None)
    [agent] = app.agents.values()

    assert isinstance(app.transport, Transport)
    assert [f"t.{topic}" for topic in INPUTS] == list(agent.channel.topics)
    assert "Judge the records of all inputs" in agent.help


def test_an_assignment_with_the_same_topics_for_each_partition_is_taken():
    """Partition numbers come out of a co-partitioned assignment."""
    assert {0, 3} == co_partitioned(TP(topic, number) for topic in INPUTS for number in (0, 3))
    assert set() == co_partitioned(())


def test_a_split_assignment_ends_the_process():
    """Partition 1 of orders without its shops would never join them: exit 70."""
    with pytest.raises(EndedError) as ended:
        co_partitioned([TP("orders", 0), TP("shops", 0), TP("orders", 1)])

    assert exits.NOT_CO_PARTITIONED == ended.value.args[0]
    assert "0: orders shops, 1: orders" in ended.value.args[1]
