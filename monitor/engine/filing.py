"""Filing the number of each record: what is new, what came twice, what is missing, and what cannot be told.

Lapses that show here are told to the detectors that heed them; the way of a record whose number is the next one of its
run does not come here (`monitor.engine.folding`).
"""

from monitor.detect.lapses import Kind, Lapse
from monitor.engine.desk import Desk
from monitor.engine.numbering import NOBODY, Numbering
from monitor.engine.partition import Ledger, Partition
from monitor.engine.refusing import refuse
from monitor.events import ClockAdvanced, Numbered, Reason, Record, Refusal
from monitor.eventtime.sequences import Arrival


def file_refused(partition: Partition, desk: Desk, record: Record, refusal: Refusal) -> None:
    """File the number of a record that did not decode: it is not missing."""
    source, number = refusal.source, refusal.sequence
    # A source of two lines would be another one after a restart, as decoded ones are checked not to be.
    if source is None or number is None or number <= 0 or "\n" in source:
        return
    numbering = _claimed(partition, refusal.platform, source, record.topic)
    if numbering is not None:
        seen = numbering.seen
        _file(numbering, number, seen.runs[-1].last_time if seen.runs else 0, None)
        _tell_gap(desk, numbering, record)


def is_new(
    partition: Partition, desk: Desk, ledger: Ledger, record: Record, event: Numbered, time: int, owner: str
) -> bool:
    """File a record's number; a repeat is counted, a number that cannot be told is refused."""
    numberings, run = partition.numberings, (owner, event.source, record.topic)
    is_known = numberings.get(*run) is not None
    numbering = numberings.take(*run) if is_known else _begun(partition, desk, ledger, record, event, owner)
    if numbering is None:
        return False
    arrival = _file(numbering, event.sequence, time, record.raw)
    if arrival is Arrival.new:
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


def _file(numbering: Numbering, number: int, time: int, raw: bytes | None) -> Arrival:
    highest = numbering.seen.highest
    arrival = numbering.seen.see(number, time)
    if arrival is Arrival.new:
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


def count_up(desk: Desk, numbering: Numbering, record: Record, event: ClockAdvanced) -> None:
    """Hold what a clock record says was sent since the last one against the numbers given out since."""
    number, last = event.sequence, numbering.clocked
    numbering.clocked = max(number, last)
    lacking = event.last_sequence - (number - 1)
    if 0 <= last < number:
        lacking = max(lacking, event.count - (number - last - 1))
    if lacking > 0:
        owner, source, topic = numbering.name
        desk.lapsed(Lapse(Kind.miscounted, owner, source, topic, event.clock, lost=lacking, record=record))
