"""A story's events spelled out: whole wire events with the minute in which each arrives at the gateway."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from story_book import HERE, TIME, Story, moment, read_yaml, spelled_days

from monitor.eventtime.china import MINUTE
from monitor.feed.delivery import Kind
from monitor.wire.decode import EVENTS

MONEY = ("list", "seller_discount", "platform_subsidy", "third_party_subsidy")
TOPIC_OF = {kind.__struct_config__.tag: str(topic) for topic, union in EVENTS.items() for kind in union.__args__}
DEFAULTS = read_yaml(HERE / "wire_defaults.yaml")
ENTRIES = frozenset(tag for tag, topic in TOPIC_OF.items() if topic == "control")
HISTORY = "history"
_PLATFORMS = {"P": "{}-p", "Q": "{}-q", "R": "{}-r"}
_LETTERED: dict[str, dict[str, str]] = {
    **dict.fromkeys(("platform", "rival", "rival_named"), _PLATFORMS),
    "sku": {"K": "{}-k"},
    "value": {"K": "{}-k"},
    "product": {"std": "{}-std"},
    "campaign": {},
    "category": {},
}
"""What a story's letters stand for, by the field in which they stand."""


class Happening(NamedTuple):
    """One event, complete but for its place in a run of numbering; `minute` is that of its arrival."""

    minute: int
    topic: str
    kind: Kind
    reporter: str
    value: dict[str, Any]


@cache
def happenings(story: Story) -> tuple[Happening, ...]:
    """Spell out every event of a story in order of arrival; events of one minute keep the story's order."""
    return tuple(sorted(_Telling(story).told(), key=lambda one: one.minute))


class _Telling:
    """One pass over a story's events; lines are remembered by name and day, for what refunds them."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.number = 0

    def told(self) -> Iterator[Happening]:
        for said in self.story.events:
            macro = said.get("macro")
            if macro is None:
                yield self.happening(said)
            else:
                yield from getattr(self, f"_{macro}")(said)

    def happening(self, said: dict[str, Any]) -> Happening:
        """Fill one event; `on` is the platform, `arrives` its minute if it is not the next full one."""
        kind = said["type"]
        time = moment(said["at"])
        own = {name: part for name, part in said.items() if name not in {"at", "on", "arrives", "lost", "twice"}}
        value = self._meant({**self._envelope(kind, said, time), **DEFAULTS[kind], **own}, time)
        minute = moment(said["arrives"]) if "arrives" in said else -(-time // MINUTE) * MINUTE
        how = Kind.lost if said.get("lost") else Kind.repeated if said.get("twice") else Kind.fact
        return Happening(minute, TOPIC_OF[kind], how, self._reporter(value), value)

    def _envelope(self, kind: str, said: dict[str, Any], time: int) -> dict[str, Any]:
        self.number += 1
        common = {"type": kind, "event_id": f"{self.story.case}-{kind}-{self.number:06d}", "sent_time": time + 400}
        on = said.get("on", "P")
        if kind in ENTRIES:
            entry = {**common, "effective_from": time, "sent_time": time, "author": "office-hz", "reason": "a story"}
            return {**entry, "subject": self.story.merchant} if kind.startswith("exemption") else entry
        return {
            **common,
            "platform": on,
            "shop": on and f"{self.story.case}-{on.lower()}-shop",
            "subject": self.story.merchant,
            "event_time": time,
            "source_grade": "platform_feed",
            "basis": None,
        }

    def _meant(self, value: Any, time: int, name: str = "") -> Any:
        """Put ids and milliseconds in the place of a story's letters and times."""
        if isinstance(value, dict):
            return {key: self._meant(part, time, key) for key, part in value.items()}
        if value == "AT":
            return time
        if isinstance(value, str) and name in _LETTERED:
            return _LETTERED[name].get(value, value).format(self.story.case)
        return moment(value) if isinstance(value, str) and TIME.fullmatch(value) else value

    def _reporter(self, value: dict[str, Any]) -> str:
        case = self.story.case
        if value["type"] in ENTRIES:
            return f"{case}-judge" if value["type"].startswith("platform_") else f"{case}-office"
        if value["platform"] is None:
            return f"{case}-price-office"
        desk = {"crawl": "crawler", "complaint": "complaints"}.get(value["source_grade"])
        return f"{case}-{desk}" if desk else f"{value['platform']}-feed"

    def _both(self, said: dict[str, Any]) -> Iterator[Happening]:
        """MH(n): on each of the n days before a day one line on P and one on each rival."""
        for days in range(int(said["days"]), 0, -1):
            day = _day_before(said["before"], days)
            for on in ("P", *said.get("rivals", ["Q"])):
                yield self._line({"on": on, "each": {"list": 2000}}, HISTORY, day, "12:00", 1)

    def _lines(self, said: dict[str, Any]) -> Iterator[Happening]:
        """Lines on each of `days`, `at_once` together every `every` minutes from `first` on, `count` in all."""
        for day in (day for span in said["days"] for day in spelled_days(span)):
            for place in range(said["count"]):
                minutes = place // said.get("at_once", 1) * said.get("every", 60)
                quantities = said["quantity"]
                quantity = quantities[place] if isinstance(quantities, list) else quantities
                yield self._line(said, said.get("name", "low"), day, _later(said["first"], minutes), quantity)

    def _line(self, said: dict[str, Any], name: str, day: str, clock: str, quantity: int) -> Happening:
        plain = {key: part for key, part in said.items() if key not in _OF_THE_MACRO}
        amounts = said.get("whole") or {part: fen * quantity for part, fen in said["each"].items()}
        money = {f"{part}_fen": amounts.get(part, 0) for part in MONEY}
        paid = money["list_fen"] - sum(money[f"{part}_fen"] for part in MONEY[1:])
        here = self.lines.setdefault((name, day), [])
        order = f"{self.story.case}-o-{said.get('on', 'P')}-{name}-{day}-{len(here)}"
        whole = {**plain, **money, "buyer_paid_fen": paid, "quantity": quantity, "order": order}
        made = self.happening({"type": "line_placed", "at": f"{day} {clock}", **whole})
        here.append(made.value)
        return made

    def _returns(self, said: dict[str, Any]) -> Iterator[Happening]:
        """Refunds or cancellations of lines: `pick` of each of `days` of lines `of`, from `first` on."""
        chosen = [self.lines[said["of"], day][place] for day in said["days"] for place in said["pick"]]
        for place, line in enumerate(chosen):
            minute = moment(said["first"]) + place // said.get("at_once", 1) * said.get("every", 1) * MINUTE
            self.number += 1
            kind = said.get("type", "line_refunded")
            quantity = said.get("quantity", line["quantity"])
            value = {
                **line,
                "type": kind,
                "event_id": f"{self.story.case}-{kind}-{self.number:06d}",
                "event_time": minute,
                "sent_time": minute + 400,
                "placed_time": line["event_time"],
                "refunded_quantity": quantity,
                "refunded_fen": line["buyer_paid_fen"] * quantity // line["quantity"],
                "refund_reason": said.get("reason", "return"),
            }
            yield Happening(minute, "orders", Kind.fact, self._reporter(value), value)


_OF_THE_MACRO = frozenset({"macro", "name", "days", "count", "first", "every", "at_once", "quantity", "each", "whole"})


def _day_before(day: str, days: int) -> str:
    return str(date.fromisoformat(day) - timedelta(days))


def _later(clock: str, minutes: int) -> str:
    hours, minute = (int(part) for part in clock.split(":"))
    total = hours * 60 + minute + minutes
    return f"{total // 60:02d}:{total % 60:02d}"
