"""Runs of numbering: kept apart by owner, bounded, and what comes twice under one number told from a repeat."""

import msgspec
import pytest
from test_fold import T0, clock, drive, line, records, registered

from monitor.detect.lapses import Kind
from monitor.detect.registry import Detector, Maturity, OffenceCard
from monitor.engine import Partition
from monitor.engine.numbering import NOBODY, RECENT, SOURCES, Filed
from monitor.engine.partition import META
from monitor.engine.values import PREFIX_SIZE, pack
from monitor.events import Reason, Refusal
from monitor.eventtime.china import DAY, HOUR, MINUTE

CARD = OffenceCard("", "", "", (), (), "", (), (), ())


class NoParameters(msgspec.Struct, frozen=True):
    pass


class Listener:
    """A detector that only remembers of which lapses it is told."""

    def __init__(self):
        self.told = []

    def detector(self):
        """Answer the detector that hears."""
        return Detector(
            "ear",
            "1.0",
            Maturity.sandbox,
            CARD,
            NoParameters,
            (),
            {},
            lambda *_: None,
            heed=lambda _, one: self.heed(one),
        )

    def heed(self, lapse):
        """Remember a lapse."""
        self.told.append(lapse)

    @property
    def kinds(self):
        """What it was told, without where."""
        return [lapse.kind for lapse in self.told]


@pytest.fixture
def ear():
    return Listener()


@pytest.fixture
def partition(ear):
    made = Partition(0, (ear.detector(),))
    drive(made, records("control", [registered(1, "p"), registered(2, "q")]))
    return made


def refused(partition):
    return [(record.offset, record.event.reason) for record in partition.refused]


def other(sequence, time, **changes):
    return {**line(sequence, time), "event_id": f"x{sequence}", **changes}


def reopened(partition, ear):
    again = Partition(0, (ear.detector(),))
    for key, value in partition.take().state:
        again.restore(key, value)
    again.open()
    return again


def test_a_platform_cannot_take_a_number_of_another_ones_feed(partition, ear):
    """A valid record of q that names p's source is numbered apart, and that is told; p's own next record is judged."""
    spoof = line(2, T0, platform="q") | {"source": "p-feed#1"}
    drive(partition, records("orders", [line(1, T0), spoof, line(2, T0)]))

    assert (partition.ledger["orders"].judged, partition.ledger["orders"].duplicate) == (3, 0)
    assert [(Kind.foreign_source, "q", "p")] == [
        (one.kind, one.platform, one.other) for one in ear.told if one.kind is not Kind.gap
    ]


def test_a_crawler_may_use_the_name_of_a_feed(partition, ear):
    """What is no platform's own feed is numbered as nobody's, whatever its source is called."""
    seen = other(1, T0, source_grade="crawl", event_id="seen")
    drive(partition, records("orders", [line(1, T0), seen]))

    assert partition.ledger["orders"].judged == 2
    assert ear.kinds == []
    assert partition.numberings.get(NOBODY, "p-feed#1", "orders").seen.highest == 1


def test_a_refused_record_that_names_nobody_takes_no_number_of_a_feed(partition):
    """Bytes that do not say whose they are cannot make a feed's next record a repeat."""
    batch = records("orders", [line(1, T0), line(2, T0), line(2, T0)])
    batch[1].event = Refusal(reason=Reason.shape, detail="", source="p-feed#1", sequence=2)
    drive(partition, batch)

    assert (partition.ledger["orders"].judged, partition.ledger["orders"].duplicate) == (2, 0)


def test_a_repeat_of_the_same_bytes_is_a_duplicate(partition, ear):
    """A record that comes twice is dropped and nothing is told."""
    drive(partition, records("orders", [line(1, T0), line(2, T0), line(2, T0)]))

    assert (partition.ledger["orders"].duplicate, ear.kinds) == (1, [])


def test_other_content_under_a_number_is_told_and_refused(partition, ear):
    """Two writers of one source: what the second one says is a dead letter, not a repeat."""
    drive(partition, records("orders", [line(1, T0), line(2, T0), other(2, T0)]))

    assert ([(2, Reason.sequence_unknown)], [Kind.changed_history]) == (refused(partition), ear.kinds)
    assert partition.ledger["orders"].duplicate == 0


def test_a_digest_lives_across_transactions(partition, ear):
    """The bytes of a record are gone after a transaction; its digest is not."""
    drive(partition, records("orders", [line(1, T0), line(2, T0)]))
    partition.take()
    drive(partition, records("orders", [line(2, T0), other(2, T0)], first=2))

    assert (1, [Kind.changed_history]) == (partition.ledger["orders"].duplicate, ear.kinds)


