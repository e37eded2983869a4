"""Every error of the monitor, in three families that tell who must act.

FairTradeError
├── EventIsWrong        one record is bad: it is refused with reason and coordinates, its neighbours go on
├── WorldIsWrong        broker, disk or process fails: the process ends and its supervisor starts it again
│   └── TransactionUnknown   the outcome of a transaction is unknown: only a new producer epoch may go on
└── WeAreWrong          contract, settings or state do not fit: refuse to start and say what to do
    ├── ContractDrift        a topic on the broker is not as topics/ declares it
    ├── SettingIsWrong       a setting has an impossible value
    ├── LogShrank            an input or the state ends before what was applied
    └── TornTransaction      a state record is newer than the meta record
"""

from dataclasses import dataclass


class FairTradeError(Exception):
    """The parent of all of them; its text is fit to be shown to an operator."""


class EventIsWrong(FairTradeError):
    """One record is refused; `reason` is of the closed list in `monitor.events.Reason`."""

    def __init__(self, reason: str, detail: str, path: str = "$") -> None:
        super().__init__(f"{reason} at {path}: {detail}")
        self.reason = reason
        self.detail = detail
        self.path = path


class WorldIsWrong(FairTradeError):
    """Something outside fails; starting again is the cure."""


class TransactionUnknown(WorldIsWrong):
    """A transaction failed between begin and the end of commit; the process must end at once."""


class WeAreWrong(FairTradeError):
    """The monitor refuses to start; the text says what does not fit and what to do."""


@dataclass
class ContractDrift(WeAreWrong):
    """A topic on the broker differs from its declaration."""

    topic: str
    what: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return (
            f"topic {self.topic}: {self.what} is {self.actual}, topics/ declares {self.expected}; "
            f"repair the topic or the declaration, then run `fairtrade topics check`"
        )


@dataclass
class SettingIsWrong(WeAreWrong):
    """A setting cannot be read."""

    name: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"setting {self.name} is {self.actual!r}, expected {self.expected}"


@dataclass
class LogShrank(WeAreWrong):
    """An input ends before the last applied offset, or the state is gone while alerts are there."""

    topic: str
    partition: int
    applied: int
    end: int

    def __str__(self) -> str:
        return (
            f"{self.topic}[{self.partition}] ends at offset {self.end}, but offset {self.applied} was applied: "
            f"the topic was recreated or cut off; restore it, or start a new group on a new topic prefix"
        )


@dataclass
class TornTransaction(WeAreWrong):
    """A state record carries a transaction number above the meta record's."""

    key: str
    transaction: int
    meta: int

    def __str__(self) -> str:
        return (
            f"state key {self.key!r} was written by transaction {self.transaction}, the meta record knows {self.meta}: "
            f"the state topic was written without transactions or lost records; restore it from a backup"
        )
