"""One recorded sequence of batches gives the same bytes however it is sliced, cut, resumed or replayed."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from claims import partitions_add_up, replay_is_the_same, resuming_is_the_same, slices_are_the_same
from histories import histories, seeded
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import Reading, batches
from runs import Pace, run

from monitor.eventtime.china import DAY

SEEDS = st.integers(0, 2**32 - 1)


@given(histories(), SEEDS)
@settings(max_examples=8)
def test_a_replay_of_the_same_log_is_byte_equal(history, seed):
    """Revisions, refusals and state of two runs of one log are the same bytes."""
    assert [] == replay_is_the_same(history, Reading(seed, delay=True, skew=DAY))


@given(histories(), SEEDS, st.integers(1, 9), st.integers(1, 5))
@settings(max_examples=16)
def test_a_run_cut_and_resumed_anywhere_is_byte_equal(history, seed, commit, restart):
    """A partition opened anew from its state log goes on as if it had never stopped."""
    reading = Reading(seed, delay=True, skew=DAY, batch=20)

    assert [] == resuming_is_the_same(history, reading, Pace(20, 500, commit, restart))


@given(histories())
@settings(max_examples=8)
def test_slices_of_any_size_are_byte_equal(history):
    """Folding one, seven or five hundred records at a time, and due keys likewise, says the same in the same order."""
    assert [] == slices_are_the_same(history)


@given(histories(most=2))
@settings(max_examples=6)
def test_a_commit_may_stand_between_any_two_slices(history):
    """Cutting between slices of three records and a single due key is byte-equal, too."""
    assert [] == resuming_is_the_same(history, Reading(), Pace(3, 1, 1, 7))


@given(histories(most=4))
@settings(max_examples=12)
def test_partitions_add_up(history):
    """A partition for each subject, two partitions or one of all give equal alerts."""
    assert [] == partitions_add_up(history)


def digest_of_runs() -> str:
    """Answer one hash over all that some runs say and keep; called in other processes."""
    digest = sha256()
    for seed in range(4):
        outcome = run(batches(seeded(seed), Reading(seed, delay=True, skew=DAY)), Pace(20, 20, 5, 3))
        for revision in outcome.revisions:
            digest.update(revision.value)
        for key in sorted(outcome.log):
            digest.update(key + outcome.log[key])
    return digest.hexdigest()


def _elsewhere(hash_seed: str) -> str:
    told = "import test_same_bytes; print(test_same_bytes.digest_of_runs())"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=here, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()


def test_no_hash_seed_changes_a_byte():
    """Nothing that is said or kept follows from the order of a set, which differs from process to process."""
    expected = _elsewhere("1")

    assert expected == _elsewhere("2")
