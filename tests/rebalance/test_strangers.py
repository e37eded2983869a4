"""Strangers in the group: what would split the inputs of a partition is refused, and nobody waits in silence."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import GroupAuthorizationFailedError, RequestTimedOutError
from ground import Worker, prepare, until

from monitor.stream import exits, membership
from monitor.stream.order import INPUTS


@asynccontextmanager
async def stranger(settings, topics, assignor):
    """Let somebody else be a member of the group first."""
    consumer = AIOKafkaConsumer(
        *(settings.prefix + topic for topic in topics),
        bootstrap_servers=settings.kafka,
        group_id=settings.group,
        partition_assignment_strategy=[assignor],
        heartbeat_interval_ms=200,
    )
    await consumer.start()
    try:
        await until(lambda: asyncio.to_thread(consumer.assignment), "the stranger's assignment")
        yield
    finally:
        await consumer.stop()


async def refusal(settings, folder):
    """Start a worker that must refuse, and answer its exit code and reason."""
    with Worker(settings, folder, FAIRTRADE_INSTANCE_ID="") as worker:
        code = await worker.code()
    lines = await asyncio.to_thread(worker.log.read_text)
    return code, next(line for line in lines.splitlines() if "ends with exit code" in line)


@pytest.mark.kafka
async def test_a_group_that_divides_in_another_way_is_refused(kafka, prefix, tmp_path):
    """Round robin would tear the inputs of a partition apart: exit 3, and no worker that waits in silence."""
    settings = await prepare(kafka, prefix)
    async with stranger(settings, INPUTS, RoundRobinPartitionAssignor):
        code, reason = await refusal(settings, tmp_path)

    assert exits.REFUSED == code
    assert f"group {settings.group} has members that divide partitions in another way than by range" in reason


@pytest.mark.kafka
async def test_a_member_that_reads_one_input_alone_splits_the_set_and_is_refused(kafka, prefix, tmp_path):
    """A stranger takes some partitions of orders: those left without their orders are not judged without them."""
    settings = await prepare(kafka, prefix)
    async with stranger(settings, ["orders"], RangePartitionAssignor):
        code, reason = await refusal(settings, tmp_path)

    assert code in {exits.REFUSED, exits.NOT_CO_PARTITIONED}
    assert "the inputs are not co-partitioned" in reason


class Coordinator:
    """Raises what it is given, one error a look."""

    def __init__(self, *errors, ended=False):
        self._errors = list(errors)
        self._coordination_task = asyncio.get_running_loop().create_future()
        if ended:
            self._coordination_task.set_result(None)

    def check_errors(self):
        """Raise the next error."""
        if self._errors:
            raise self._errors.pop(0)


@pytest.fixture
def look(monkeypatch):
    """Look without waiting."""
    monkeypatch.setattr(membership, "LOOK_S", 0)


@pytest.mark.usefixtures("look")
async def test_an_error_that_may_pass_lets_the_group_be_joined_again(caplog):
    """A time-out is heard and told, and the look goes on."""
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(membership.watch("g", Coordinator(RequestTimedOutError())), 0.2)

    assert "group g: RequestTimedOutError" in caplog.text


@pytest.mark.usefixtures("look")
async def test_a_coordinator_that_has_ended_is_told_of():
    """Nobody will ever join again: the error is answered, for the worker to end with it."""
    error = RequestTimedOutError()

    assert error is await membership.watch("g", Coordinator(error, ended=True))


def test_a_closed_group_is_refused_with_what_to_do():
    """What no further try can change names the group and the cure."""
    assert "group g is closed to this user: grant it READ on the group" == membership.refusal(
        "g", GroupAuthorizationFailedError("g")
    )
