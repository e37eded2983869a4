"""The stories as data: what `story.yaml` says, read without any meaning that YAML 1.1 would lend it."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, convert

from monitor.eventtime.china import instant

HERE = Path(__file__).parent
TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d(?::\d\d)?)(\.\d{3})?)?")
ROW = re.compile(r"(?:(?P<tag>[b-z]): )?(?P<verdict>[OURW] [nl](?: p)?) (?P<days>\S+) (?P<rest>\d\d:\d\d .+)")


class _Loader(yaml.SafeLoader):
    """Plain scalars are text, integers, true, false or null: `09:05` is no number, `on` no boolean, a day no date."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _text in (("null", "null"), ("bool", "true|false"), ("int", r"-?[0-9]+")):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_text})$"), list("-0123456789ntf"))


class Story(Struct, kw_only=True, forbid_unknown_fields=True, eq=False):
    """One case: events in, alerts out.

    `clocks`: `each_minute` has clock records each minute on days with events, as the reference stories want it,
    `when_needed` where something arrives and an hour after; both hourly and at 00:30 besides. `pauses` are spans
    without clock records of a platform. `outside_lateness` says why another order of the topics may end otherwise;
    such a story runs in its recorded order only.
    """

    case: str
    title: str
    events: list[dict[str, Any]]
    subject: str | None = None
    clocks: str = "when_needed"
    pauses: dict[str, list[str]] = {}
    run_to: str | None = None
    outside_lateness: str | None = None
    expected: list[str] = []
    last: dict[str, Any] = {}
    severities: dict[str, str] = {}
    counts: dict[str, int] | None = None
    dead_letters: dict[str, int] = {}

    def platform(self, letter: str) -> str:
        """Name a platform of this story: P the accused one, Q and R rivals."""
        return f"{self.case}-{letter.lower()}"

    @property
    def merchant(self) -> str:
        """The subject of all events of the story."""
        return (self.subject or "m1:{case}").format(case=self.case)

    @property
    def rows(self) -> dict[str, list[str]]:
        """The expected revisions of each alert in order, dates spelled out; the first alert is `a`."""
        found: dict[str, list[str]] = {}
        for line in self.expected:
            tag, rows = _rows(line)
            found.setdefault(tag, []).extend(rows)
        return found

    @property
    def lasts(self) -> dict[str, dict[str, Any]]:
        """What the last revision of each alert must say."""
        if not self.expected:
            return {}
        return self.last if "a" in self.last else {"a": self.last}


def _rows(line: str) -> tuple[str, list[str]]:
    match = ROW.fullmatch(line)
    if match is None:
        raise ValueError(f"expected revision {line!r} is not `[tag: ]STATUS LEVEL [p] DAY HH:MM reason [+S1 …]`")
    rows = [f"{match['verdict']} {day} {match['rest']}" for day in spelled_days(match["days"])]
    return match["tag"] or "a", rows


def spelled_days(text: str) -> list[str]:
    """Spell `2020-11-05..2020-11-09/2` out: first..last, inclusive, each `/n`th day."""
    span, _, step = text.partition("/")
    first, _, last = span.partition("..")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [str(begin + timedelta(days)) for days in range(0, (end - begin).days + 1, int(step or 1))]


def moment(text: str) -> int:
    """Read `2019-05-15 22:48:00.001`, China Standard Time, as milliseconds; seconds and the time may be missing."""
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no time of a story, expected `YYYY-MM-DD[ HH:MM[:SS[.mmm]]]`")
    day, clock, thousandths = match.groups()
    return instant(day, clock or "00:00") + int((thousandths or ".0")[1:])


def read_yaml(path: Path) -> Any:
    """Read a data file of the stories."""
    return yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer meanings


@cache
def story(case: str) -> Story:
    """Read one story."""
    return convert({"case": case, **read_yaml(HERE / case / "story.yaml")}, Story)


CASES = sorted(path.parent.name for path in HERE.glob("*/story.yaml"))
ORDERLY = [case for case in CASES if story(case).outside_lateness is None]
"""The stories that end alike in whatever order their topics are read."""
