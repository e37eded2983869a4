"""A story through the pure engine, each revision with its platform's clock when its batch was applied."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec
from story_book import Story
from story_log import Tick, log

from monitor.detect.registry import registered
from monitor.eventtime.china import written
from monitor.feed.stamp import Stamped
from monitor.replay import Arrival, Backtest

LETTERS = "abcdefgh"
INTEGRITY = "integrity"


class Told(NamedTuple):
    """One revision: the platform's clock after its minute, its body, and its value as published."""

    clock: int
    body: dict[str, Any]
    value: bytes


class Outcome(NamedTuple):
    """What came of a story: the revisions of each alert by id in order of first appearance, and the counts."""

    alerts: dict[str, list[Told]]
    counts: dict[str, Any]


def run(ticks: Iterable[Tick]) -> Outcome:
    """Feed a log minute by minute to one engine."""
    backtest = Backtest(registered())
    alerts: dict[str, list[Told]] = {}
    for tick in ticks:
        for revision in list(backtest.run(arrivals(tick.records))):
            clock = backtest.partition.clocks.value(revision.platform)
            told = Told(clock, msgspec.json.decode(revision.value), revision.value)
            alerts.setdefault(revision.alert_id, []).append(told)
    return Outcome(alerts, backtest.counts())


def arrivals(records: Iterable[Stamped]) -> list[Arrival]:
    """Make stamped records the arrivals of a backtest."""
    return [Arrival(one.topic, one.value, one.append_time) for one in records]


@cache
def recorded(story: Story) -> Outcome:
    """Answer the run of recorded batches, the one in which intermediate revisions bind."""
    return run(log(story))


@cache
def sparsely(story: Story) -> Outcome:
    """Answer the run with few clock records; it ends as the recorded one does."""
    return run(log(story, sparse=True))


def lasts(outcome: Outcome) -> dict[str, bytes]:
    """Answer the last value of each alert on an offence that was not withdrawn.

    What is said of how records came follows from the log: another order of arrival is another log.
    """
    return {
        alert: told[-1].value
        for alert, told in outcome.alerts.items()
        if told[-1].body["status"] != "withdrawn" and told[-1].body["typology"] != INTEGRITY
    }


def rows(outcome: Outcome) -> dict[str, list[str]]:
    """Write the revisions of each alert as stories do, in the order of first appearance."""
    return {LETTERS[place]: list(_rows(told)) for place, told in enumerate(outcome.alerts.values())}


def _rows(revisions: list[Told]) -> Iterator[str]:
    before: list[str] = []
    for told in revisions:
        body = told.body
        now = body["sequences"]
        changed = [f"+{one}" for one in now if one not in before] + [f"-{one}" for one in before if one not in now]
        before = now
        words = [body["status"][0].upper(), body["level"][0], *(["p"] if body["provisional"] else [])]
        time = written(told.clock)
        yield " ".join([*words, time[:10], time[11:16], body["reason"], *changed])
