"""The one engine of live, backtest and test: records in, findings out, in slices between which a commit may stand.

`fold` takes records until one makes keys due; `advance` takes due keys. No record is folded while keys are due.
"""

from collections.abc import Callable, Sequence
from typing import Any, get_args

from monitor.detect.lapses import Kind, Lapse
from monitor.engine.control import control, settle_pending, unknown_platform
from monitor.engine.desk import Desk
from monitor.engine.filing import count_up, file_refused, is_new
from monitor.engine.numbering import NOBODY, RECENT
from monitor.engine.partition import Lane, Ledger, Partition
from monitor.engine.refusing import AHEAD, is_ahead, refuse, refuse_unknown
from monitor.events import (
    ClockAdvanced,
    CostDeclared,
    CostWithdrawn,
    Entry,
    Event,
    Fact,
    Numbered,
    Reason,
    Record,
    Refusal,
    SourceGrade,
    Topic,
)
from monitor.eventtime.china import day_of
from monitor.eventtime.clocks import FOREVER, Standing, TopicClock
from monitor.eventtime.closing import GRACE, LATENESS, closing

_FEED = SourceGrade.platform_feed


def fold(partition: Partition, records: Sequence[Record]) -> int:
    """Fold records of one topic, in log order; answers how many were taken from the front.

    It stops after a record that makes keys due and takes none while keys are due: the caller calls `advance` until
    that answers 0, then folds the rest.
    """
    taken = 0
    if not records or (partition.keys.moved and partition.keys.next_due()):
        return taken
    desk = _at_desk(partition)
    applied = partition.meta.applied
    topic = records[0].topic
    ledger = partition.ledger_of(topic)
    partition.moved = True
    for record in records:
        _HANDLERS[type(record.event)](partition, desk, ledger, record, record.event)
        applied[topic] = record.offset
        taken += 1
        if partition.meta.pending:
            for platform, time in settle_pending(partition):
                desk.lapsed(Lapse(Kind.silence, platform, "", topic, time))
        if partition.keys.moved and partition.keys.next_due():
            break
    return taken


def advance(partition: Partition, limit: int = 500) -> int:
    """Take at most `limit` due keys in the order (due, key); answers how many, 0 when none is due."""
    desk = _at_desk(partition)
    for taken in range(limit):
        ready = partition.keys.next_due()
        if ready is None:
            return taken
        partition.moved = True
        _take(partition, desk, *ready)
    return limit


def _at_desk(partition: Partition) -> Desk:
    """Sit down to work; what happened while nobody was there is told first."""
    desk = Desk(partition)
    if partition.unseen:
        unseen, partition.unseen = partition.unseen, []
        for lapse in unseen:
            desk.lapsed(lapse)
    return desk


def _take(partition: Partition, desk: Desk, due: int, key: str) -> None:
    partition.keys.take(key, due)
    detector = partition.families[key.partition("\n")[0]][1]
    if detector is None:
        partition.keys.drop(key)
    else:
        desk.record = None
        detector.due(desk, key, due)


def _refused(partition: Partition, desk: Desk, ledger: Ledger, record: Record, refusal: Refusal) -> None:
    """File a record that did not decode: its number is not missing, and it is always refused."""
    file_refused(partition, desk, record, refusal)
    ledger.rejected += 1
    partition.refused.append(record)


def _is_known(partition: Partition, ledger: Ledger, record: Record, platform: str, time: int) -> bool:
    standing = partition.clocks.standings.get(platform, _UNREGISTERED)
    if standing.registered_from <= time < standing.retired_from:
        return True
    refuse_unknown(partition, ledger, record, platform)
    return False


def _is_too_late(
    partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Fact, clock: TopicClock
) -> bool:
    """Answer whether a late record is too late; of a day that is closed it is told in either case."""
    day = day_of(event.event_time)
    closed = closing(day)
    if closed >= clock.value:
        return False
    too_late = closed + LATENESS < clock.value
    if event.source_grade is _FEED:
        desk.lapsed(
            Lapse(
                Kind.back_dated,
                event.platform,
                event.source,
                record.topic,
                event.event_time,
                lost=int(too_late),
                record=record,
            )
        )
    if not too_late:
        return False
    partition.count("too_late", event.platform, "", day, 1)
    detail = f"the day of {event.event_time} closed 7 d before the topic clock {clock.value}"
    refuse(partition, ledger, record, Reason.too_late, detail, "$.event_time")
    return True


