"""What entries of the control log do to a partition: platforms, rules, and silence once its offsets are applied."""

from monitor.engine.partition import Partition
from monitor.events import (
    Entry,
    PlatformRegistered,
    PlatformResumed,
    PlatformRetired,
    PlatformSilent,
    RulesSet,
)
from monitor.eventtime.clocks import NEVER, Standing

ABOUT_A_PLATFORM = (PlatformRetired, PlatformSilent, PlatformResumed)
SILENCES_KEPT = 16


def control(partition: Partition, entry: Entry) -> None:
    """Apply an entry that concerns the engine; others are for the detectors that listen.

    Raises KeyError with a JSON path for a parameter that no detector has.
    """
    if isinstance(entry, PlatformRegistered):
        _register(partition, entry)
    elif isinstance(entry, PlatformRetired):
        partition.clocks.standings[entry.platform].retired_from = entry.effective_from
        _settle(partition, entry.platform)
    elif isinstance(entry, RulesSet):
        partition.set_rules(partition.meta.rules.amended(entry))
    elif isinstance(entry, PlatformSilent | PlatformResumed):
        partition.meta.pending.append(entry)


def settle_pending(partition: Partition) -> list[tuple[str, int]]:
    """Put silences and resumptions in force whose input offsets are applied, in the order of the log.

    Answers whose silence began or ended by that, with the event time since which it is or was silent.
    """
    waiting, turned = [], []
    blocked = set()
    for entry in partition.meta.pending:
        if entry.platform in blocked or not _is_applied(partition, entry):
            waiting.append(entry)
            blocked.add(entry.platform)
        else:
            standing = partition.clocks.standings[entry.platform]
            since = standing.silent_since
            (_silence if isinstance(entry, PlatformSilent) else _resume)(partition, entry)  # type: ignore[arg-type]
            if standing.silent_since != since:
                turned.append((entry.platform, max(standing.silent_since, since)))
    partition.meta.pending = waiting
    return turned


def _is_applied(partition: Partition, entry: PlatformSilent | PlatformResumed) -> bool:
    applied = partition.applied
    return all(applied.get(topic, -1) >= offset for topic, offset in entry.offsets.items())


def _register(partition: Partition, entry: PlatformRegistered) -> None:
    known = partition.clocks.standings.get(entry.platform)
    standing = Standing(
        registered_from=entry.effective_from,
        disorder_ms=entry.disorder_ms,
        sends_clock=entry.sends_clock,
        topics=tuple(topic.value for topic in entry.topics),
    )
    if known is not None:
        standing.registered_from = min(known.registered_from, entry.effective_from)
        standing.silent_since, standing.silent_clock = known.silent_since, known.silent_clock
        standing.silences = known.silences
    partition.clocks.standings[entry.platform] = standing
    partition.touch_standing(entry.platform)


def _silence(partition: Partition, entry: PlatformSilent) -> None:
    standing = partition.clocks.standings[entry.platform]
    if standing.silent_since == NEVER:
        standing.silent_since = entry.since
    standing.silent_clock = max(standing.silent_clock, entry.clock)
    _settle(partition, entry.platform)


def _resume(partition: Partition, entry: PlatformResumed) -> None:
    standing = partition.clocks.standings[entry.platform]
    if standing.silent_since != NEVER:
        span = (standing.silent_since, max(standing.silent_clock, standing.silent_since) + 1)
        standing.silences = (*standing.silences, span)[-SILENCES_KEPT:]
        standing.silent_since = NEVER
    _settle(partition, entry.platform)


def _settle(partition: Partition, platform: str) -> None:
    partition.touch_standing(platform)
    partition.clocks.settle(platform)
    partition.keys.clock_moved(platform)


def unknown_platform(partition: Partition, entry: Entry) -> str | None:
    """Answer the platform that an entry speaks of, if no entry has registered it."""
    if isinstance(entry, ABOUT_A_PLATFORM) and entry.platform not in partition.clocks.standings:
        return entry.platform
    return None
