"""What an episode amounts to at a clock: sequences, grade, checks and level (verdicts.md 3)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from monitor.detect.exclusivity.acts import Lever, peaks_filled_at
from monitor.detect.exclusivity.checks import Feed, barring
from monitor.detect.exclusivity.episode import Episode, Pressed, is_soon_after
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.rival_side import Dossier
from monitor.detect.exclusivity.state import Told
from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.findings import Check, Level, State
from monitor.law.checks import CHECKS, is_barred, worst
from monitor.law.levers import is_absolute, is_throttle

FactT = TypeVar("FactT", bound=Told)


class Grade(StrEnum):
    """How far the facts go: pressed, then left the rival, then relieved of the pressure or told why."""

    pressed = "pressed"
    exited = "exited"
    relieved = "relieved"


class Verdict(Struct):
    """What an episode amounts to."""

    episode: Episode
    level: Level
    grade: Grade
    sequences: list[str]
    checks: list[Check]
    named: list[Told]


def judge(episode: Episode, dossier: Dossier, parameters: Parameters, now: int, joint: int, feed: Feed) -> Verdict:
    """Judge an episode; `now` is the accused platform's clock, `joint` that of its join with the rival named."""
    side = dossier.side
    rival = episode.homing.rival
    named = texts_naming(rival, episode, dossier, parameters)
    grade = grade_of(episode, named, parameters)
    platforms = [dossier.platform] if rival is None else [dossier.platform, rival]
    of_levers = [
        (pressed, [*pressed.checks, *barring(pressed.lever, side, platforms, parameters, feed)])
        for pressed in episode.levers
    ]
    checks = combined([checks for _, checks in of_levers], closing(episode))
    clear = [pressed for pressed, own in of_levers if is_clear(own)]
    level = Level.lead if is_lead(clear, episode, grade, parameters, joint) else Level.notice
    return Verdict(
        episode=episode,
        level=level,
        grade=grade,
        sequences=sequences(episode, side.complaints, parameters, now),
        checks=checks,
        named=named,
    )


def is_clear(checks: list[Check]) -> bool:
    """Answer whether a lever's own checks let it ground a lead: none bars it, and it is known whose act it was."""
    acted = next(check for check in checks if check.look_alike == "actor")
    return acted.state is State.passed and not is_barred(checks)


def closing(episode: Episode) -> list[Check]:
    """Answer the check of the exit, if there was one to check: failed when no other exit is left that counts."""
    if episode.exit is not None:
        return [Check("closing_everywhere", State.passed)]
    return [Check("closing_everywhere", State.failed)] if episode.exits.closed_everywhere else []


def combined(of_levers: Iterable[list[Check]], more: list[Check]) -> list[Check]:
    """Answer for each check the worst over the levers, in the order of the table; of equals the first seen stands."""
    by_name: dict[str, list[Check]] = {}
    for checks in (*of_levers, more):
        for check in checks:
            by_name.setdefault(check.look_alike, []).append(check)
    return [_worst(by_name[name]) for name in CHECKS if name in by_name]


def _worst(checks: list[Check]) -> Check:
    state = worst([check.state for check in checks])
    return next(check for check in checks if check.state is state)


def texts_naming(rival: str | None, episode: Episode, dossier: Dossier, parameters: Parameters) -> list[Told]:
    """List the levers and warnings of the episode whose text names the rival, before the exit or after it."""
    if rival is None:
        return []
    found: list[Told] = [
        report for pressed in episode.levers for report in pressed.lever.reports if report.pull.rival_named == rival
    ]
    found.extend(one for one in within(dossier.side.warnings, episode, parameters) if one.rival_named == rival)
    return sorted(found, key=lambda fact: fact.order)


def within(facts: Iterable[FactT], episode: Episode, parameters: Parameters) -> list[FactT]:
    """List the facts that belong to an episode: from the longest look back before it to the end of its A2 window."""
    since = episode.levers[0].lever.time - parameters.t0_tail
    return [fact for fact in facts if since <= fact.time <= episode.until]


def grade_of(episode: Episode, named: list[Told], parameters: Parameters) -> Grade:
    """Answer the grade: relieved by a release at or after the exit, or by a text that names the rival in its place."""
    left = episode.exit
    if left is None:
        return Grade.pressed
    relieved = any(
        left.time <= release.time <= left.time + parameters.relief_days * DAY for release in releases(episode)
    )
    return Grade.relieved if relieved or named else Grade.exited


def releases(episode: Episode) -> list[Told]:
    """List the releases of an episode's levers, one each; one after the A2 window is none."""
    return [
        pressed.lever.release
        for pressed in episode.levers
        if pressed.lever.release is not None and pressed.lever.release.time <= episode.until
    ]


def is_lead(clear: list[Pressed], episode: Episode, grade: Grade, parameters: Parameters, joint: int) -> bool:
    """Answer whether levers whose own checks did not fail ground a lead, once the clocks are past their hold-back."""
    past = [pressed for pressed in clear if pressed.lever.time + parameters.holdback <= joint]
    if grade is Grade.pressed:
        past = [pressed for pressed in past if _stood(pressed.lever, parameters)]
    return any(_is_ground(pressed, episode, parameters) for pressed in past) or (
        len(_soft_kinds(past, parameters)) >= parameters.soft_kinds
    )


def _stood(lever: Lever, parameters: Parameters) -> bool:
    return lever.in_force_at(lever.time + parameters.in_force_minutes * MINUTE)


def _is_ground(pressed: Pressed, episode: Episode, parameters: Parameters) -> bool:
    lever, t0 = pressed.lever, pressed.t0
    return (
        is_absolute(lever.pull, parameters.thresholds)
        or (t0 is not None and lever.time - t0.time <= parameters.t0_main)
        or (episode.exit is not None and is_soon_after(episode.exit, lever, parameters))
    )


def _soft_kinds(levers: list[Pressed], parameters: Parameters) -> set[str]:
    limits = parameters.thresholds
    return {p.lever.pull.lever for p in levers if not is_absolute(p.lever.pull, limits)}


def sequences(episode: Episode, complaints: list[Told], parameters: Parameters, now: int) -> list[str]:
    """List the sequences that the facts make at a clock."""
    levers = [pressed.lever for pressed in episode.levers]
    found = {
        "S1": any(pressed.t0 is not None for pressed in episode.levers),
        "S2": any(_is_on_off(lever, episode, complaints, parameters) for lever in levers),
        "S3": episode.exit is not None,
        "S6": any(is_throttled(lever, parameters, now) for lever in levers),
    }
    return [name for name, is_made in found.items() if is_made]


def _is_on_off(lever: Lever, episode: Episode, complaints: list[Told], parameters: Parameters) -> bool:
    release = lever.release
    if release is None or release.time > episode.until:
        return False
    since = max(lever.time, release.time - parameters.release_hours * HOUR)
    causes = [complaint.time for complaint in complaints]
    if episode.exit is not None:
        causes.append(episode.exit.time)
    return any(since <= cause <= release.time for cause in causes)


def is_throttled(lever: Lever, parameters: Parameters, now: int) -> bool:
    """Answer whether throttled delivery terms have been in force throughout enough meal peaks at a clock."""
    filled = throttled_at(lever, parameters)
    return filled is not None and filled <= now


def throttled_at(lever: Lever, parameters: Parameters) -> int | None:
    """Answer when a lever makes S6, None if it never does."""
    if not is_throttle(lever.pull, parameters.thresholds):
        return None
    return peaks_filled_at(lever, parameters.meal_peaks)
