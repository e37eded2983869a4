"""What must hold of clocks while a log is read: who moves them, and that none ever goes back."""

from collections.abc import Iterator

from chronicle import History
from logs import CLOCKED, Reading, batches
from runs import Pace, Shell

from monitor.events import ClockAdvanced, Record
from monitor.eventtime.clocks import NEVER


def clocks_follow_clock_records(history: History, reading: Reading) -> list[str]:
    """Only a platform's clock records move its clocks, each to its largest, a platform's to the least of its topics."""
    shell = Watch()
    shell.play(batches(history, reading))
    return shell.wrong


class Watch(Shell):
    """A shell that holds the clocks after each record against those before it."""

    def __init__(self) -> None:
        super().__init__(Pace(1, 500))
        self.wrong: list[str] = []
        self.topics: dict[tuple[str, str], int] = {}
        self.platforms: dict[str, int] = {}

    def _fold(self, records: list[Record]) -> None:
        super()._fold(records)
        self.wrong += self._after(records[0])

    def _after(self, record: Record) -> Iterator[str]:
        event, clocks = record.event, self.outcome.partition.clocks
        if isinstance(event, ClockAdvanced) or getattr(event, "source_grade", None) == "platform_feed":
            self._expect(event.platform, record.topic, event.clock if isinstance(event, ClockAdvanced) else NEVER)
        shown = {place: clock.value for place, clock in clocks.topics.items()}
        if shown != self.topics:
            yield f"topic clocks {shown} after {event}, not {self.topics}"
        if clocks.platforms != self.platforms:
            yield f"platform clocks {clocks.platforms} after {event}, not {self.platforms}"

    def _expect(self, platform: str, topic: str, clock: int) -> None:
        """A topic gates from its first record on; a platform clock is the least of its topics and never goes back."""
        if topic in CLOCKED:
            self.topics[platform, topic] = max(self.topics.get((platform, topic), NEVER), clock)
            least = min(value for (name, _), value in self.topics.items() if name == platform)
            if least > self.platforms.get(platform, NEVER):
                self.platforms[platform] = least
