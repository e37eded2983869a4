"""What must hold of any history, as plain functions: each answers what it found wrong, nothing when it holds.

Two runs are held against each other by the one projection of design.md 7, or byte by byte where they must be the same.
"""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from chronicle import History
from logs import Logs, Reading, batches, logs, read
from runs import INTEGRITY, Outcome, Pace, offences, resting, run, run_apart
from silence import silenced

from monitor.findings import Revision, alerts_sha256, projection

SLICES = (Pace(1, 1), Pace(7, 3), Pace(500, 500))


def differences(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """List how the offences of two runs over different logs differ at rest, given the last value of each alert."""
    return all_differences(offences(one), offences(other))


def all_differences(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """List how all alerts of two runs over the same logs differ at rest, integrity included."""
    if alerts_sha256(dict(one)) == alerts_sha256(dict(other)):
        return []
    left, right = resting(one), resting(other)
    return [
        f"{alert}: {_parts(left.get(alert, {}), right.get(alert, {}))}"
        for alert in sorted({*left, *right})
        if left.get(alert) != right.get(alert)
    ]


def _parts(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return "; ".join(f"{name} {one.get(name)} != {other.get(name)}" for name in names)


def any_order_ends_alike(history: History, readings: Iterable[Reading]) -> list[str]:
    """However facts are held back inside the lateness and topics interleave, the alerts at rest are equal."""
    prompt = run(batches(history))
    found = _refusals(prompt)
    for reading in readings:
        other = run(batches(history, reading))
        compare = differences if reading.delay else all_differences
        found += _refusals(other) + compare(prompt.last_values, other.last_values)
    return found


def _refusals(outcome: Outcome) -> list[str]:
    return [f"refused: {record.event}" for record in outcome.refused]


def repeats_change_nothing(history: History, seed: int) -> list[str]:
    """Records that come twice are counted; no revision is other than without them."""
    once = logs(history)
    twice, added = repeated(once, seed)
    one, other = run(read(once)), run(read(twice))
    counted = sum(ledger.duplicate for ledger in other.partition.ledger.values())
    found = [] if counted == added else [f"{added} repeats, {counted} counted"]
    return found + _unlike(_told(one.revisions), _told(other.revisions))


def repeated(found: Logs, seed: int) -> tuple[Logs, int]:
    """Put repeats of every fifth record behind it, at once or later; answers how many."""
    dice = random.Random(seed)
    made: Logs = {}
    for topic, entries in found.items():
        last = len(entries) - 1
        places = [(float(place), entry) for place, entry in enumerate(entries)]
        for place in dice.sample(range(len(entries)), len(entries) // 5):
            behind = dice.choice((place, min(last, place + 40)))
            places.append((behind + 0.5, entries[place]._replace(append_time=entries[behind].append_time)))
        made[topic] = [entry for _, entry in sorted(places, key=lambda pair: pair[0])]
    return made, sum(len(made[topic]) - len(found[topic]) for topic in found)


def _told(revisions: Iterable[Revision]) -> list[tuple[Any, ...]]:
    return [
        (one.alert_id, one.revision, one.status, one.reason, projection(one.value))
        for one in revisions
        if one.typology != INTEGRITY
    ]


def _unlike(one: list[Any], other: list[Any]) -> list[str]:
    """Tell the first place at which two lists differ."""
    if one == other:
        return []
    place = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if place is None:
        return [f"{len(one)} against {len(other)}"]
    return [f"number {place} of {len(one)} and {len(other)}: {one[place]} != {other[place]}"]


def replay_is_the_same(history: History, reading: Reading) -> list[str]:
    """The same log gives the same bytes: revisions, refusals and state."""
    one, other = (run(batches(history, reading)) for _ in range(2))
    refused = [[record.raw for record in outcome.refused] for outcome in (one, other)]
    state = [list(outcome.log.items()) for outcome in (one, other)]
    return _unlike(one.revisions, other.revisions) + _unlike(*refused) + _unlike(*state)


def resuming_is_the_same(history: History, reading: Reading, pace: Pace) -> list[str]:
    """Cut and resumed at any commit, the revisions are those of the run without a cut, and so is the state."""
    told = batches(history, reading)
    whole, resumed = run(told), run(told, pace)
    uncut = run(told, pace._replace(restart=0))
    state = sorted(resumed.state.items()), sorted(uncut.state.items())
    return _unlike(whole.revisions, resumed.revisions) + _unlike(*state)


def slices_are_the_same(history: History, paces: Iterable[Pace] = SLICES) -> list[str]:
    """In slices of any size, with commits between them or none, the revisions are the same bytes."""
    told = batches(history)
    whole = run(told)
    return [wrong for pace in paces for wrong in _unlike(whole.revisions, run(told, pace).revisions)]


def partitions_add_up(history: History) -> list[str]:
    """One partition a subject, two partitions or one of all: the alerts are equal."""
    found = logs(history)
    subjects = sorted({one.subject for one in history.happenings if one.subject is not None})
    together = run(read(found)).last_values
    apart = run_apart(found, [frozenset({subject}) for subject in subjects])
    halves = run_apart(found, [frozenset(subjects[::2]), frozenset(subjects[1::2])])
    return differences(together, apart) + differences(together, halves)


def finer_clocks_end_alike(history: History, grains: Iterable[int]) -> list[str]:
    """Alerts at rest do not depend on how often clock records come."""
    coarse = run(batches(history)).last_values
    return [
        wrong
        for grain in grains
        for wrong in differences(coarse, run(batches(history, Reading(grain=grain))).last_values)
    ]


def cancelling_leaves_nothing(history: History) -> list[str]:
    """Lines that are cancelled whole leave the alerts as they are without both line and cancellation."""
    gone = {one.value["order"] for one in history.happenings if _is_cancelled_whole(one.value)}
    kept = tuple(one for one in history.happenings if one.value.get("order") not in gone)
    one, other = (run(batches(told)).last_values for told in (history, history._replace(happenings=kept)))
    return _unlike(_verdicts(one), _verdicts(other))


def _is_cancelled_whole(value: Mapping[str, Any]) -> bool:
    return value["type"] == "line_cancelled" and value["refunded_quantity"] == value["quantity"]


def _verdicts(last_values: Mapping[str, bytes]) -> list[Any]:
    """What is judged of alerts, without what is only printed of money that went back."""
    names = ("level", "class", "grade", "cost_grade", "severity", "status", "window", "sequences", "rival")
    printed = {"refunded_fen", "net_fen", "exempt_units", "first_order_units"}
    return [
        (alert, [said[name] for name in names], [one for one in said["facts"] if one["name"] not in printed])
        for alert, said in sorted(resting(offences(last_values)).items())
    ]


def silence_leaves_no_trace(history: History, platform: str, since: int, until: int) -> list[str]:
    """A platform that falls silent and delivers its backlog ends as if it had delivered in time."""
    found = logs(history)
    return differences(run(read(found)).last_values, run(read(silenced(found, platform, since, until))).last_values)