def test_a_digest_is_forgotten_with_the_process(partition, ear):
    """After a restore what came under a number is not known, and the number alone makes a repeat."""
    drive(partition, records("orders", [line(1, T0), line(2, T0)]))
    again = reopened(partition, ear)
    drive(again, records("orders", [other(2, T0)], first=2))

    assert (1, []) == (again.ledger["orders"].duplicate, ear.kinds)


def test_digests_are_of_the_last_records(partition, ear):
    """Of the record before the last that are kept nothing is known; of the one after it all is."""
    drive(partition, records("orders", [line(number, T0 + number) for number in range(1, RECENT + 3)]))
    drive(partition, records("orders", [other(2, T0), other(3, T0)], first=RECENT + 2))

    assert (1, [Kind.changed_history]) == (partition.ledger["orders"].duplicate, ear.kinds)


def test_a_number_that_was_skipped_has_no_digest_of_an_older_one(partition, ear):
    """A number that comes into a hole is new, and its repeat is held against itself."""
    numbers = [*range(1, RECENT + 1), RECENT + 3, RECENT + 2, RECENT + 2]
    drive(partition, records("orders", [line(number, T0 + number) for number in numbers]))

    assert partition.ledger["orders"].duplicate == 1
    assert Kind.changed_history not in ear.kinds


def test_a_writer_that_restarts_at_one_is_told_even_after_a_restore(partition, ear):
    """The event time of number 1 is kept for good; from then on every repeat that cannot be told is a dead letter."""
    drive(partition, records("orders", [line(number, T0 + number) for number in (1, 2, 3)]))
    again = reopened(partition, ear)
    restarted = [other(number, T0 + HOUR + number) for number in (1, 2, 3, 4)]
    drive(again, records("orders", restarted, first=3))

    assert [Kind.restarted, Kind.changed_history, Kind.changed_history] == ear.kinds
    assert [3, 4, 5] == [offset for offset, _ in refused(again)]
    assert (again.ledger["orders"].judged, again.ledger["orders"].duplicate) == (4, 0)


def test_a_first_record_that_comes_again_is_no_restart(partition, ear):
    """Number 1 with its own event time is a repeat."""
    drive(partition, records("orders", [line(1, T0), line(2, T0)]))
    again = reopened(partition, ear)
    drive(again, records("orders", [line(1, T0)], first=2))

    assert (1, []) == (again.ledger["orders"].duplicate, ear.kinds)


def test_a_contested_source_stays_so_after_a_restore(partition, ear):
    """Whoever contested a source is remembered: its unknown repeats are never dropped in silence again."""
    drive(partition, records("orders", [line(1, T0), line(2, T0), other(2, T0)]))
    again = reopened(partition, ear)
    drive(again, records("orders", [other(2, T0)], first=3))

    assert [(3, Reason.sequence_unknown)] == refused(again)


def test_fifty_thousand_holes_are_bounded_and_counted(partition, ear):
    """A source that sends every second number keeps 64 runs, and each number that is missing is counted."""
    drive(partition, records("orders", [line(2 * number + 1, T0 + number) for number in range(50_001)]))
    seen = partition.numberings.get("p", "p-feed#1", "orders").seen

    assert (64, 50_000) == (len(seen.runs), seen.absent)
    assert ear.kinds.count(Kind.gap) == 50_000


def test_a_hole_that_fills_is_told_again(partition, ear):
    """A gap is told when it opens and when it fills, and not by the records between."""
    drive(partition, records("orders", [line(number, T0) for number in (1, 3, 4, 5, 2, 6)]))

    assert [Kind.gap, Kind.gap] == ear.kinds


def made_up(number, time=T0):
    return line(1, time) | {"source": f"made-up-{number:04d}#1", "event_id": f"m{number}"}


def test_a_platforms_sources_are_bounded(partition, ear):
    """One source too many is refused and told; those that are there go on."""
    drive(partition, records("orders", [made_up(number) for number in range(SOURCES + 1)]))
    drive(partition, records("orders", [made_up(0) | {"sequence": 2}], first=SOURCES + 1))

    assert ([(SOURCES, Reason.sequence_unknown)], [Kind.sources]) == (refused(partition), ear.kinds)
    assert partition.ledger["orders"].judged == SOURCES + 1


def test_other_platforms_keep_their_room(partition):
    """Made-up sources of one platform take nothing from another."""
    drive(partition, records("orders", [made_up(number) for number in range(SOURCES + 1)]))
    drive(partition, records("orders", [line(1, T0, platform="q")], first=SOURCES + 1))

    assert [SOURCES] == [offset for offset, _ in refused(partition)]


