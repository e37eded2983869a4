"""A store's health, by a clock of the test: away is not dead, standing still is."""

import asyncio

import pytest

from monitor.settings import Settings
from monitor.store.health import StoreWatch
from monitor.store.outage import Party
from monitor.store.run import LOOK_AGAIN_S
from monitor.store.vitals import Vitals

PLACE = ("ft.alerts", 0)
AWAY_S, STUCK_S = 6, 25
STILL_S = STUCK_S + LOOK_AGAIN_S


class Clock:
    """Shows what it is set to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        """Answer it, in seconds."""
        return self.now


@pytest.fixture
def clock():
    """A clock of this test."""
    return Clock()


@pytest.fixture
def vitals(clock):
    """A store that has just begun."""
    return Vitals(clock)


@pytest.fixture
async def watch(vitals, clock):
    """Who judges it."""
    told = Settings(broker_away_ms=AWAY_S * 1000, stuck_ms=STUCK_S * 1000)
    return StoreWatch(told, vitals, asyncio.get_running_loop(), clock)


async def beats(watch):
    """Let the loop answer, and look."""
    watch.look()
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    return watch.look()


async def test_a_store_that_has_looked_at_its_logs_is_ready(watch, vitals):
    """Before the first look it has not started; standing by with no partition is as good as copying."""
    before = watch.look()
    vitals.surveys({})
    health = await beats(watch)

    assert [True, True, False] == [bool(before.startup), bool(before.ready), bool(before.live)]
    assert ((), (), ()) == (health.startup, health.ready, health.live)


@pytest.mark.parametrize("party", Party)
async def test_whoever_is_away_makes_it_not_ready_and_never_not_live(watch, vitals, clock, party):
    """An outage of an hour restarts nobody, and its end gives everything its time again."""
    vitals.holds([0])
    vitals.surveys({PLACE: 5})
    vitals.lost(party, "connection refused")
    watch.look()
    clock.now += 3_600
    health = await beats(watch)

    assert [f"the {party} is away for 3600 s: connection refused"] == list(health.ready)
    assert () == health.live
    with vitals.asking(party):
        pass
    assert () == (await beats(watch)).live


@pytest.mark.parametrize("party", Party)
async def test_a_question_left_open_is_an_absence(watch, vitals, clock, party):
    """A database or broker that holds the line and says nothing is away, though no error has come yet."""
    vitals.surveys({})
    with vitals.asking(party):
        clock.now += AWAY_S
        silent = await beats(watch)

    assert [f"the {party} has not answered for 6 s"] == list(silent.ready)
    assert () == silent.live
    assert () == (await beats(watch)).ready


async def test_a_log_that_stands_still_while_there_is_work_is_not_live(watch, vitals, clock):
    """With both parties there, lag without movement is a fault of our own; any movement ends it."""
    vitals.holds([0])
    vitals.surveys({PLACE: 5})
    watch.look()
    clock.now += STILL_S
    vitals.surveys({PLACE: 9})
    stuck = await beats(watch)
    vitals.wrote([PLACE])

    assert ["ft.alerts[0] lies 9 offsets behind and has not moved for 30 s"] == list(stuck.live)
    assert () == (await beats(watch)).live


async def test_logs_at_their_end_do_not_stand_still(watch, vitals, clock):
    """Nothing to copy for hours is life, as long as the logs are looked at."""
    vitals.holds([0])
    vitals.surveys({PLACE: 0})
    watch.look()
    clock.now += 7_200
    vitals.surveys({PLACE: 0})
    idle = await beats(watch)
    clock.now += STILL_S

    assert () == idle.live
    assert ["the logs were not looked at for 30 s"] == list((await beats(watch)).live)


async def test_a_loop_that_hangs_is_not_live(watch, clock):
    """The thread that answers finds an event loop that has not run."""
    watch.look()
    clock.now += STUCK_S

    assert "the event loop has not run for 25 s" in watch.look().live
