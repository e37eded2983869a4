"""The one engine of live, backtest and test: records in, findings out, in slices between which a commit may stand.

`fold` takes records until one makes keys due; `advance` takes due keys. No record is folded while keys are due.
"""

from collections.abc import Sequence

from monitor.engine.control import control, settle_pending, unknown_platform
from monitor.engine.desk import Desk
from monitor.engine.partition import NUMBERING, Ledger, Partition
from monitor.events import (
    ClockAdvanced,
    CostDeclared,
    CostWithdrawn,
    Entry,
    Fact,
    Numbered,
    Reason,
    Record,
    Refusal,
    SourceGrade,
)
from monitor.eventtime.china import DAY, MINUTE, day_end, day_of
from monitor.eventtime.clocks import TopicClock
from monitor.eventtime.sequences import Arrival

AHEAD = 5 * MINUTE
GRACE = 30 * MINUTE
LATENESS = 7 * DAY

_FEED = SourceGrade.platform_feed
_NEW = Arrival.new


def fold(partition: Partition, records: Sequence[Record]) -> int:
    """Fold records of one topic, in log order; answers how many were taken from the front.

    It stops after a record that makes keys due and takes none while keys are due: the caller calls `advance` until
    that answers 0, then folds the rest.
    """
    taken = 0
    if not records or (partition.keys.moved and partition.keys.ready()):
        return taken
    desk = Desk(partition)
    applied = partition.meta.applied
    topic = records[0].topic
    ledger = partition.ledger_of(topic)
    partition.moved = True
    for record in records:
        _step(partition, desk, ledger, record)
        applied[topic] = record.offset
        taken += 1
        if partition.meta.pending:
            settle_pending(partition)
        if partition.keys.moved and partition.keys.ready():
            break
    return taken


def advance(partition: Partition, limit: int = 500) -> int:
    """Take at most `limit` due keys in the order (due, key); answers how many, 0 when none is due."""
    taken = 0
    desk = Desk(partition)
    while taken < limit:
        ready = partition.keys.ready()[: limit - taken]
        if not ready:
            break
        for due, key in ready:
            _take_due(partition, desk, key, due)
        taken += len(ready)
    if taken:
        partition.moved = True
    return taken


def _take_due(partition: Partition, desk: Desk, key: str, due: int) -> None:
    slot = partition.keys.slot(key)
    if slot is None or slot.due != due:
        return
    partition.keys.put(key, slot.value, 0, None)
    tag = key.partition("\n")[0]
    detector = partition.families[tag][1]
    if detector is None:
        partition.keys.drop(key)
    else:
        desk.record = None
        detector.due(desk, key, due)


def _step(partition: Partition, desk: Desk, ledger: Ledger, record: Record) -> None:
    event = record.event
    if isinstance(event, Refusal):
        _refused(partition, ledger, record, event)
    elif isinstance(event, Fact):
        _fact(partition, desk, ledger, record, event)
    elif isinstance(event, ClockAdvanced):
        _clock(partition, ledger, record, event)
    elif isinstance(event, Entry):
        _entry(partition, desk, ledger, record, event)
    else:
        _cost(partition, desk, ledger, record, event)


def _refused(partition: Partition, ledger: Ledger, record: Record, refusal: Refusal) -> None:
    """File a record that did not decode: its number is not missing, and it is always refused."""
    if refusal.source is not None and refusal.sequence is not None and refusal.sequence > 0:
        seen = partition.numbering(refusal.source, record.topic).seen
        seen.see(refusal.sequence, seen.runs[-1].last_time if seen.runs else 0)
    ledger.rejected += 1
    partition.refused.append(record)


def refuse(partition: Partition, ledger: Ledger, record: Record, reason: Reason, detail: str, path: str) -> None:
    """Refuse a record that decoded, with what its value says of where it came from."""
    event = record.event
    if isinstance(event, Refusal):
        return
    record.event = Refusal(
        reason=reason,
        detail=detail,
        path=path,
        platform=getattr(event, "platform", None),
        source=event.source,
        sequence=event.sequence,
    )
    if reason is Reason.too_late:
        ledger.too_late += 1
    else:
        ledger.rejected += 1
    partition.refused.append(record)


def _is_new(partition: Partition, ledger: Ledger, record: Record, event: Numbered, time: int, feed: str | None) -> bool:
    """File a record's number; a repeat is counted, a number that cannot be told is refused."""
    name = (event.source, record.topic)
    numbering = partition.numberings.get(name) or partition.numbering(*name)
    partition.touched[NUMBERING, *name] = None
    if feed is not None and numbering.platform is None:
        numbering.platform = feed
    arrival = numbering.seen.see(event.sequence, time)
    if arrival is _NEW:
        return True
    if arrival is Arrival.duplicate:
        ledger.duplicate += 1
    else:
        detail = f"number {event.sequence} lies below a hole that was closed for lack of room: it may be a repeat"
        refuse(partition, ledger, record, Reason.sequence_unknown, detail, "$.sequence")
    return False