def _fact(partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Fact) -> None:
    """Judge a fact. Nearly every record passes here, so the usual way through calls nothing but the detectors."""
    platform, time, topic = event.platform, event.event_time, record.topic
    lane = partition.lanes[topic].get(platform) or _lane(partition, topic, platform)
    if not lane.standing.registered_from <= time < lane.standing.retired_from:
        refuse_unknown(partition, ledger, record, platform)
        return
    own = event.source_grade is _FEED
    numbering = lane.numbered.get(event.source) if own else None
    number = event.sequence
    if numbering is not None and number == (tail := numbering.seen.runs[-1]).last + 1:
        tail.last = number
        tail.last_time = time
        numbering.recent[number % RECENT] = record.raw
    elif not is_new(partition, desk, ledger, record, event, time, platform if own else NOBODY):
        return
    if time > record.append_time + AHEAD and is_ahead(partition, ledger, record, time, "$.event_time"):
        return
    clock = lane.clock
    if clock is None:
        clock = _begin(partition, lane, platform, topic) if own else _NO_CLOCK
    desk.late = time < clock.value
    if desk.late:
        if time + GRACE < clock.value and _is_too_late(partition, desk, ledger, record, event, clock):
            return
        partition.statistics["late_accepted", topic] += 1
    clock.records += 1
    clock.appended = max(clock.appended, record.append_time)
    ledger.judged += 1
    desk.record = record
    for observe in partition.listeners.get(type(event), ()):
        observe(desk, record)
    if own and not lane.standing.sends_clock:
        _move(partition, platform, topic, clock, time - lane.standing.disorder_ms)


_NO_CLOCK = TopicClock()
_UNREGISTERED = Standing(FOREVER, 0, True, ())


def _lane(partition: Partition, topic: str, platform: str) -> Lane:
    """Answer what a fact of a platform on a topic is held against, found once."""
    standing = partition.clocks.standings.get(platform)
    if standing is None:
        return Lane(_UNREGISTERED, None, {})
    lane = Lane(standing, partition.clocks.topics.get((platform, topic)), partition.numberings.hand(platform, topic))
    partition.lanes[topic][platform] = lane
    return lane


def _begin(partition: Partition, lane: Lane, platform: str, topic: str) -> TopicClock:
    """Begin a topic clock at the first record of the platform's own feed: from now on it gates."""
    clock = lane.clock = partition.clocks.topic(platform, topic)
    partition.touch_clock(platform, topic)
    return clock


def _observe(partition: Partition, desk: Desk, record: Record, event: Numbered) -> None:
    listeners = partition.listeners.get(type(event))
    if listeners is not None:
        desk.record = record
        for observe in listeners:
            observe(desk, record)


def _clock(partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: ClockAdvanced) -> None:
    platform, value, topic = event.platform, event.clock, record.topic
    lane = partition.lanes[topic].get(platform) or _lane(partition, topic, platform)
    if not lane.standing.registered_from <= value < lane.standing.retired_from:
        refuse_unknown(partition, ledger, record, platform)
        return
    numbering = lane.numbered.get(event.source)
    number = event.sequence
    if numbering is not None and number == (tail := numbering.seen.runs[-1]).last + 1:
        tail.last = number
        tail.last_time = value
        numbering.recent[number % RECENT] = record.raw
    elif not is_new(partition, desk, ledger, record, event, value, platform):
        return
    count_up(desk, lane.numbered[event.source], record, event)
    if is_ahead(partition, ledger, record, max(value, event.event_time), "$.clock"):
        return
    clock = lane.clock or _begin(partition, lane, platform, topic)
    clock.records += 1
    clock.appended = max(clock.appended, record.append_time)
    ledger.judged += 1
    _move(partition, platform, topic, clock, value)


def _move(partition: Partition, platform: str, topic: str, clock: TopicClock, value: int) -> None:
    if value <= clock.value:
        return
    clock.value = value
    partition.touch_clock(platform, topic)
    if partition.clocks.settle(platform):
        partition.keys.clock_moved(platform)
    elif topic == Topic.orders:
        partition.keys.orders_moved(platform)


def _entry(partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Entry) -> None:
    if not is_new(partition, desk, ledger, record, event, event.effective_from, NOBODY):
        return
    platform = unknown_platform(partition, event)
    if platform is not None:
        refuse_unknown(partition, ledger, record, platform)
        return
    try:
        control(partition, event)
    except KeyError as error:
        refuse(partition, ledger, record, Reason.shape, "no detector of this id has this parameter", error.args[0])
        return
    ledger.judged += 1
    desk.late = False
    _observe(partition, desk, record, event)


def _cost(
    partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: CostDeclared | CostWithdrawn
) -> None:
    if event.platform is not None and not _is_known(partition, ledger, record, event.platform, event.event_time):
        return
    if not is_new(partition, desk, ledger, record, event, event.event_time, NOBODY):
        return
    if is_ahead(partition, ledger, record, event.event_time, "$.event_time"):
        return
    ledger.judged += 1
    desk.late = False
    _observe(partition, desk, record, event)


def _handlers() -> dict[type, Callable[[Partition, Desk, Ledger, Record, Any], None]]:
    handlers: dict[type, Callable[[Partition, Desk, Ledger, Record, Any], None]] = {
        Refusal: _refused,
        ClockAdvanced: _clock,
        CostDeclared: _cost,
        CostWithdrawn: _cost,
    }
    for kind in get_args(Event):
        handlers.setdefault(kind, _fact if issubclass(kind, Fact) else _entry)
    return handlers


_HANDLERS = _handlers()