def test_a_run_that_lateness_has_closed_makes_room(partition):
    """Incarnations that ended long ago go, the oldest first: whatever repeats one of their numbers is too late."""
    drive(partition, records("orders", [made_up(number, T0 + number) for number in range(SOURCES)]))
    later = T0 + 8 * DAY + HOUR
    drive(partition, records("orders", [clock(1, T0) | {"source": "made-up-0001#1", "sequence": 2}], first=SOURCES))
    drive(partition, records("orders", [clock(3, later) | {"source": "made-up-0001#1"}], first=SOURCES + 1))
    drive(partition, records("orders", [made_up(SOURCES, later), made_up(0, T0)], first=SOURCES + 2))

    assert partition.numberings.get("p", f"made-up-{SOURCES:04d}#1", "orders") is not None
    assert [(SOURCES + 3, Reason.too_late)] == refused(partition)


def test_a_dropped_run_is_a_tombstone(partition):
    """What made room is deleted from the state log."""
    test_a_run_that_lateness_has_closed_makes_room(partition)
    written = dict(partition.take().state)

    assert written[b"Q\np\nmade-up-0000#1\norders"] is not None
    assert [None] == [value for key, value in written.items() if key == b"Q\np\nmade-up-0002#1\norders"]


def test_refused_records_begin_half_as_many_runs(partition):
    """Nobody vouches for the source of a record that does not decode: room is left for those that do."""
    batch = records("orders", [made_up(number) for number in range(SOURCES)])
    for number, record in enumerate(batch):
        record.event = Refusal(
            reason=Reason.shape, detail="", platform="p", source=f"made-up-{number:04d}#1", sequence=1
        )
    drive(partition, batch)

    begun = [partition.numberings.get("p", f"made-up-{number:04d}#1", "orders") for number in range(SOURCES)]

    assert SOURCES // 2 == sum(one is not None for one in begun)


def test_what_was_only_refused_lacks_nothing(partition, ear):
    """A number far ahead that nobody vouches for opens no gap before a record of its source is read."""
    batch = records("orders", [line(9, T0), line(10, T0)])
    batch[0].event = Refusal(reason=Reason.shape, detail="", platform="p", source="p-feed#1", sequence=9)
    drive(partition, batch[:1])
    before = list(ear.kinds), list(partition.numberings.of("p", "orders"))
    drive(partition, batch[1:])

    assert (([], []), [Kind.gap]) == (before, ear.kinds)


def test_a_clock_record_that_counts_more_than_was_numbered_is_told(partition, ear):
    """Three records between two clock records where the platform counts five: two never got a number."""
    numbered = [clock(1, T0), line(2, T0), line(3, T0), line(4, T0)]
    told = clock(5, T0 + MINUTE) | {"last_sequence": 4, "count": 5}
    drive(partition, records("orders", [*numbered, told]))

    assert [(Kind.miscounted, 2)] == [(one.kind, one.lost) for one in ear.told]


def test_a_clock_record_that_counts_right_is_no_news(partition, ear):
    """As many records as numbers, or fewer after a writer went on, is no lapse."""
    right = clock(3, T0 + MINUTE) | {"last_sequence": 2, "count": 1}
    fewer = clock(6, T0 + HOUR) | {"last_sequence": 5, "count": 0}
    drive(partition, records("orders", [clock(1, T0), line(2, T0), right, line(4, T0), line(5, T0), fewer]))

    assert ear.kinds == []


def test_state_of_the_first_version_is_read(ear):
    """A run that an older program filed without an owner in its key goes on under its platform's name."""
    old = Partition(0, (ear.detector(),))
    drive(old, records("control", [registered(1, "p")]))
    drive(old, records("orders", [line(1, T0)]))
    written = dict(old.take().state)
    filed = msgspec.msgpack.decode(written.pop(b"Q\np\np-feed#1\norders")[PREFIX_SIZE:])
    written[b"Q\np-feed#1\norders"] = pack(filed[:2], 1)
    again = Partition(0, (ear.detector(),))
    for key, value in written.items():
        again.restore(key, value)
    again.open()
    drive(again, records("orders", [line(1, T0), line(2, T0)], first=1))

    assert (again.ledger["orders"].duplicate, again.ledger["orders"].judged) == (1, 2)
    assert META.encode() in written
    assert (
        Filed("p", again.numberings.get("p", "p-feed#1", "orders").seen, -1)
        == again.numberings.get("p", "p-feed#1", "orders").filed
    )


def test_what_retention_took_is_told_before_the_next_record(partition, ear):
    """Offsets that were gone before they were read are a lapse of their topic, told also after a restore."""
    partition.skip("orders", 9, lost=10)
    again = reopened(partition, ear)
    drive(again, records("orders", [line(1, T0)], first=10))

    assert [(Kind.retention, "orders")] == [(one.kind, one.source) for one in ear.told]
