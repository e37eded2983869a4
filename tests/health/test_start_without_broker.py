"""A worker that is started while no broker is there: it lives, says that it is not ready, and begins by itself."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from ground import prepare
from patients import STUCK_MS, Patient

from monitor.local.kafka import LocalKafka
from monitor.settings import Settings
from monitor.stream import arrival
from monitor.wire.contracts import load
from monitor.wire.diagnosis import DoorIsShut, NotReached

SETTINGS = Settings(kafka="127.0.0.1:1")
AWAY = KafkaConnectionError("Unable to bootstrap")


@pytest.mark.kafka
async def test_a_worker_waits_for_the_first_broker(prefix, tmp_path):
    """Longer than a worker may stand still: live and not ready with the reason, then ready in one life."""
    with LocalKafka(tmp_path / "kafka") as kafka:
        settings = await prepare(kafka.bootstrap, prefix)
        await asyncio.to_thread(kafka.kill)
        with Patient(settings, tmp_path, FAIRTRADE_EXIT_WHEN_STUCK="1") as worker:
            await worker.becomes("ready", 503, "the broker has not answered for")
            answers = {(await worker.asked("live"))[0] for _ in range(8) if not await asyncio.sleep(STUCK_MS / 6_000)}
            await asyncio.to_thread(kafka.restart)
            await worker.becomes("ready", 200)
            said = worker.log.read_text()

    assert {200} == answers
    assert "worker.waits" in said


def broker(monkeypatch, *answers):
    """Let the topics be looked at with these answers, one after the other, and the reason be as told by the last."""
    told = list(answers)

    async def check(*_):
        answer = told.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(arrival, "check", check)
    monkeypatch.setattr(arrival, "AGAIN_S", 0)


def door(monkeypatch, shut):
    """Let a diagnosis find this."""

    async def diagnose(_):
        return shut

    monkeypatch.setattr(arrival, "diagnose", diagnose)


async def test_each_try_that_nobody_answered_is_told(monkeypatch):
    """The reason names the broker and what to do; once it answers, the worker goes on."""
    broker(monkeypatch, AWAY, TimeoutError(), [])
    door(monkeypatch, NotReached("127.0.0.1:1", "not reached", "is it up?"))
    missed = []
    await arrival.arrive(SETTINGS, load(), missed.append)

    assert ["broker 127.0.0.1:1: not reached; is it up?", "TimeoutError"] == missed


async def test_a_door_that_is_shut_is_not_waited_for(monkeypatch):
    """Somebody has to repair a password or a certificate: the worker ends and says which."""
    broker(monkeypatch, AWAY)
    door(monkeypatch, DoorIsShut("127.0.0.1:1", "it does not let user w in", "the password is wrong"))

    with pytest.raises(DoorIsShut, match="does not let user w in"):
        await arrival.arrive(SETTINGS, load(), print)


async def test_what_does_not_pass_by_itself_is_raised(monkeypatch):
    """A broker that forbids to describe its topics will forbid it again."""
    broker(monkeypatch, TopicAuthorizationFailedError("orders"))

    with pytest.raises(TopicAuthorizationFailedError):
        await arrival.arrive(SETTINGS, load(), print)
