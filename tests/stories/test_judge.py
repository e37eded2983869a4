"""All stories through the judge of two partitions without a broker, restored from its own state on the way."""

import random
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pytest
from story_book import ORDERLY, story
from story_logs import PARTITIONS, logs
from story_run import INTEGRITY, lasts, sparsely

from monitor.agents.engine_core import EngineCore
from monitor.detect.registry import registered
from monitor.feed.stamp import Stamped
from monitor.findings import Status, projection
from monitor.settings import Settings
from monitor.stream.batches import Batch, Place
from monitor.stream.partition import Partition

SETTINGS = Settings(partitions=PARTITIONS, prefix="stories.", mode="shadow")
BATCH = 700
GENERATION = 1


class Fetched(NamedTuple):
    """A record as the fetcher delivers it."""

    offset: int
    value: bytes
    key: bytes
    timestamp: int
    headers: tuple[()] = ()


def _batches(number: int) -> Iterator[Batch]:
    """Batches of one partition as polls may return them: control and costs whole, then the others by turns."""
    chance = random.Random(number)
    first = [topic for topic in ("control", "costs") if (topic, number) in logs()]
    for topic in first:
        yield from _cut(topic, number)
    rest = [_cut(topic, number) for topic in ("shops", "offers", "orders")]
    while rest:
        batches = chance.choice(rest)
        batch = next(batches, None)
        if batch is None:
            rest.remove(batches)
        else:
            yield batch


def _cut(topic: str, number: int) -> Iterator[Batch]:
    records = [_fetched(offset, one) for offset, one in enumerate(logs()[topic, number])]
    for begin in range(0, len(records), BATCH):
        part = records[begin : begin + BATCH]
        yield Batch(Place(topic, number), part, start=begin, last=part[-1].offset, generation=GENERATION)


def _fetched(offset: int, one: Stamped) -> Fetched:
    return Fetched(offset, one.value, one.key, one.append_time)


def _judge(number: int, state: dict[bytes, bytes]) -> Partition:
    core = EngineCore(SETTINGS, number, registered())
    for key, value in state.items():
        core.restore(key, value)
    core.open()
    return Partition(number, core, generation=GENERATION, slice_records=SETTINGS.slice_records)


async def _judged(number: int) -> dict[str, bytes]:
    """The last value of each alert of a partition whose judge is thrown away and restored after every batch."""
    state: dict[bytes, bytes] = {}
    values: dict[str, bytes] = {}
    for batch in _batches(number):
        judge = _judge(number, state)
        await judge.apply(batch)
        changes = judge.core.take()
        state |= {key: value for key, value in changes.state if value is not None}
        for key in [key for key, value in changes.state if value is None]:
            state.pop(key, None)
        values |= {revision.alert_id: revision.value for revision in changes.revisions}
    return values


@pytest.fixture(scope="module")
def expected():
    """What the pure engine says of every story at rest."""
    return {alert: _at_rest(value) for case in ORDERLY for alert, value in lasts(sparsely(story(case))).items()}


def _at_rest(value):
    return msgspec.json.decode(projection(value))


def _counts(body):
    """Of each partition's own numbering the engine over the whole log knows nothing."""
    return body["status"] != Status.withdrawn and body["typology"] != INTEGRITY


async def test_the_judge_says_what_the_engine_says(expected):
    """Two partitions, all stories at once, restored after every batch: equal alerts by projection."""
    values = {alert: value for number in range(PARTITIONS) for alert, value in (await _judged(number)).items()}
    resting = {alert: _at_rest(value) for alert, value in values.items()}
    standing = {alert: body for alert, body in resting.items() if _counts(body)}

    assert expected.keys() == standing.keys()
    assert [alert for alert, body in expected.items() if body != standing[alert]] == []
