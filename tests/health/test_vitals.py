"""The three answers by what a worker's life shows, on a clock that only the test moves."""

import asyncio

import pytest

from monitor.events import Topic
from monitor.observe.guard import CONFIRMED, Guard
from monitor.observe.health import NAMED, Watch
from monitor.observe.vitals import BATCH_S, Vitals
from monitor.settings import Settings

STUCK_S, AWAY_S, RESTORE_S = 25, 6, 600


class FakeLoop:
    """Runs what it is asked to at once, unless it is stuck or closed."""

    def __init__(self):
        self.stuck = False
        self.closed = False

    def is_closed(self):
        """Answer whether it has ended."""
        return self.closed

    def call_soon_threadsafe(self, call):
        """Run it, or never."""
        if not self.stuck:
            call()


class FakeLink:
    """A broker that answers while it is there."""

    def __init__(self, clock):
        self._clock = clock
        self.is_member = True
        self.loop = FakeLoop()
        self.loops = {"event loop": self.loop}
        self.gone = None

    @property
    def answered(self):
        """Answer now, or when it went, or never where no connection is left."""
        return self._clock() if self.gone is None else self.gone


class Ward:
    """A worker's vitals on a clock of their own, looked at every second."""

    def __init__(self):
        self.now = 1_000.0
        self.vitals = Vitals(lambda: self.now)
        self.watch = Watch(Settings(), self.vitals, lambda: self.now)
        self.link = FakeLink(lambda: self.now)

    def passes(self, seconds, *, each=lambda: None):
        """Let time pass, look every second and answer the last look; `each` is what the worker does in it."""
        health = self.watch.look()
        for _ in range(seconds):
            self.now += 1
            each()
            health = self.watch.look()
        return health

    def survey(self, **lags):
        """Say how far all inputs of partition 0 lie behind, as the reader does once a second."""
        for topic in Topic:
            self.vitals.lagged(topic.value, 0, lags.get(topic.value, 0))
        self.vitals.readiness(ready=True)


@pytest.fixture
def ward():
    """A worker that is a member, restored and at the end of its inputs."""
    made = Ward()
    made.vitals.linked(made.link)
    made.vitals.assigned([0])
    made.vitals.restored(0, 10, 0.1)
    made.survey()
    return made


def test_a_worker_at_the_end_of_its_inputs_is_well_for_ever(ward):
    """An hour without a record is no illness."""
    health = ward.passes(3_600, each=ward.survey)

    assert ((), (), ()) == (health.startup, health.ready, health.live)


def test_lag_alone_is_no_illness(ward):
    """However far behind, what moves is alive and ready."""

    def work():
        ward.survey(orders=1_000_000)
        ward.vitals.applied("orders", 0, 4_000, 0.9)

    health = ward.passes(600, each=work)

    assert ((), ()) == (health.ready, health.live)


def test_standing_still_with_lag_is_told_in_time(ward):
    """An input that lies behind and does not move is not live after the setting's time, and live before."""
    before = ward.passes(STUCK_S - 1, each=lambda: ward.survey(orders=3))
    after = ward.passes(2, each=lambda: ward.survey(orders=3))

    assert () == before.live
    assert ("orders[0] lies 3 offsets behind and has not moved for 26 s",) == after.live
    assert set(after.live) <= set(after.ready)


def test_a_quiet_night_does_not_count_as_standing_still(ward):
    """The first record after hours at the end has its full time."""
    ward.passes(7_200, each=ward.survey)

    assert () == ward.passes(STUCK_S - 2, each=lambda: ward.survey(orders=1)).live


def test_an_input_that_is_passed_over_is_told_though_others_move(ward):
    """While orders go on, offers that never move do not hide behind them."""

    def work():
        ward.survey(orders=9, offers=2)
        ward.vitals.applied("orders", 0, 1, 0.001)

    health = ward.passes(STUCK_S + 2, each=work)

    assert ["offers[0] lies 2 offsets behind and has not moved for 27 s"] == list(health.live)


def test_whoever_waits_behind_one_long_batch_does_not_stand_still(ward):
    """A day that closes for minutes takes transactions, not batches: the others wait, and wait on when it is done."""

    def close_day():
        ward.survey(orders=9, offers=2)
        ward.vitals.committed(None)

    during = ward.passes(20 * STUCK_S, each=close_day)
    ward.vitals.applied("orders", 0, 1, 20.0 * STUCK_S)

    assert () == during.live
    assert () == ward.watch.look().live
    assert ward.vitals.flow <= BATCH_S


