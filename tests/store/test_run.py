"""The store on a real Kafka and a real PostgreSQL: read_committed, one writer a partition, and doors that stay shut."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from alerting import Judge
from store_ground import StoreProcess, commit, counted, prepare, put, transactions, until

from monitor.store.check import report
from monitor.store.contents import contents
from monitor.store.database import SCHEMA, connect
from monitor.store.rebuild import rebuild
from monitor.wire import admin, contracts

pytestmark = pytest.mark.kafka


@pytest.fixture
async def ready(settings, kafka, prefix):
    """The settings of a store with tables and topics."""
    return await prepare(settings, kafka, prefix)


@pytest.fixture
def judge(ready):
    """A judge of this installation."""
    return Judge(ready.prefix, ready.group)


async def test_committed_alerts_come_and_aborted_ones_do_not(ready, judge, tmp_path):
    """Every committed revision is a row, an aborted transaction leaves none, and the check agrees with the topic."""
    async with transactions(ready) as producer:
        await commit(producer, ready, [judge.say(number, number % 2) for number in range(10)])
        await producer.begin_transaction()
        await put(producer, ready, [Judge(ready.prefix, ready.group).say(99)])
        await producer.abort_transaction()
        await commit(producer, ready, [judge.say(number, number % 2) for number in range(10)])
    with StoreProcess(ready, tmp_path) as store:
        await until(lambda: counted(ready) == 20)
        told = await report(ready, wait_s=10)
        code, seconds = store.terminate()

    assert told.ok
    assert (0, 10) == (code, counted(ready, "SELECT count(*) FROM alerts WHERE revision = 2"))
    assert seconds < 10


async def test_the_registry_and_campaigns_come_from_the_control_log(ready, tmp_path):
    """Platforms that `topics apply` registered stand in the database with both names."""
    with StoreProcess(ready, tmp_path):
        await until(lambda: counted(ready, "SELECT count(*) FROM platforms") > 0)

    assert "淘猫" == counted(ready, "SELECT name_zh FROM platforms WHERE platform = 'taomall'")


async def test_one_of_two_stores_writes_and_the_other_takes_over(ready, judge, tmp_path):
    """A second store stands by while the first lives, and goes on where it died; no revision is missing or twice."""
    (tmp_path / "second").mkdir()
    async with transactions(ready) as producer:
        await commit(producer, ready, [judge.say(1)])
        with StoreProcess(ready, tmp_path) as first:
            await until(lambda: counted(ready) == 1)
            with StoreProcess(ready, tmp_path / "second") as second:
                await until(lambda: "store.holds" in second.said())
                assert '"partitions": "0,1"' not in second.said()
                first.kill()
                await commit(producer, ready, [judge.say(1)])
                await until(lambda: counted(ready) == 2)

                assert '"partitions": "0,1"' in second.said()


async def test_a_topic_made_anew_is_refused(ready, judge, tmp_path):
    """A topic that ends before what the store holds of it is another log: exit 3, and the tables stay as they are."""
    async with transactions(ready) as producer:
        await commit(producer, ready, [judge.say(1), judge.say(1)])
    with StoreProcess(ready, tmp_path):
        await until(lambda: counted(ready) == 2)
    await _make_anew(ready)
    with StoreProcess(ready, tmp_path) as store:
        assert 3 == store.wait()
    assert "StoreIsAhead" in store.said()
    assert 2 == counted(ready)


async def test_a_topic_made_anew_and_longer_is_refused(ready, judge, tmp_path):
    """A new log that has grown past the position is told by the hash of the last record stored."""
    async with transactions(ready) as producer:
        await commit(producer, ready, [judge.say(1)])
    with StoreProcess(ready, tmp_path):
        await until(lambda: counted(ready) == 1)
    await _make_anew(ready)
    other = Judge(ready.prefix, ready.group)
    async with transactions(ready) as producer:
        await commit(producer, ready, [other.say(7), other.say(8), other.say(9)])
    with StoreProcess(ready, tmp_path) as store:
        assert 3 == store.wait()
    assert "LogWasReplaced" in store.said()


async def test_a_rebuild_gives_equal_tables(ready, judge, tmp_path):
    """Tables made anew from the topics hold what the store's hold, after a check that says so."""
    async with transactions(ready) as producer:
        await commit(producer, ready, [judge.say(number, number % 2) for number in range(6)])
        await commit(producer, ready, [judge.say(number, number % 2) for number in range(6)])
    with StoreProcess(ready, tmp_path):
        await until(lambda: counted(ready) == 12)
        await until(lambda: counted(ready, "SELECT count(*) FROM platforms") > 0)
    done = await rebuild(ready)

    assert done.equal
    assert 12 == done.after["alert_revisions"].rows
    with connect(ready) as connection:
        assert done.after == contents(connection, SCHEMA)
    assert (await report(ready)).ok


async def test_the_check_names_the_place(ready, judge, tmp_path):
    """A row that somebody deleted is named by partition and offset."""
    async with transactions(ready) as producer:
        await commit(producer, ready, [judge.say(1), judge.say(2), judge.say(3)])
    with StoreProcess(ready, tmp_path):
        await until(lambda: counted(ready) == 3)
    with connect(ready) as connection:
        connection.execute('DELETE FROM alert_revisions WHERE "offset" = 1')
    told = await report(ready)

    assert not told.ok
    assert f"  {ready.prefix}alerts[0] offset 1: is not in the database" in list(told.lines())


async def _make_anew(settings):
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await client.start()
    try:
        await client.delete_topics([settings.prefix + "alerts"])
    finally:
        await client.close()
    for _ in range(50):
        await asyncio.sleep(0.2)
        if any(line.done == "created" for line in await admin.apply(settings, contracts.load())):
            return
