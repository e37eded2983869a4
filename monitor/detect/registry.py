"""What a detector is, and the list of those there are.

A detector is two functions over keyed state: `observe` takes one record of a type that it listens to, `due` takes one
key whose time has come on a clock. A new one is one new module here that calls `register`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from msgspec import Struct

import monitor.detect
from monitor.detect.lapses import Lapse, Missing, Silence
from monitor.detect.telling import Line
from monitor.events import Record
from monitor.findings import Body, Coverage, Published, Reference, Revision, Rule, State, Status


class Clock(StrEnum):
    """Which clock a family's due times are on, by what stands in its keys (see `Family`)."""

    platform = "platform"
    orders = "orders"
    joint = "joint"


class Family(Struct, frozen=True):
    r"""One kind of state key: its tag, the type of its values, the clock of its due times.

    A key is text, parts joined by newlines: tag, subject, platform, then what the detector adds, with free text from a
    feed (a SKU) last; for `Clock.joint` the rival stands fourth. Tags are unique over all detectors.
    """

    tag: str
    value: type
    clock: Clock = Clock.platform


class Maturity(StrEnum):
    """How far a detector may be trusted (falco's ladder)."""

    sandbox = "sandbox"
    incubating = "incubating"
    stable = "stable"
    deprecated = "deprecated"


class OffenceCard(Struct, frozen=True):
    """What an officer must know of a detector, in both languages, item by item; docs are generated from it.

    Its verdicts are `classes`, each with the statutes that it can touch, or `grades`.
    """

    title_zh: str
    title_en: str
    conduct: str
    statutes: tuple[str, ...]
    inputs: tuple[str, ...]
    decision: str
    cannot_see: tuple[str, ...]
    innocent: tuple[str, ...]
    first_steps: tuple[str, ...]
    conduct_zh: str = ""
    decision_zh: str = ""
    cannot_see_zh: tuple[str, ...] = ()
    innocent_zh: tuple[str, ...] = ()
    first_steps_zh: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = {}
    grades: tuple[str, ...] = ()


class Gap(Struct, frozen=True):
    """What is wrong with a feed in a span: an open hole in its numbering, or an unfilled silence.

    `until` is the last event time that what is missing may have, 0 where nothing is.
    """

    state: State
    seen: str
    until: int = 0


class Desk(Protocol):
    """What the engine gives a detector: keyed state, clocks, the rules in force, and where findings go.

    A value got from `get` may be changed in place; `put` says that it changed and when the key is due next, 0 for
    never. Nothing may be kept between two calls but what was put.
    """

    def get(self, key: str) -> Any:
        """Answer the value of a key, or None."""

    def put(self, key: str, value: Any, due: int = 0, product: str | None = None) -> None:
        """File a key's value, its next due time on its family's clock, and the product whose news it wants."""

    def drop(self, key: str) -> None:
        """Forget a key; it becomes a tombstone in the log."""

    def due_of(self, key: str) -> int:
        """Answer when a key is due, 0 for never."""

    def wake(self, product: str, due: int) -> None:
        """Make every key that wants news of a product due at once; `due`, 1 to 999, is due time and message in one."""

    def clock(self, platform: str) -> int:
        """Answer a platform clock, -1 before it first moved."""

    def joint_clock(self, platform: str, rival: str) -> int:
        """Answer the clock of a join of two platforms; a silent rival is left out."""

    def topic_clock(self, platform: str, topic: str) -> int:
        """Answer a topic clock, -1 before its first record."""

    def is_late(self, record: Record) -> bool:
        """Answer whether a record is older than its topic clock was when it came."""

    def parameters(self, detector: str) -> Any:
        """Answer a detector's parameters in force."""

    def rule(self, detector: str) -> Rule:
        """Answer the rule set in force, for the body of an alert."""

    def gap(self, platform: str, topics: Iterable[str], start: int, end: int) -> Gap:
        """Answer the worst of a platform's own feed in [start, end): failed is a hole, no_data a silence."""

    def coverage(self, platform: str, start: int, end: int) -> Coverage:
        """Answer how complete a platform's feed is over [start, end)."""

    def missing(self, platform: str, source: str) -> list[Missing]:
        """Answer what a run of a platform's own feed lacks, by topic; of nobody's where the platform is empty."""

    def silence(self, platform: str) -> Silence:
        """Answer the silences of a platform that the log declares."""

    def lost(self, topic: str) -> int:
        """Count the records of a topic that retention took before they were read."""

    def partition(self) -> int:
        """Answer the number of the partition."""

    def reference(self, record: Record, role: str) -> Reference:
        """Cite a record."""

    def count(self, name: str, platform: str, category: str, day: int, amount: int = 1) -> None:
        """Count a non-verdict of a platform, category and day; an amount below 0 takes back what is not closed yet."""

    def publish(self, published: Published, body: Body, status: Status, reason: str, event_time: int) -> Revision:
        """Put the next revision of an alert onto the log, in words made from the rest of its body if it has none."""

    def tally(self, detector: str, outcome: str) -> None:
        """Count an evaluation for the metrics: clear, suspect, alert, suppressed, insufficient_data."""


Observe = Callable[[Desk, Record], None]
Due = Callable[[Desk, str, int], None]
Heed = Callable[[Desk, Lapse], None]
Why = Callable[[Desk, str, Sequence[str]], Iterable[Line]]


class Detector(Struct, frozen=True):
    """A registered detector; `parameters` is a frozen Struct of integers whose defaults are the rule set as given.

    `observe` maps event types to the function that folds them; `due` is called with a key of `families` and the due
    time that has come. `why` says of a subject what is known, waited for and missing, from its keys of these families
    in order; it changes nothing. `heed` is told of lapses of the feeds as they are seen. `version` is major.minor: its
    major part enters the alert's identity.
    """

    id: str
    version: str
    maturity: Maturity
    card: OffenceCard
    parameters: type
    families: tuple[Family, ...]
    observe: Mapping[type, Observe]
    due: Due
    why: Why | None = None
    heed: Heed | None = None

    @property
    def major(self) -> str:
        """The part of the version that enters the alert's identity."""
        return self.version.partition(".")[0]


_REGISTERED: dict[str, Detector] = {}


def register(detector: Detector) -> Detector:
    """Enter a detector; called once, when its module is imported."""
    if detector.id in _REGISTERED:
        raise ValueError(f"two detectors are called {detector.id!r}; give the new one an id of its own")
    _REGISTERED[detector.id] = detector
    return detector


def registered(ids: Iterable[str] = ()) -> tuple[Detector, ...]:
    """Answer the detectors called `ids`, or all, in the order of their ids; every module of this package is asked.

    Raises ValueError for an id that none has.
    """
    for module in iter_modules(monitor.detect.__path__, "monitor.detect."):
        import_module(module.name)
    wanted = tuple(ids) or tuple(_REGISTERED)
    unknown = sorted(set(wanted) - set(_REGISTERED))
    if unknown:
        raise ValueError(f"no detector is called {', '.join(unknown)}; there are {', '.join(sorted(_REGISTERED))}")
    return tuple(_REGISTERED[name] for name in sorted(wanted))
