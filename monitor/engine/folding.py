"""The one engine of live, backtest and test: records in, findings out, in slices between which a commit may stand.

`fold` takes records until one makes keys due; `advance` takes due keys. No record is folded while keys are due.
"""

from collections.abc import Callable, Sequence
from typing import Any, get_args

from monitor.detect.lapses import Kind, Lapse
from monitor.engine.control import control, settle_pending, unknown_platform
from monitor.engine.desk import Desk
from monitor.engine.numbering import NOBODY, RECENT, Numbering
from monitor.engine.partition import Lane, Ledger, Partition
from monitor.events import (
    ClockAdvanced,
    ComplaintFiled,
    CostDeclared,
    CostWithdrawn,
    Entry,
    Event,
    ExclusivityRefused,
    Fact,
    Numbered,
    Reason,
    Record,
    Refusal,
    SourceGrade,
    Topic,
)
from monitor.eventtime.china import MINUTE, day_of
from monitor.eventtime.clocks import FOREVER, Standing, TopicClock
from monitor.eventtime.closing import GRACE, LATENESS, closing
from monitor.eventtime.sequences import Arrival

AHEAD = 5 * MINUTE

_FEED = SourceGrade.platform_feed
_NEW = Arrival.new


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
    source, number = refusal.source, refusal.sequence
    # A source of two lines would be another one after a restart, as decoded ones are checked not to be.
    if source is not None and number is not None and number > 0 and "\n" not in source:
        numbering = _claimed(partition, refusal.platform, source, record.topic)
        if numbering is not None:
            seen = numbering.seen
            _file(numbering, number, seen.runs[-1].last_time if seen.runs else 0, None)
            _tell_gap(desk, numbering, record)
    ledger.rejected += 1
    partition.refused.append(record)


def _claimed(partition: Partition, platform: str | None, source: str, topic: str) -> Numbering | None:
    """Answer the run of a record that does not say whose it is: that of its platform, else nobody's, if there is one.

    A new one is its platform's if that is registered, and nobody's where none is named.
    """
    numberings = partition.numberings
    if platform is None or (
        numberings.get(platform, source, topic) is None and numberings.get(NOBODY, source, topic) is not None
    ):
        return numberings.claim(NOBODY, source, topic)
    return numberings.claim(platform, source, topic) if platform in partition.clocks.standings else None


def refuse(partition: Partition, ledger: Ledger, record: Record, reason: Reason, detail: str, path: str) -> None:
    """Refuse a record that decoded, with what its value says of where it came from."""
    event = record.event
    if isinstance(event, Refusal):
        return
    record.event = Refusal(
        reason=reason,
        detail=detail,
        path=path,
        platform=None if _is_complaint(event) else getattr(event, "platform", None),
        source=event.source,
        sequence=event.sequence,
    )
    if reason is Reason.too_late:
        ledger.too_late += 1
    else:
        ledger.rejected += 1
    partition.refused.append(record)


def _is_complaint(event: Event) -> bool:
    """A refusal that named the platform complained of would tell it that somebody complained."""
    grade = getattr(event, "source_grade", None)
    return isinstance(event, ComplaintFiled | ExclusivityRefused) or grade is SourceGrade.complaint


def _is_new(
    partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Numbered, time: int, owner: str
) -> bool:
    """File a record's number; a repeat is counted, a number that cannot be told is refused."""
    numbering = partition.numberings.get(owner, event.source, record.topic)
    if numbering is None:
        numbering = _begun(partition, desk, ledger, record, event, owner)
    else:
        partition.numberings.take(owner, event.source, record.topic)
    if numbering is None:
        return False
    arrival = _file(numbering, event.sequence, time, record.raw)
    if arrival is _NEW:
        _tell_gap(desk, numbering, record)
        return True
    if arrival is Arrival.unknown:
        detail = f"number {event.sequence} lies below a hole that was closed for lack of room: it may be a repeat"
        refuse(partition, ledger, record, Reason.sequence_unknown, detail, "$.sequence")
    elif _is_repeat(partition, desk, ledger, record, event, time, numbering):
        ledger.duplicate += 1
    return False


def _begun(
    partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Numbered, owner: str
) -> Numbering | None:
    """Begin a run of numbering; where there is no room for one more, the record is refused."""
    numberings, source, topic = partition.numberings, event.source, record.topic
    time = getattr(event, "event_time", 0)
    if owner and (other := numberings.other_owner(owner, source, topic)) is not None:
        desk.lapsed(Lapse(Kind.foreign_source, owner, source, topic, time, record=record, other=other))
    begun = numberings.take(owner, source, topic)
    if begun is None:
        desk.lapsed(Lapse(Kind.sources, owner, "", topic, time, lost=1, record=record))
        whose = f"platform {owner!r}" if owner else "those who are no platform"
        detail = f"{whose} has as many sources on {topic} as are told apart; go on with one of them, not {source!r}"
        refuse(partition, ledger, record, Reason.sequence_unknown, detail, "$.source")
    return begun


