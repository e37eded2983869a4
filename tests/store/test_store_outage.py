"""A broker, then a database, that goes away under a running store: it stays, says so once, and goes on by itself."""

import json
import os
import secrets
import signal
import socket
from dataclasses import replace
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
from alerting import Judge
from store_ground import StoreProcess, commit, counted, prepare, transactions, until

from monitor.local.kafka import LocalKafka
from monitor.local.postgres import LocalPostgres
from monitor.settings import Settings
from monitor.store.check import report
from monitor.store.database import connect
from monitor.store.migrate import migrate
from monitor.wire import admin, contracts

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

OUTAGES = 3
MOST_LINES = 120
"""of two outages of the broker and one of the database, with every attempt; unbound it would be thousands"""
AWAY_MS, STUCK_MS = 1_000, 2_500


@pytest.fixture
def broker(tmp_path):
    """A broker of this test alone, which may die."""
    with LocalKafka(tmp_path / "kafka") as found:
        yield found


@pytest.fixture
def server():
    """A PostgreSQL of this test alone, which may die."""
    with LocalPostgres(settings={"fsync": "off"}) as found:
        yield found


@pytest.fixture
async def ready(server, broker, prefix):
    """A store with tables and topics on servers that may die."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(server.address(), password=server.password_file.read_text(), autocommit=True) as database:
        database.execute(f"CREATE DATABASE {name}".encode())
    settings = Settings(store=server.address(name), store_password_file=str(server.password_file), partitions=2)
    with connect(settings) as connection:
        migrate(connection)
    return await prepare(settings, broker.bootstrap, prefix)


@pytest.fixture
def port():
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def asked(port, question):
    """Answer yes or no, and why."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/{question}", timeout=5) as answer:
            body = json.load(answer)
    except HTTPError as refused:
        body = json.load(refused)
    except OSError:
        return False, ["nobody answers"]
    return body["ok"], body["why"]


def said(store, event):
    """Count what a store has said of one name."""
    return sum(f'"event": "{event}"' in line for line in store.said().splitlines())


async def test_it_outlives_its_broker_and_its_database(ready, broker, server, port, tmp_path, monkeypatch):
    """Killed, stopped and started again, neither ends the store: it is not ready but lives, and every row is there."""
    monkeypatch.setenv("FAIRTRADE_BROKER_AWAY_MS", str(AWAY_MS))
    monkeypatch.setenv("FAIRTRADE_STUCK_MS", str(STUCK_MS))
    judge = Judge(ready.prefix, ready.group)
    with StoreProcess(ready, tmp_path, "--health-port", str(port)) as store:
        async with transactions(ready) as producer:
            await commit(producer, ready, [judge.say(number, number % 2) for number in range(20)])
        await until(lambda: asked(port, "ready")[0] and counted(ready) == 20)

        broker.kill()
        await until(lambda: not asked(port, "ready")[0])
        assert [True, "the broker is away"] == [asked(port, "live")[0], asked(port, "ready")[1][0][:18]]
        broker.restart()
        await until(lambda: asked(port, "ready")[0])

        os.kill(broker.pid, signal.SIGSTOP)
        await until(lambda: said(store, "store.broker_away") == 2)
        assert [True, False] == [asked(port, "live")[0], asked(port, "ready")[0]]
        os.kill(broker.pid, signal.SIGCONT)
        await until(lambda: asked(port, "ready")[0])

        server.kill()
        await until(lambda: not asked(port, "ready")[0])
        async with transactions(ready) as producer:
            await commit(producer, ready, [judge.say(number, number % 2) for number in range(20)])
        assert [True, "the database is away"] == [asked(port, "live")[0], asked(port, "ready")[1][0][:20]]
        server.restart()
        await until(lambda: asked(port, "ready")[0])
        told = await report(ready, wait_s=20)
        code, seconds = store.terminate()

    assert told.ok
    assert (40, 0) == (counted(ready), code)
    assert seconds < 10
    assert [2, 2, 1, 1] == [
        said(store, f"store.{one}") for one in ("broker_away", "broker_back", "database_away", "database_back")
    ]
    assert said(store, "store.holds") == 1 + 2 * OUTAGES
    assert "Unclosed" not in store.said()
    assert MOST_LINES > len(store.said().splitlines())


async def test_what_a_human_must_repair_ends_it(settings, kafka, prefix, tmp_path):
    """A password that PostgreSQL refuses is no absence: exit 3, and the error says which setting to look at."""
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")
    told = replace(settings, kafka=kafka, prefix=prefix, store_password_file=str(wrong))
    with StoreProcess(told, tmp_path) as store:
        code = store.wait()

    assert 3 == code
    assert "password authentication failed" in store.said()


async def test_topics_that_are_missing_are_waited_for(settings, kafka, prefix, tmp_path):
    """A store that starts before its topics says which command makes them, and goes on once they are there."""
    early = replace(settings, kafka=kafka, prefix=prefix)
    with StoreProcess(early, tmp_path) as store:
        await until(lambda: said(store, "store.broker_away") == 1)
        assert "fairtrade topics apply" in store.said()
        await admin.apply(early, contracts.load())
        await until(lambda: said(store, "store.broker_back") == 1)