def test_a_batch_that_takes_for_ever_is_told(ward):
    """Without a transaction or another batch, waiting is standing still."""
    ward.vitals.committed(None)

    assert ward.passes(STUCK_S + 1, each=lambda: ward.survey(orders=9)).live


def test_a_broker_that_is_away_makes_nobody_dead(ward):
    """Not ready after the setting's time with the reason, live for an hour, and with full time when it is back."""
    ward.survey(orders=3)
    ward.link.gone = ward.now
    at_first = ward.passes(AWAY_S)
    away = ward.passes(3_600)
    ward.link.gone = None
    back = ward.passes(STUCK_S - 1)

    assert () == at_first.ready
    assert ("the broker has not answered for 3606 s",) == away.ready
    assert () == away.live
    assert () == back.live
    assert ward.passes(2).live


def test_a_connection_that_is_gone_is_dated_by_the_last_answer(ward):
    """Without a connection the client knows no time; the worker goes by the last one it knew."""
    ward.passes(10, each=ward.survey)
    ward.link.gone = 0.0

    assert () == ward.passes(AWAY_S, each=ward.survey).ready
    assert ("the broker has not answered for 7 s",) == ward.passes(1, each=ward.survey).ready


def test_a_member_of_nothing_is_told_in_time(ward):
    """A worker whose group refuses it is at once not ready, and not live after the setting's time."""
    ward.link.is_member = False
    at_once = ward.passes(1)
    late = ward.passes(STUCK_S)

    assert ("the worker is no member of its group",) == at_once.ready
    assert () == at_once.live
    assert ("the worker has been no member of its group for 26 s",) == late.live


def test_partitions_that_were_taken_and_never_given_back_are_told(ward):
    """After a rebalance that does not end, the worker is member of nothing, whatever its client believes."""
    ward.vitals.revoked([0], 0.1)

    assert ward.passes(STUCK_S + 1).live


def test_a_spare_worker_is_ready():
    """A member to whom no partition fell has started and holds up no rollout."""
    ward = Ward()
    ward.vitals.linked(ward.link)
    ward.vitals.assigned([])
    health = ward.passes(600)

    assert ((), (), ()) == (health.startup, health.ready, health.live)


def test_a_worker_without_consumer_is_told():
    """A process that never came to make its consumer is up and nothing else."""
    health = Ward().passes(STUCK_S)

    assert ("the worker has made no consumer in 25 s",) == health.live
    assert health.startup


def test_a_worker_that_no_broker_has_answered_yet_lives():
    """Nothing can be made before a broker is there; from then on the consumer has its time."""
    ward = Ward()
    ward.vitals.awaits_broker = True
    waiting = ward.passes(600)
    ward.vitals.arrived()
    begun = ward.passes(STUCK_S - 1)
    late = ward.passes(2)

    assert () == waiting.live == begun.live
    assert "the broker has not answered for 600 s" in waiting.ready
    assert ("the worker has made no consumer in 26 s",) == late.live


def test_restoring_is_neither_ready_nor_dead():
    """A restore has its own, longer time without progress, and says how much is left."""
    ward = Ward()
    ward.vitals.linked(ward.link)
    ward.vitals.assigned([0, 1])
    ward.vitals.restored(0, 5, 0.1)
    ward.vitals.restoring(1, 700)
    health = ward.passes(RESTORE_S - 1)

    assert "partition 1 is not restored, 700 offsets of its state log are left" in health.ready
    assert health.startup
    assert () == health.live
    assert ("no partition was restored any further for 600 s",) == ward.passes(1).live


def test_a_rebalance_does_not_take_the_start_back(ward):
    """What has started has started, though it restores again."""
    ward.vitals.revoked([0], 0.1)
    ward.vitals.assigned([0, 1])
    health = ward.passes(1)

    assert () == health.startup
    assert 2 == len(health.ready)


def test_restored_is_not_ready_before_the_inputs_were_looked_at():
    """Between the restore and the first look at the inputs nobody knows whether they move."""
    ward = Ward()
    ward.vitals.linked(ward.link)
    ward.vitals.assigned([0])
    ward.vitals.restored(0, 5, 0.1)

    assert ("partition 0 is restored, its inputs were not looked at yet",) == ward.passes(1).ready
    ward.survey()
    assert () == ward.passes(1).ready


