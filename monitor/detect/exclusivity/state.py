"""What the detector remembers of a subject: facts as they were told, never a verdict; a verdict is recomputed.

Facts lie sorted by (event time, event id). What bounds them: facts older than the horizon go when a newer one comes,
unless an episode reaches back to them, and every list has a limit. A shop's beginnings stay.
"""

from bisect import insort
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from monitor.events import Actor, Ground, Lever, ShopStatus, Stock
from monitor.eventtime.china import DAY
from monitor.findings import Published, Reference
from monitor.law.levers import Pull

FACTS_KEPT = 64
LEVERS_KEPT = 256
RELEASES_KEPT = 2 * LEVERS_KEPT
LATE_DAYS = 9
HORIZON_DAYS = 45
"""The longest look back (28 d before a lever) and what may still come late (7 d and the grace), rounded up."""


class Cited(Struct, frozen=True, gc=False, array_like=True):
    """A record to be cited later: where it lies and the SHA-256 of its value."""

    event_id: str
    topic: str
    partition: int
    offset: int
    sha256: str

    @staticmethod
    def of(reference: Reference) -> "Cited":
        """Keep a reference without its role."""
        return Cited(reference.event_id, reference.topic, reference.partition, reference.offset, reference.sha256)

    def reference(self, role: str) -> Reference:
        """Cite the record for a role."""
        return Reference(self.topic, self.partition, self.offset, self.event_id, self.sha256, role)


class Told(Struct, frozen=True, gc=False, array_like=True):
    """A fact with its event time and its record."""

    time: int
    cited: Cited

    @property
    def order(self) -> tuple[int, str]:
        """The order of all facts: (event time, event id)."""
        return self.time, self.cited.event_id


class Act(Told, frozen=True, gc=False, array_like=True):
    """A lever pulled or released; `own`: told by the platform's own feed."""

    pull: Pull
    shop: str
    actor: Actor
    own: bool
    notice: str | None
    rule: str | None


class Turn(Told, frozen=True, gc=False, array_like=True):
    """A shop's status, or that all its listings are gone (`status` null)."""

    actor: Actor
    status: ShopStatus | None


class StockSeen(Told, frozen=True, gc=False, array_like=True):
    """The stock of a SKU, or of all of a shop."""

    sku: str | None
    stock: Stock


class Rise(Told, frozen=True, gc=False, array_like=True):
    """The merchant's own price of a SKU went up by more than the parameter, in fen."""

    sku: str
    before: int
    after: int


class Agreement(Told, frozen=True, gc=False, array_like=True):
    """An exclusive agreement with the platform, in force over [from, to)."""

    name: str
    from_: int
    to: int | None
    consideration_fen: int
    paid_time: int | None


class Ending(Told, frozen=True, gc=False, array_like=True):
    """An agreement is over."""

    name: str


class Sanction(Told, frozen=True, gc=False, array_like=True):
    """A published sanction."""

    notice: str
    shop: str
    measure: Lever
    ground: Ground


class Warned(Told, frozen=True, gc=False, array_like=True):
    """A warning to the merchant, with the rival that its text names."""

    notice: str
    rival_named: str | None
    deadline: int | None


class Shop(Struct, array_like=True, gc=False):
    """One shop; `listed_at`: when it is known to have had listings."""

    opened_on: int | None = None
    category: str = ""
    first_listing: Told | None = None
    first_promotion: Told | None = None
    priced: bool = False
    turns: list[Turn] = []
    listed_at: list[int] = []
    stock: list[StockSeen] = []
    rises: list[Rise] = []


class Side(Struct, array_like=True, gc=False):
    """All that is known of a subject on one platform but its order lines.

    `left_out` counts the levers beyond those kept, since the first one on file.
    """

    newest: int = 0
    shops: dict[str, Shop] = {}
    pulls: list[Act] = []
    releases: list[Act] = []
    context: list[Act] = []
    agreements: list[Agreement] = []
    endings: list[Ending] = []
    refusals: list[Told] = []
    complaints: list[Told] = []
    sanctions: list[Sanction] = []
    warnings: list[Warned] = []
    left_out: int = 0

    def has_room(self, time: int, name: str) -> bool:
        """Answer whether a lever of that time and event id would be kept."""
        return len(self.pulls) < LEVERS_KEPT or (time, name) < self.pulls[-1].order

    def has_room_for_release(self, time: int, name: str) -> bool:
        """Answer whether a release of that time and event id would be kept, or push out one before all levers."""
        full = len(self.releases) >= RELEASES_KEPT
        return not full or self.releases_before_levers or (time, name) < self.releases[-1].order

    @property
    def releases_before_levers(self) -> bool:
        """Whether the oldest release lies before all levers that are kept."""
        return bool(self.releases) and (not self.pulls or self.releases[0].time < self.pulls[0].time)

    def shop(self, name: str) -> Shop:
        """Answer a shop, new at its first fact."""
        found = self.shops.get(name)
        if found is None:
            found = self.shops[name] = Shop()
        return found


