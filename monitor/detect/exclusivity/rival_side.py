"""The rival's side of a lever: what the merchant began there (T0), whether he sells on both, which rival is named."""

from msgspec import Struct

from monitor.detect.exclusivity.acts import Lever
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.state import Activity, Cited, Side, Told
from monitor.events import ShopStatus
from monitor.eventtime.china import day_of
from monitor.law.levers import is_absolute


class Dossier(Struct):
    """All that is known of a subject, as seen from the accused platform."""

    platform: str
    sides: dict[str, Side]
    activities: dict[str, Activity]

    @property
    def side(self) -> Side:
        """The accused platform's side."""
        return self.sides.get(self.platform) or Side()

    @property
    def rivals(self) -> list[str]:
        """Every other platform on which the subject is known, by id."""
        return sorted((self.sides.keys() | self.activities.keys()) - {self.platform})


class T0(Struct, frozen=True):
    """A rival-side event; a refusal names no rival."""

    time: int
    cited: Cited
    kind: str
    rival: str | None
    shop: str | None = None


class Homing(Struct, frozen=True):
    """Which rival a lever is about: `days` with lines on both, the other rivals, and the T0 nearest before it."""

    rival: str | None
    days: int
    others: tuple[str, ...]
    t0: T0 | None


def t0s(dossier: Dossier) -> list[T0]:
    """List all rival-side events that the log knows, and the refusals of the accused platform, in order of time.

    Of equals one that names a rival stands last, of these that with the smallest rival: the last is the nearest.
    """
    found = [T0(fact.time, fact.cited, "refusal", None) for fact in dossier.side.refusals]
    for rival in dossier.rivals:
        side = dossier.sides.get(rival)
        if side is not None:
            found.extend(_begun(rival, side, dossier.activities.get(rival)))
    found.sort(key=lambda t0: (t0.rival or "", t0.cited.event_id), reverse=True)
    return sorted(found, key=lambda t0: (t0.time, t0.rival is not None))


def _begun(rival: str, side: Side, activity: Activity | None) -> list[T0]:
    found = [T0(deal.time, deal.cited, "agreement", rival) for deal in side.agreements]
    for name, shop in side.shops.items():
        found.extend(
            T0(turn.time, turn.cited, "shop_opened", rival, name)
            for turn in shop.turns
            if turn.status is ShopStatus.opened
        )
        for kind, first in (("first_listing", shop.first_listing), ("first_promotion", shop.first_promotion)):
            if first is not None and not _had_lines(activity, name, first):
                found.append(T0(first.time, first.cited, kind, rival, name))
    return found


def _had_lines(activity: Activity | None, shop: str, first: Told) -> bool:
    span = None if activity is None else activity.shops.get(shop)
    return span is not None and span.first < first.time


def nearest(events: list[T0], time: int, within: int) -> T0 | None:
    """Answer the last T0 at most `within` ms before a time, both ends included; `events` as `t0s` sorts them."""
    return next((t0 for t0 in reversed(events) if time - within <= t0.time <= time), None)


def homing(dossier: Dossier, events: list[T0], lever: Lever, parameters: Parameters) -> Homing | None:
    """Answer which rival the first lever of an episode is about, None if the history does not suffice.

    It suffices with enough days with lines on both, or a T0 near enough: nearer for a soft lever than for an absolute.
    """
    last = day_of(lever.time) - 1
    span = (last - parameters.history_window_days + 1, last)
    own = _active(dossier.activities.get(dossier.platform), span)
    active = {rival: _active(dossier.activities.get(rival), span) for rival in dossier.rivals}
    absolute = is_absolute(lever.pull, parameters.thresholds)
    near = nearest(events, lever.time, parameters.t0_tail if absolute else parameters.t0_main)
    if near is None and all(len(own & days) < parameters.history_days for days in active.values()):
        return None
    recent = [t0 for t0 in events if lever.time - parameters.t0_tail <= t0.time <= lever.time]
    rival = _named(recent, active)
    with_t0 = {t0.rival for t0 in recent if t0.rival is not None}
    others = sorted(({name for name, days in active.items() if days} | with_t0) - {rival})
    both = len(own & active.get(rival, set())) if rival is not None else 0
    return Homing(rival, both, tuple(others), recent[-1] if recent else None)


def _named(recent: list[T0], active: dict[str, set[int]]) -> str | None:
    named = [t0.rival for t0 in recent if t0.rival is not None]
    if named:
        return named[-1]
    candidates = [rival for rival, days in active.items() if days]
    return min(candidates, key=lambda rival: (-len(active[rival]), rival), default=None)


def _active(activity: Activity | None, span: tuple[int, int]) -> set[int]:
    if activity is None:
        return set()
    return {day for day, quantity in activity.days.items() if quantity > 0 and span[0] <= day <= span[1]}
