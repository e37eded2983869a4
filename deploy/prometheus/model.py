"""What a rule is, and how its waiting times are divided.

PromQL is written with the durations of production. `[5m]` and `offset 5m` are durations; `$300s` is a number of seconds
that somebody waits. Both are divided by one factor, so that a rehearsal of minutes runs through the rules of days.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

WORKER = "fairtrade-worker"
STORE = "fairtrade-store"
SHORTEST_WINDOW_S = 5
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?<=\[)(\d+[dhms])(?=\])|(?<=offset )(\d+[dhms])")
_WAIT = re.compile(r"\$(\d+)s")


class Severity(StrEnum):
    """Who is woken: somebody now, or somebody during the working day."""

    page = "page"
    ticket = "ticket"


class Concern(StrEnum):
    """Whose fault to look for first: the monitor's own, or a platform's feed."""

    monitor = "monitor"
    platform = "platform"


@dataclass(frozen=True)
class Recording:
    """A figure that is reckoned ahead; named level:metric:operation, windows in the name as in production."""

    name: str
    expr: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A rule that calls somebody; `runbooks/<name>.md` says what to do.

    Texts may hold Prometheus templates. `objective` names the objective that an alert speaks for, if any.
    """

    name: str
    severity: Severity
    concern: Concern = Concern.monitor
    expr: str
    wait: str = "0s"
    summary: str
    summary_zh: str
    description: str
    description_zh: str
    objective: str = ""


def seconds(duration: str) -> int:
    """Answer a duration of one unit, as `5m`, in seconds."""
    return int(duration[:-1]) * UNITS[duration[-1]]


def divided(duration: str, factor: int) -> str:
    """Answer a duration over a factor, rounded down to whole seconds, in the largest unit that shows it whole."""
    left = seconds(duration) // factor
    unit = next(unit for unit, size in UNITS.items() if left % size == 0 and (left or unit == "s"))
    return f"{left // UNITS[unit]}{unit}"


def at_least(shortest_s: int, duration: str, factor: int) -> str:
    """Answer a duration over a factor as `divided` does, or `shortest_s` seconds if it would be shorter."""
    shorter = divided(duration, factor)
    return shorter if seconds(shorter) >= shortest_s else f"{shortest_s}s"


def scaled(expr: str, factor: int) -> str:
    """Divide every window and every number of seconds waited; a window stays long enough for a rate."""
    shorter = _DURATION.sub(lambda found: at_least(SHORTEST_WINDOW_S, found[0], factor), expr)
    return _WAIT.sub(lambda found: f"{int(found[1]) / factor:g}", shorter)


def grown(series: str, window: str) -> str:
    """Write by how much each series of a counter rose, those that were born inside the window included.

    `increase` alone sees no first increment: a counter's series appears with it.
    """
    return f"((increase({series}[{window}]) > 0) or ({series} unless {series} offset {window}))"
