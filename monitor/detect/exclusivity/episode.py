"""Episodes of a (subject, platform): which levers belong together, the exit after them, and until when all is open.

A lever joins while the episode before it has not ended: until its seventh closed day without contribution has
passed, or inside the A2 window from its last lever or the exit.
"""

from msgspec import Struct

from monitor.detect.exclusivity.acts import Lever, merged
from monitor.detect.exclusivity.checks import explained_by, explaining
from monitor.detect.exclusivity.exits import Exit, exits, is_closing_everywhere
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.rival_side import T0, Dossier, Homing, homing, nearest, t0s
from monitor.eventtime.china import DAY, MINUTE, day_of
from monitor.findings import Check

INSUFFICIENT = "insufficient_history"


class Pressed(Struct):
    """A lever with the T0 before it and the checks that could explain it away."""

    lever: Lever
    t0: T0 | None
    checks: list[Check]

    @property
    def explained(self) -> str | None:
        """The check that explains it, None if none does."""
        return explained_by(self.checks)


class Exits(Struct):
    """Exits from the rival after a lever: the first that counts, and whether one was a closing everywhere."""

    counted: Exit | None = None
    closed_everywhere: bool = False


class Episode(Struct):
    """Levers that belong together; `until` ends the A2 window, `last_day` is the last contributing day."""

    levers: list[Pressed]
    homing: Homing
    exits: Exits
    until: int
    last_day: int

    @property
    def first_day(self) -> int:
        """The day of its first contributing event, which makes its identity."""
        return day_of(self.levers[0].lever.time)

    @property
    def exit(self) -> Exit | None:
        """The exit from the rival that counts."""
        return self.exits.counted


class Reading(Struct):
    """What the facts say of a (subject, platform): its episodes, and of each other lever why it is no verdict."""

    episodes: list[Episode]
    non_verdicts: list[tuple[Pressed, str]]


def read(dossier: Dossier, parameters: Parameters, now: int) -> Reading:
    """Answer the episodes that the facts make; `now` is the clock for a basis that is not published yet."""
    side = dossier.side
    events = t0s(dossier)
    growing: list[_Growing] = []
    non_verdicts = []
    for lever in merged(side.pulls, side.releases, parameters.same_lever_minutes * MINUTE):
        t0 = nearest(events, lever.time, parameters.t0_tail)
        pressed = Pressed(lever, t0, explaining(lever, side, t0, parameters, now))
        why = _take(growing, pressed, dossier, events, parameters)
        if why is not None:
            non_verdicts.append((pressed, why))
    return Reading([episode.grown() for episode in growing], non_verdicts)


def _take(
    growing: list["_Growing"], pressed: Pressed, dossier: Dossier, events: list[T0], parameters: Parameters
) -> str | None:
    """Put a lever into the running episode or a new one; answers why not, if it belongs to none."""
    running = growing[-1] if growing and growing[-1].is_open_at(pressed.lever.time) else None
    begun = homing(dossier, events, pressed.lever, parameters) if running is None else running.homing
    if begun is None:
        return INSUFFICIENT
    if pressed.explained is not None:
        return f"explained:{pressed.explained}"
    if running is None:
        running = _Growing(begun, dossier, parameters)
        growing.append(running)
    running.join(pressed)
    return None


class _Growing:
    """An episode while levers join it: what one changes is worked out when it joins, and nothing anew."""

    def __init__(self, homing: Homing, dossier: Dossier, parameters: Parameters) -> None:
        self.homing = homing
        self._levers: list[Pressed] = []
        self._dossier = dossier
        self._parameters = parameters
        self._changes = _left(homing.rival, dossier)
        self._followed: set[int] = set()
        self._everywhere: dict[int, bool] = {}
        self._exits = Exits()
        self._until = 0

    def join(self, pressed: Pressed) -> None:
        """Take the next lever, in order of time."""
        self._levers.append(pressed)
        follow = {
            number
            for number, change in enumerate(self._changes)
            if is_soon_after(change, pressed.lever, self._parameters)
        }
        if not follow <= self._followed:
            self._followed |= follow
            self._exits = self._counted()
        left = self._exits.counted
        last = pressed.lever.time if left is None else max(pressed.lever.time, left.time)
        self._until = last + self._parameters.window

    def _counted(self) -> Exits:
        found = Exits()
        for number in sorted(self._followed):
            if not self._is_everywhere(number):
                found.counted = self._changes[number]
                break
            found.closed_everywhere = True
        return found

    def _is_everywhere(self, number: int) -> bool:
        if number not in self._everywhere:
            others = [
                (self._dossier.sides.get(name), self._dossier.activities.get(name))
                for name in (self._dossier.platform, *self._dossier.rivals)
                if name != self.homing.rival
            ]
            time, days = self._changes[number].time, self._parameters.closing_days
            self._everywhere[number] = is_closing_everywhere(others, time, days)
        return self._everywhere[number]

    def is_open_at(self, time: int) -> bool:
        """Answer whether a lever of a time still joins."""
        return time <= self._until or day_of(time) <= self._last_day() + self._parameters.resolve_days

    def _last_day(self) -> int:
        return max(one.lever.last_day(self._parameters.open_lever_days, self._until) for one in self._levers)

    def grown(self) -> Episode:
        """Answer the episode as it is once all levers are known."""
        return Episode(self._levers, self.homing, self._exits, self._until, self._last_day())


def _left(rival: str | None, dossier: Dossier) -> list[Exit]:
    """List the exits from the rival that an episode is about."""
    return [] if rival is None else exits(dossier.sides.get(rival), dossier.activities.get(rival))


def is_soon_after(change: Exit, lever: Lever, parameters: Parameters) -> bool:
    """Answer whether an exit came within the days of A2 after a lever."""
    return lever.time <= change.time <= lever.time + parameters.exit_days * DAY
