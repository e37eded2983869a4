"""Each claim has been seen to fail: one named piece of the engine or of a detector is broken at a time.

A claim that a broken product still satisfies would prove nothing, so every claim is held against some mutation here.
"""

from collections import Counter

import pytest
from bodies import bodies_are_sound
from chronicle import Chronicle, at
from claims import (
    any_order_ends_alike,
    cancelling_leaves_nothing,
    finer_clocks_end_alike,
    partitions_add_up,
    repeats_change_nothing,
    replay_is_the_same,
    resuming_is_the_same,
    silence_leaves_no_trace,
    slices_are_the_same,
)
from clock_claims import clocks_follow_clock_records
from dice import SeededDice
from histories import DAYS, seeded
from logs import Reading
from mutations import (
    alerts_are_patched,
    data_moves_the_clock,
    due_only_on_the_stroke,
    evidence_is_left_out,
    fastest_topic_is_the_clock,
    fold_goes_on_while_keys_are_due,
    grid_keeps_the_first_prices,
    hold_back_on_the_own_clock,
    levers_lie_as_they_were_read,
    mean_is_a_float,
    merchants_share_their_shops,
    refund_not_taken_back,
    restore_forgets_due_times,
    revisions_are_not_chained,
    sequence_set_forgets,
    severity_is_always_high,
    silence_is_never_filled,
    something_outlives_the_partition,
    take_leaves_a_key,
    take_writes_no_tombstone,
    too_late_a_day_early,
)
from price_scenes import Sale, declare, many_prices, sell_days
from runs import Pace

from monitor.eventtime.china import DAY, HOUR, MINUTE

TRIES = 20


def in_any_order(seed):
    return any_order_ends_alike(seeded(seed), [Reading(seed, delay=True, skew=DAY)])


def of_many_prices(seed):
    chronicle, dice = Chronicle(), SeededDice(seed)
    sale = Sale("pa", "m1:a", "k0", DAYS[0], (0, 1, 2), 80, "seller", "A")
    declare(chronicle, sale, at(sale.day - 1, 12))
    sell_days(dice, chronicle, sale)
    many_prices(dice, chronicle, sale)
    return any_order_ends_alike(chronicle.history(), [Reading(seed, delay=True)])


def twice(seed):
    return repeats_change_nothing(seeded(seed), seed)


def again(seed):
    return replay_is_the_same(seeded(seed), Reading(seed))


def resumed(seed):
    return resuming_is_the_same(seeded(seed), Reading(seed, batch=20), Pace(20, 500, 3, 2))


def in_slices(seed):
    return slices_are_the_same(seeded(seed))


def in_partitions(seed):
    return partitions_add_up(seeded(seed, most=4))


def by_other_clocks(seed):
    return finer_clocks_end_alike(seeded(seed), [HOUR])


def after_cancelling(seed):
    return cancelling_leaves_nothing(seeded(seed))


def after_silence(seed):
    history = seeded(seed)
    since = history.happenings[len(history.happenings) // 2].arrival // MINUTE * MINUTE
    return silence_leaves_no_trace(history, history.platforms[0], since, since + 2 * DAY)


def each_body(seed):
    return bodies_are_sound(seeded(seed), Reading(seed))


def each_clock(seed):
    return clocks_follow_clock_records(seeded(seed), Reading(seed))


MUTATIONS = [
    (sequence_set_forgets, twice),
    (too_late_a_day_early, in_any_order),
    (hold_back_on_the_own_clock, each_body),
    (alerts_are_patched, after_cancelling),
    (refund_not_taken_back, after_cancelling),
    (levers_lie_as_they_were_read, in_any_order),
    (grid_keeps_the_first_prices, of_many_prices),
    (take_leaves_a_key, resumed),
    (take_writes_no_tombstone, resumed),
    (restore_forgets_due_times, resumed),
    (fold_goes_on_while_keys_are_due, in_slices),
    (data_moves_the_clock, each_clock),
    (fastest_topic_is_the_clock, each_clock),
    (due_only_on_the_stroke, by_other_clocks),
    (revisions_are_not_chained, each_body),
    (severity_is_always_high, each_body),
    (evidence_is_left_out, each_body),
    (mean_is_a_float, each_body),
    (silence_is_never_filled, after_silence),
    (merchants_share_their_shops, in_partitions),
    (something_outlives_the_partition, again),
]


@pytest.mark.parametrize(("mutation", "claim"), MUTATIONS, ids=lambda one: one.__name__)
def test_a_mutation_is_caught(mutation, claim, monkeypatch):
    """The claim fails of some history once the piece is broken."""
    mutation(monkeypatch)

    assert any(claim(seed) for seed in range(TRIES))


def test_every_claim_is_seen_to_fail():
    """No claim is without a mutation that it catches."""
    claims = Counter(claim for _, claim in MUTATIONS)
    known = [
        in_any_order, of_many_prices, twice, again, resumed, in_slices, in_partitions, by_other_clocks,
        after_cancelling, after_silence, each_body, each_clock,
    ]  # fmt: skip

    assert set(known) == set(claims)