def _is_known(partition: Partition, ledger: Ledger, record: Record, platform: str, time: int) -> bool:
    standing = partition.clocks.standings.get(platform)
    if standing is not None and standing.registered_from <= time < standing.retired_from:
        return True
    detail = f"platform {platform!r} is not registered at the event's time; register it on control first"
    refuse(partition, ledger, record, Reason.unknown_platform, detail, "$.platform")
    return False


def _is_ahead(partition: Partition, ledger: Ledger, record: Record, time: int, path: str) -> bool:
    if time <= record.append_time + AHEAD:
        return False
    detail = f"{time} is more than 5 min after the append time {record.append_time}"
    refuse(partition, ledger, record, Reason.future_time, detail, path)
    return True


def _is_too_late(partition: Partition, ledger: Ledger, record: Record, event: Fact, clock: TopicClock) -> bool:
    day = day_of(event.event_time)
    if day_end(day) + GRACE + LATENESS >= clock.value:
        return False
    partition.count("too_late", event.platform, "", day, 1)
    detail = f"the day of {event.event_time} closed 7 d before the topic clock {clock.value}"
    refuse(partition, ledger, record, Reason.too_late, detail, "$.event_time")
    return True


def _fact(partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Fact) -> None:
    platform, time = event.platform, event.event_time
    own = event.source_grade is _FEED
    if not _is_known(partition, ledger, record, platform, time):
        return
    if not _is_new(partition, ledger, record, event, time, platform if own else None):
        return
    if time > record.append_time + AHEAD and _is_ahead(partition, ledger, record, time, "$.event_time"):
        return
    clocks = partition.clocks
    clock = clocks.topics.get((platform, record.topic))
    if clock is None:
        clock = TopicClock()
        if own:
            clocks.place(platform, record.topic, clock)
            partition.touch_clock(platform, record.topic)
    if time < clock.value:
        if time + LATENESS < clock.value and _is_too_late(partition, ledger, record, event, clock):
            return
        partition.statistics["late_accepted", record.topic] += 1
        desk.late = True
    else:
        desk.late = False
    clock.records += 1
    clock.appended = max(clock.appended, record.append_time)
    ledger.judged += 1
    _observe(partition, desk, record, event)
    if own and not clocks.standings[platform].sends_clock:
        _move(partition, platform, record.topic, clock, time - clocks.standings[platform].disorder_ms)


def _observe(partition: Partition, desk: Desk, record: Record, event: Numbered) -> None:
    listeners = partition.listeners.get(type(event))
    if listeners is not None:
        desk.record = record
        for observe in listeners:
            observe(desk, record)


def _clock(partition: Partition, ledger: Ledger, record: Record, event: ClockAdvanced) -> None:
    platform = event.platform
    if not _is_known(partition, ledger, record, platform, event.clock):
        return
    if not _is_new(partition, ledger, record, event, event.clock, platform):
        return
    if _is_ahead(partition, ledger, record, max(event.clock, event.event_time), "$.clock"):
        return
    clock = partition.clocks.topic(platform, record.topic)
    clock.records += 1
    clock.appended = max(clock.appended, record.append_time)
    ledger.judged += 1
    _move(partition, platform, record.topic, clock, event.clock)


def _move(partition: Partition, platform: str, topic: str, clock: TopicClock, value: int) -> None:
    if value <= clock.value:
        return
    clock.value = value
    partition.touch_clock(platform, topic)
    partition.clocks.settle(platform)
    partition.keys.clock_moved(platform)


def _entry(partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Entry) -> None:
    if not _is_new(partition, ledger, record, event, event.effective_from, None):
        return
    platform = unknown_platform(partition, event)
    if platform is not None:
        detail = f"platform {platform!r} is not registered; register it on control first"
        refuse(partition, ledger, record, Reason.unknown_platform, detail, "$.platform")
        return
    try:
        control(partition, event)
    except KeyError as error:
        detail = "no detector has this parameter; `fairtrade rules show` lists them"
        refuse(partition, ledger, record, Reason.shape, detail, error.args[0])
        return
    ledger.judged += 1
    desk.late = False
    _observe(partition, desk, record, event)


def _cost(
    partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: CostDeclared | CostWithdrawn
) -> None:
    if event.platform is not None and not _is_known(partition, ledger, record, event.platform, event.event_time):
        return
    if not _is_new(partition, ledger, record, event, event.event_time, None):
        return
    if _is_ahead(partition, ledger, record, event.event_time, "$.event_time"):
        return
    ledger.judged += 1
    desk.late = False
    _observe(partition, desk, record, event)