class Span(Struct, gc=False, array_like=True):
    """First and last event time of a shop's lines."""

    first: int
    last: int


class Activity(Struct, array_like=True, gc=False):
    """Quantity of non-cancelled lines by China Standard day, and each shop's first and last line."""

    newest: int = 0
    days: dict[int, int] = {}
    shops: dict[str, Span] = {}


class PricePoint(Struct, frozen=True, gc=False, array_like=True):
    """The merchant's own price of a SKU from an instant on."""

    time: int
    event_id: str
    shop: str
    net_fen: int


class Prices(Struct, array_like=True, gc=False):
    """A SKU's own prices of the last days, and the one before them; `risen`: rises of it are on file."""

    points: list[PricePoint] = []
    risen: bool = False


class Subject(Struct, array_like=True, gc=False):
    """On which platforms a subject is known, and to which time an episode of an accused one looks back."""

    platforms: list[str] = []
    accused: dict[str, int] = {}


class Alert(Struct, array_like=True, gc=False):
    """What was published of an episode, on which reports of levers; `held` is how far its join has come.

    `touched` is the day from which a resolved alert that changed is counted anew, 0 for none; `event_time` is that of
    the last contributing event.
    """

    published: Published
    levers: list[str] = []
    held: int = -1
    touched: int = 0
    event_time: int = 0


class Accusation(Struct, array_like=True, gc=False):
    """Alerts about a (subject, platform), non-verdicts counted by lever, and the rivals that a hold-back awaits."""

    alerts: dict[str, Alert] = {}
    counted: dict[str, list[str]] = {}
    waiting: list[str] = []


class Holdback(Struct, array_like=True, gc=False):
    """A lead that waits for a rival's clock; the due time says all."""


def file(facts: list[Any], fact: Told, limit: int = FACTS_KEPT) -> None:
    """Enter a fact in its place; beyond the limit the oldest goes."""
    insort(facts, fact, key=_order)
    if len(facts) > limit:
        del facts[0]


def file_lever(side: Side, act: Act) -> None:
    """Enter a lever in its place; beyond the limit the newest is only counted, for an episode begins with its first."""
    insort(side.pulls, act, key=_order)
    if len(side.pulls) > LEVERS_KEPT:
        side.pulls.pop()
        side.left_out += 1


def file_release(side: Side, act: Act) -> None:
    """Enter a release in its place; beyond the limit one before all levers goes, else the newest, which ends none."""
    insort(side.releases, act, key=_order)
    if len(side.releases) > RELEASES_KEPT:
        side.releases.pop(0 if side.releases_before_levers else -1)


def earliest(known: Told | None, fact: Told) -> Told:
    """Answer the earlier of two facts."""
    return fact if known is None or fact.order < known.order else known


def expire(side: Side, before: int) -> None:
    """Forget facts of a side that lie before a time; of a shop's turns the last one before it stays.

    A release of no known lever waits only for a lever that comes late.
    """
    for facts in (side.context, side.refusals, side.complaints, side.sanctions, side.warnings):
        _cut(facts, before)
    kinds = {act.pull.lever for act in side.pulls}
    lately = side.newest - LATE_DAYS * DAY
    side.releases = [one for one in side.releases if one.time >= (before if one.pull.lever in kinds else lately)]
    for shop in side.shops.values():
        _expire_shop(shop, before)


def _cut(facts: list[Any], before: int) -> None:
    if facts and facts[0].time < before:
        facts[:] = [fact for fact in facts if fact.time >= before]


def _expire_shop(shop: Shop, before: int) -> None:
    while len(shop.turns) > 1 and shop.turns[1].time < before:
        del shop.turns[0]
    while len(shop.listed_at) > 1 and shop.listed_at[1] < before:
        del shop.listed_at[0]
    shop.stock = [seen for seen in shop.stock if seen.time >= before]
    shop.rises = [rise for rise in shop.rises if rise.time >= before]


def horizon(newest: int, reaches: Iterable[int]) -> int:
    """Answer before which time facts may go; `reaches` are the times back to which open episodes look."""
    return min(newest - HORIZON_DAYS * DAY, *reaches, newest)


def _order(fact: Told) -> tuple[int, str]:
    return fact.time, fact.cited.event_id