def _file(numbering: Numbering, number: int, time: int, raw: bytes | None) -> Arrival:
    highest = numbering.seen.highest
    arrival = numbering.seen.see(number, time)
    if arrival is _NEW:
        numbering.keep(number, raw, highest)
    return arrival


def _tell_gap(desk: Desk, numbering: Numbering, record: Record) -> None:
    """Tell of a run of numbering that lacks more than was told, or less; of one that nobody vouches for nothing."""
    seen, name = numbering.seen, numbering.name
    absent = seen.absent
    if absent != numbering.told and numbering.vouched:
        numbering.told = absent
        desk.lapsed(Lapse(Kind.gap, name.owner, name.source, name.topic, seen.runs[-1].last_time, record=record))


def _is_repeat(
    partition: Partition,
    desk: Desk,
    ledger: Ledger,
    record: Record,
    event: Numbered,
    time: int,
    numbering: Numbering,
) -> bool:
    """Answer whether a record of a number that was seen is what was seen; another one is told and refused.

    Once another came under a number of the run, what cannot be told from a repeat is refused too: it may be one of
    the other writer's.
    """
    name, number = numbering.name, event.sequence
    other = numbering.is_other(number, time, record.raw)
    if other:
        kind = Kind.restarted if number == 1 and numbering.seen.highest > 1 else Kind.changed_history
        numbering.contested = True
    elif numbering.contested and not numbering.is_same(number, record.raw):
        kind = Kind.changed_history
    else:
        return True
    desk.lapsed(Lapse(kind, name.owner, name.source, name.topic, time, lost=1, record=record))
    detail = f"number {number} of {name.source} was seen with other content; take a source of your own"
    if not other:
        detail = f"number {number} of {name.source} was seen, and a second writer uses that source: it may be either's"
    refuse(partition, ledger, record, Reason.sequence_unknown, detail, "$.sequence")
    return False


def _is_known(partition: Partition, ledger: Ledger, record: Record, platform: str, time: int) -> bool:
    standing = partition.clocks.standings.get(platform, _UNREGISTERED)
    if standing.registered_from <= time < standing.retired_from:
        return True
    _refuse_unknown(partition, ledger, record, platform)
    return False


def _refuse_unknown(partition: Partition, ledger: Ledger, record: Record, platform: str) -> None:
    detail = f"platform {platform!r} is not registered at the event's time; register it on control first"
    refuse(partition, ledger, record, Reason.unknown_platform, detail, "$.platform")


def _is_ahead(partition: Partition, ledger: Ledger, record: Record, time: int, path: str) -> bool:
    if time <= record.append_time + AHEAD:
        return False
    detail = f"{time} is more than 5 min after the append time {record.append_time}"
    refuse(partition, ledger, record, Reason.future_time, detail, path)
    return True


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
        _refuse_unknown(partition, ledger, record, platform)
        return
    own = event.source_grade is _FEED
    numbering = lane.numbered.get(event.source) if own else None
    number = event.sequence
    if numbering is not None and number == (tail := numbering.seen.runs[-1]).last + 1:
        tail.last = number
        tail.last_time = time
        numbering.recent[number % RECENT] = record.raw
    elif not _is_new(partition, desk, ledger, record, event, time, platform if own else NOBODY):
        return
    if time > record.append_time + AHEAD and _is_ahead(partition, ledger, record, time, "$.event_time"):
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
        _refuse_unknown(partition, ledger, record, platform)
        return
    numbering = lane.numbered.get(event.source)
    number = event.sequence
    if numbering is not None and number == (tail := numbering.seen.runs[-1]).last + 1:
        tail.last = number
        tail.last_time = value
        numbering.recent[number % RECENT] = record.raw
    elif not _is_new(partition, desk, ledger, record, event, value, platform):
        return
    _count_up(desk, lane.numbered[event.source], record, event)
    if _is_ahead(partition, ledger, record, max(value, event.event_time), "$.clock"):
        return
    clock = lane.clock or _begin(partition, lane, platform, topic)
    clock.records += 1
    clock.appended = max(clock.appended, record.append_time)
    ledger.judged += 1
    _move(partition, platform, topic, clock, value)


def _count_up(desk: Desk, numbering: Numbering, record: Record, event: ClockAdvanced) -> None:
    """Hold what a clock record says was sent since the last one against the numbers given out since."""
    number, last = event.sequence, numbering.clocked
    numbering.clocked = max(number, last)
    lacking = event.last_sequence - (number - 1)
    if 0 <= last < number:
        lacking = max(lacking, event.count - (number - last - 1))
    if lacking > 0:
        owner, source, topic = numbering.name
        desk.lapsed(Lapse(Kind.miscounted, owner, source, topic, event.clock, lost=lacking, record=record))


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
    if not _is_new(partition, desk, ledger, record, event, event.effective_from, NOBODY):
        return
    platform = unknown_platform(partition, event)
    if platform is not None:
        _refuse_unknown(partition, ledger, record, platform)
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
    if not _is_new(partition, desk, ledger, record, event, event.event_time, NOBODY):
        return
    if _is_ahead(partition, ledger, record, event.event_time, "$.event_time"):
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