def test_inputs_that_wait_for_control_do_not_stand_still():
    """While control is read for minutes, the inputs behind it were never read, and nothing is wrong."""
    ward = Ward()
    ward.vitals.linked(ward.link)
    ward.vitals.assigned([0])
    ward.vitals.restored(0, 5, 0.1)

    def read_control():
        ward.vitals.applied("control", 0, 100, 0.5)
        ward.vitals.lagged("control", 0, 5_000)
        ward.vitals.readiness(ready=True)

    assert () == ward.passes(300, each=read_control).live


def test_inputs_that_nobody_looks_at_are_told(ward):
    """A reader that no longer comes back is stuck though the last lag it told was none."""
    health = ward.passes(STUCK_S)

    assert ("the inputs were not looked at for 25 s",) == health.live


def test_many_inputs_that_stand_still_are_told_in_few_words(ward):
    """Of all that stand still the first are named and the rest counted."""
    lags = {topic.value: 1 for topic in Topic}
    health = ward.passes(STUCK_S + 1, each=lambda: ward.survey(**lags))

    assert NAMED + 1 == len(health.live)
    assert "2 more inputs stand still" == health.live[-1]


@pytest.mark.parametrize("illness", ["stuck", "closed"])
def test_a_loop_that_does_not_run_is_told(ward, illness):
    """A blocked or ended event loop is not live, whether the broker is there or not."""
    ward.link.gone = ward.now
    setattr(ward.link.loop, illness, True)
    health = ward.passes(STUCK_S + 1, each=ward.survey)

    assert ("the event loop has not run for 26 s",) == health.live


def test_a_loop_is_asked_once_at_a_time(ward):
    """A stuck loop that wakes finds one question, not one a second."""
    asked = []
    ward.link.loop.call_soon_threadsafe = asked.append
    ward.passes(60, each=ward.survey)

    assert 1 == len(asked)
    asked[0]()
    assert () == ward.watch.look().live


def test_a_flood_of_refusals_is_not_ready(ward):
    """More than half of the last minute refused: our own contract may be broken, and a restart repairs no contract."""
    ward.vitals.readiness(ready=False)
    health = ward.watch.look()

    assert ["more than half of the last minute's records were refused: our own contract may be broken"] == list(
        health.ready
    )
    assert () == health.live


def test_signs_tell_what_was_looked_at(ward):
    """Partitions, lag by topic and times in milliseconds stand beside the reasons."""
    ward.survey(orders=7)
    ward.now += 0.5
    signs = ward.watch.look().signs

    assert ((0,), [0], True) == (signs["partitions"], signs["restored"], signs["member"])
    assert 7 == signs["lag"]["orders"]
    assert (500, 0) == (signs["progress_ms"], signs["broker_ms"])


def test_a_lag_of_which_nothing_is_known_is_not_zero(ward):
    """A topic of which one partition was not looked at has no lag yet."""
    ward.vitals.assigned([0, 1])
    for number in (0, 1):
        ward.vitals.restored(number, 0, 0.1)
    ward.vitals.lagged("orders", 0, 7)

    assert ward.watch.look().signs["lag"]["orders"] is None


def test_a_real_loop_is_felt():
    """A running asyncio loop answers what it is asked from outside."""
    ward = Ward()

    async def run():
        ward.link.loops = {"event loop": asyncio.get_running_loop()}
        ward.vitals.linked(ward.link)
        ward.vitals.assigned([])
        ward.watch.look()
        ward.now += STUCK_S
        await asyncio.sleep(0.01)
        return ward.watch.look().live

    assert () == asyncio.run(run())


def test_the_guard_ends_a_worker_only_when_it_is_sure(ward):
    """Three looks in a row must find it stuck; a process that was stopped and goes on is well by the third."""
    ended = []
    guard = Guard(ward.watch, ended.append)
    ward.now += 10 * STUCK_S
    for _ in range(2):
        guard.look()
    ward.survey()
    guard.look()
    assert [] == ended
    ward.passes(STUCK_S)
    for _ in range(CONFIRMED + 2):
        guard.look()

    assert [("the inputs were not looked at for 25 s",)] == ended


def test_the_guard_logs_both_turns(ward, caplog):
    """A worker that is stuck says so once, and once more when it moves again."""
    caplog.set_level("INFO")
    guard = Guard(ward.watch, None)
    ward.passes(STUCK_S)
    for _ in range(CONFIRMED + 3):
        guard.look()
    ward.survey()
    guard.look()
    guard.look()

    assert ["worker.stuck", "worker.lives"] == [record.getMessage() for record in caplog.records]
