"""Kill -9 of the store and of PostgreSQL while alerts flow: no revision is missing, none is there twice."""

import asyncio
import random
import secrets

import psycopg
import pytest
from alerting import Judge
from store_ground import StoreProcess, commit, counted, prepare, transactions, until

from monitor.local.postgres import LocalPostgres
from monitor.settings import Settings
from monitor.store.check import report
from monitor.store.database import connect
from monitor.store.migrate import migrate

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SEED = 20210401
ROUNDS = ("store", "store", "postgres", "store")
EACH = 300


@pytest.fixture
def postgres():
    """A server of this test alone, which may die by itself; the machine stays up, so nothing needs a sync."""
    with LocalPostgres(settings={"fsync": "off"}) as server:
        yield server


@pytest.fixture
async def ready(postgres, kafka, prefix):
    """A store with tables and topics."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(postgres.address(), password=postgres.password_file.read_text(), autocommit=True) as database:
        database.execute(f"CREATE DATABASE {name}".encode())
    settings = Settings(store=postgres.address(name), store_password_file=str(postgres.password_file), partitions=2)
    with connect(settings) as connection:
        migrate(connection)
    return await prepare(settings, kafka, prefix)


async def test_nothing_is_missing_and_nothing_twice_after_kills(ready, postgres, tmp_path):
    """Whatever dies in the middle of whatever, at the end the database holds the topic, record by record."""
    chance = random.Random(SEED)
    judge = Judge(ready.prefix, ready.group)
    async with transactions(ready) as producer:
        with StoreProcess(ready, tmp_path) as store:
            for victim in ROUNDS:
                for _ in range(3):
                    said = [judge.say(chance.randrange(40) * 2 + partition, partition) for partition in (0, 1) * 50]
                    await commit(producer, ready, said)
                await asyncio.sleep(chance.uniform(0, 0.4))
                if victim == "store":
                    store.kill()
                    store.start()
                else:
                    postgres.kill()
                    await asyncio.sleep(0.2)
                    postgres.restart()
            told = await report(ready, wait_s=40)
            postgres.kill()
            await until(lambda: "store.database_away" in store.said())
            postgres.restart()
            await commit(producer, ready, [judge.say(999)])
            await until(lambda: counted(ready) == len(ROUNDS) * EACH + 1)
            code, seconds = store.terminate()

    assert [] == [line for line in told.lines() if "offset" in line]
    assert told.ok
    assert 0 == code
    assert seconds < 10
