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
    reading = Reading([], [])
    for lever in merged(side.pulls, side.releases, parameters.same_lever_minutes * MINUTE):
        t0 = nearest(events, lever.time, parameters.t0_tail)
        pressed = Pressed(lever, t0, explaining(lever, side, t0, parameters, now))
        why = _take(reading, pressed, dossier, events, parameters)
        if why is not None:
            reading.non_verdicts.append((pressed, why))
    return reading


def _take(reading: Reading, pressed: Pressed, dossier: Dossier, events: list[T0], parameters: Parameters) -> str | None:
    """Put a lever into the running episode or a new one; answers why not, if it belongs to none."""
    running = reading.episodes[-1] if reading.episodes else None
    joins = running is not None and _is_open_at(running, pressed.lever.time, parameters)
    begun = running.homing if running is not None and joins else homing(dossier, events, pressed.lever, parameters)
    if begun is None:
        return INSUFFICIENT
    if pressed.explained is not None:
        return f"explained:{pressed.explained}"
    if running is not None and joins:
        reading.episodes[-1] = _episode([*running.levers, pressed], begun, dossier, parameters)
    else:
        reading.episodes.append(_episode([pressed], begun, dossier, parameters))
    return None


def _is_open_at(episode: Episode, time: int, parameters: Parameters) -> bool:
    return time <= episode.until or day_of(time) <= episode.last_day + parameters.resolve_days


def _episode(levers: list[Pressed], begun: Homing, dossier: Dossier, parameters: Parameters) -> Episode:
    found = _exits(levers, begun, dossier, parameters)
    last = levers[-1].lever.time
    if found.counted is not None:
        last = max(last, found.counted.time)
    until = last + parameters.window
    last_day = max(pressed.lever.last_day(parameters.open_lever_days, until) for pressed in levers)
    return Episode(levers, begun, found, until, last_day)


def _exits(levers: list[Pressed], begun: Homing, dossier: Dossier, parameters: Parameters) -> Exits:
    rival = begun.rival
    if rival is None:
        return Exits()
    others = [
        (dossier.sides.get(name), dossier.activities.get(name))
        for name in (dossier.platform, *dossier.rivals)
        if name != rival
    ]
    found = Exits()
    for change in exits(dossier.sides.get(rival), dossier.activities.get(rival)):
        if not _follows(change, levers, parameters):
            continue
        if not is_closing_everywhere(others, change.time, parameters.closing_days):
            found.counted = change
            break
        found.closed_everywhere = True
    return found


def _follows(change: Exit, levers: list[Pressed], parameters: Parameters) -> bool:
    return any(is_soon_after(change, pressed.lever, parameters) for pressed in levers)


def is_soon_after(change: Exit, lever: Lever, parameters: Parameters) -> bool:
    """Answer whether an exit came within the days of A2 after a lever."""
    return lever.time <= change.time <= lever.time + parameters.exit_days * DAY
