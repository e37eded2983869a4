"""Whether a merchant still has an open shop with listings on a platform, and when the last one went.

A shop of which only lines are known is taken for open while it has lines; one whose first known turn closes it was
open before.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from monitor.detect.exclusivity.state import Activity, Shop, Side, Turn
from monitor.events import PLATFORM_ACTORS, Actor, ShopStatus
from monitor.eventtime.china import DAY

LINES_SHOW_A_SHOP_DAYS = 28
OPEN = frozenset({ShopStatus.opened, ShopStatus.open})
LEAVING = frozenset({ShopStatus.paused, ShopStatus.closed, ShopStatus.deregistered, None})

Takes = Callable[[Turn], bool]


class Change(Struct, frozen=True):
    """The first open shop came, or the last one went, with the shop and the turn that did it, None for a listing."""

    time: int
    present: bool
    shop: str
    turn: Turn | None


class Presence:
    """A merchant's presence on one platform over time; `takes` says which turns are looked at."""

    def __init__(self, side: Side | None, activity: Activity | None, takes: Takes) -> None:
        self._lines = {} if activity is None else activity.shops
        shops = {} if side is None else side.shops
        self._turning = {name: shop for name, shop in shops.items() if shop.turns or shop.listed_at}
        self._takes = takes
        self._open: dict[str, bool] = {}
        self._listed: dict[str, bool] = {}
        self.initial = False
        self.changes = list(self._replayed())

    def at(self, time: int) -> bool:
        """Answer whether there was an open shop with listings at an instant."""
        present = self.initial
        for change in self.changes:
            if change.time <= time:
                present = change.present
        return present or self._sells(time)

    def _sells(self, time: int) -> bool:
        """Answer whether a shop of which only lines are known had some lately."""
        lately = LINES_SHOW_A_SHOP_DAYS * DAY
        return any(
            span.first <= time <= span.last + lately for name, span in self._lines.items() if name not in self._turning
        )

    def _replayed(self) -> Iterator[Change]:
        moments = sorted(
            (moment for name, shop in self._turning.items() for moment in self._moments(name, shop)),
            key=lambda moment: moment[:3],
        )
        self._begin(moments)
        present = self.initial = self._any_open()
        for time, _, name, turn in moments:
            self._apply(name, turn)
            now = self._any_open() or self._sells(time)
            if now != (present or self._sells(time)):
                yield Change(time, now, name, turn)
            present = self._any_open()

    def _moments(self, name: str, shop: Shop) -> Iterator[tuple[int, str, str, Turn | None]]:
        for turn in shop.turns:
            if self._takes(turn):
                yield turn.time, turn.cited.event_id, name, turn
        for time in shop.listed_at:
            yield time, "", name, None

    def _begin(self, moments: list[tuple[int, str, str, Turn | None]]) -> None:
        """Take each shop for what it was before its first moment; one without any that is looked at was open."""
        for name in self._turning:
            self._open[name] = self._listed[name] = True
        seen = set()
        for time, _, name, turn in moments:
            if name not in seen:
                seen.add(name)
                if not self._had_lines(name, time):
                    self._listed[name] = turn is not None
                    self._open[name] = turn is None or turn.status not in OPEN

    def _had_lines(self, name: str, time: int) -> bool:
        span = self._lines.get(name)
        return span is not None and span.first < time

    def _apply(self, name: str, turn: Turn | None) -> None:
        if turn is None or turn.status is None:
            self._listed[name] = turn is None
        else:
            self._open[name] = turn.status in OPEN

    def _any_open(self) -> bool:
        return any(self._open[name] and self._listed[name] for name in self._turning)


class Exit(Struct, frozen=True):
    """The last open shop with listings went from a rival, by this turn."""

    shop: str
    turn: Turn

    @property
    def time(self) -> int:
        """When it went."""
        return self.turn.time


def exits(side: Side | None, activity: Activity | None) -> list[Exit]:
    """List the exits from a rival that were not the rival's own act, in order of time."""
    presence = Presence(side, activity, lambda _: True)
    gone = [(change.shop, change.turn) for change in presence.changes if not change.present]
    return [Exit(shop, turn) for shop, turn in gone if turn is not None and _is_leaving(turn)]


def _is_leaving(turn: Turn) -> bool:
    return turn.status in LEAVING and turn.actor not in PLATFORM_ACTORS


def _by_merchant(turn: Turn) -> bool:
    return turn.actor is Actor.merchant


def is_closing_everywhere(others: list[tuple[Side | None, Activity | None]], exit_time: int, days: int) -> bool:
    """Answer whether the merchant left all his other platforms, too, within `days` of an exit, before or after.

    Only what the merchant did counts; a platform that he had left before is not his any more.
    """
    start, end = exit_time - days * DAY, exit_time + days * DAY
    views = [Presence(side, activity, _by_merchant) for side, activity in others]
    his = [view for view in views if view.at(start) or _within(view, start, end, present=True)]
    return bool(his) and all(not view.at(end) and _within(view, start, end, present=False) for view in his)


def _within(view: Presence, start: int, end: int, *, present: bool) -> bool:
    return any(start <= change.time <= end and change.present is present for change in view.changes)
