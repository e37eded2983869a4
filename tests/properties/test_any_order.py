"""No order inside the lateness, repeat, pace of the clock, silence or hole that heals changes an alert at rest."""

from chronicle import History
from claims import (
    any_order_ends_alike,
    cancelling_leaves_nothing,
    differences,
    finer_clocks_end_alike,
    repeats_change_nothing,
    silence_leaves_no_trace,
)
from histories import histories, seeded
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import Reading, batches, logs, read
from runs import run
from silence import missing_for_a_while

from monitor.eventtime.china import DAY, HOUR, MINUTE

SEEDS = st.integers(0, 2**32 - 1)


@given(histories(), SEEDS)
def test_facts_in_any_order_inside_the_lateness_end_alike(history, seed):
    """Facts held back up to a week and topics read days apart give the alerts of prompt delivery."""
    held_back, apart = Reading(seed, delay=True, skew=DAY), Reading(seed, skew=3 * DAY)

    assert [] == any_order_ends_alike(history, [held_back, apart])


@given(histories(), SEEDS)
@settings(max_examples=12)
def test_records_that_come_twice_change_nothing(history, seed):
    """A repeated sequence number is counted; every revision is as without it."""
    assert [] == repeats_change_nothing(history, seed)


@given(histories(most=2))
@settings(max_examples=8)
def test_clock_records_may_come_every_hour_or_every_quarter(history):
    """The grain of the clock decides when something is said, never what stands at rest."""
    assert [] == finer_clocks_end_alike(history, [HOUR, 15 * MINUTE])


@given(histories())
@settings(max_examples=12)
def test_a_cancelled_line_leaves_no_verdict_behind(history):
    """Lines cancelled whole, in time or days later, end as if they had never been."""
    assert [] == cancelling_leaves_nothing(history)


@given(histories(), SEEDS)
@settings(max_examples=16)
def test_a_silence_with_its_backlog_ends_as_prompt_delivery(history, seed):
    """A platform that falls silent for days and then delivers everything ends as if it had never been silent."""
    platform = history.platforms[seed % len(history.platforms)]
    since = history.happenings[seed % len(history.happenings)].arrival // MINUTE * MINUTE

    assert [] == silence_leaves_no_trace(history, platform, since, since + DAY + seed % 4 * DAY)


def _places(history: History) -> list[tuple[str, int]]:
    """Where the log of a platform's own feed has facts that are not its last."""
    found = logs(history)
    return [
        (topic, offset)
        for topic in ("orders", "shops")
        for offset, entry in enumerate(found[topic][:-1])
        if entry.subject is not None
    ]


@given(histories(), SEEDS)
@settings(max_examples=12)
def test_a_hole_that_fills_ends_as_prompt_delivery(history, seed):
    """A record that is missing for two days leaves nothing behind once it comes."""
    found = logs(history)
    places = _places(history)
    topic, offset = places[seed % len(places)]
    late = missing_for_a_while(found, topic, offset, found[topic][offset].append_time + 2 * DAY)

    assert [] == differences(run(read(found)).last_values, run(read(late)).last_values)


def test_a_hole_bars_a_lead_until_it_fills():
    """Some hole of the histories above does keep a lead a notice while it is open: the comparison is no empty one."""
    barred = 0
    for seed in range(12):
        history = seeded(seed)
        for revision in run(batches(history, Reading(seed, delay=True))).revisions:
            barred += b'"feed_quality","state":"failed"' in revision.value

    assert barred > 0
