"""Which dead letters are meant, and what is known of them."""

import base64
import re
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from monitor.errors import WeAreWrong
from monitor.eventtime.china import DAY, HOUR, MINUTE, instant
from monitor.settings import Settings
from monitor.wire.dead_letters import Coordinates, Letter, content, letters

_AGO = re.compile(r"(\d{1,6})([mhd])")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?")
_SPANS = {"m": MINUTE, "h": HOUR, "d": DAY}


class Wanted(NamedTuple):
    """What letters are asked for; None does not narrow. `since` is append time in ms, inclusive."""

    topic: str | None = None
    reason: str | None = None
    platform: str | None = None
    since: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows."""
        return all(one is None for one in self)

    def takes(self, letter: Letter) -> bool:
        """Answer whether a letter is asked for."""
        return (
            self.topic in (None, letter.where.topic)
            and self.reason in (None, letter.reason.value)
            and (self.since is None or letter.append_time >= self.since)
            and (self.platform is None or letter.platform == self.platform)
        )


async def chosen(settings: Settings, wanted: Wanted) -> list[Letter]:
    """List the letters that are asked for by topic, partition and offset, each with what became of it."""
    found = await _gathered(settings, wanted.takes)
    return [found[where] for where in sorted(found)]


async def named(settings: Settings, wanted: Iterable[Coordinates]) -> dict[Coordinates, Letter]:
    """Find letters by where their records stood; one that is not there, or no longer, is absent."""
    asked = frozenset(wanted)
    return await _gathered(settings, lambda letter: letter.where in asked)


async def _gathered(settings: Settings, takes: Callable[[Letter], bool]) -> dict[Coordinates, Letter]:
    found: dict[Coordinates, Letter] = {}
    async for letter in letters(settings):
        if letter.replayed is not None:
            if letter.where in found:
                found[letter.where] = found[letter.where]._replace(replayed=letter.replayed)
        elif takes(letter):
            found[letter.where] = letter
    return found


def plain(letter: Letter) -> dict[str, Any]:
    """Answer a letter as a line that can be repaired and handed to `replay`: `value`, or bytes that are no JSON object.

    What else stands on the line is for people.
    """
    said = content(letter.value)
    value = {"value": said} if said else {"value_base64": base64.b64encode(letter.value).decode()}
    return {
        **letter.where._asdict(),
        "reason": letter.reason.value,
        "path": letter.path,
        "detail": letter.detail,
        "platform": letter.platform,
        "append_time": letter.append_time,
        "replayed": letter.replayed,
        **value,
    }


def moment(text: str) -> int:
    """Read a time in ms: a China Standard day or day and time, or how long ago (90m, 36h, 7d).

    Raises WeAreWrong for anything else.
    """
    ago, date = _AGO.fullmatch(text), _DATE.fullmatch(text)
    if ago:
        return time.time_ns() // 1_000_000 - int(ago[1]) * _SPANS[ago[2]]
    if date:
        return instant(date[1], date[2] or "00:00")
    raise WeAreWrong(f"{text!r} is no time; write 2026-11-25, 2026-11-25T10:30 (China Standard Time), 90m, 36h or 7d")
