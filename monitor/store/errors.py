"""Why the store refuses to go on; each error says what to do about it."""

from dataclasses import dataclass

from monitor.errors import WeAreWrong, WorldIsWrong


@dataclass
class SchemaDiffers(WeAreWrong):
    """The tables are not those that this program knows; `found` 0 is an empty database."""

    found: int
    known: int

    def __str__(self) -> str:
        cure = (
            "run `fairtrade store migrate` with a user that owns the tables"
            if self.found < self.known
            else "a newer program made it: use that one, or restore a backup from before its migration"
        )
        return f"the store's schema has version {self.found}, this program needs {self.known}: {cure}"


@dataclass
class StoreIsAhead(WeAreWrong):
    """A topic ends before what the store holds of it."""

    topic: str
    partition: int
    held: int
    end: int

    def __str__(self) -> str:
        return (
            f"{self.topic}[{self.partition}] ends at offset {self.end}, the store holds it up to offset {self.held}: "
            f"the topic was made anew or cut off; restore it, or keep this database as it is and begin an empty one"
        )


@dataclass
class LogWasReplaced(WeAreWrong):
    """A topic holds another record at the place of the last one stored."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return (
            f"{self.topic}[{self.partition}] holds another record at offset {self.offset} than the one in the store: "
            f"the topic was made anew; restore it, or keep this database as it is and begin an empty one"
        )


@dataclass
class AlertIsUnreadable(WeAreWrong):
    """A record of `alerts` is not what the contract says."""

    topic: str
    partition: int
    offset: int
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.topic}[{self.partition}] offset {self.offset} is no alert: {self.reason}; "
            f"only judges of this version or an older one may write there: bring the store to the judges' version"
        )


@dataclass
class OtherInstallation(WeAreWrong):
    """The database holds the alerts of another topic prefix."""

    prefix: str
    topic: str

    def __str__(self) -> str:
        return (
            f"this database holds {self.topic}, which does not begin with the prefix {self.prefix!r}: "
            f"a store is of one installation; set FAIRTRADE_PREFIX or name another database by FAIRTRADE_STORE"
        )


@dataclass
class PartitionsAreHeld(WorldIsWrong):
    """Another store writes partitions that are wanted for ourselves alone."""

    partitions: tuple[int, ...]

    def __str__(self) -> str:
        told = ", ".join(map(str, self.partitions))
        return f"another store writes partitions {told}: stop every `fairtrade store run` on this database first"


@dataclass
class TopicForgot(WeAreWrong):
    """A rebuild would lose what the topic no longer has."""

    topic: str
    partition: int
    begin: int
    held: int

    def __str__(self) -> str:
        return (
            f"{self.topic}[{self.partition}] begins at offset {self.begin}, the store holds it from {self.held}: "
            f"a rebuild would lose what lies between; the tables are left as they are"
        )


@dataclass
class TopicsAreMissing(WorldIsWrong):
    """Topics that are copied are not on the broker yet, or not any more."""

    topics: tuple[str, ...]

    def __str__(self) -> str:
        return f"{', '.join(self.topics)} are not on the broker: run `fairtrade topics apply`"


class PositionMoved(WorldIsWrong):
    """Somebody else moved a position that we hold the lock of; the process ends and begins from what is there."""


class DatabaseRefuses(WorldIsWrong):
    """PostgreSQL is away, or does not let this user do what is asked."""

    def __init__(self, told: str) -> None:
        super().__init__(f"{told}; is FAIRTRADE_STORE right, is the server up, may this user do that?")


class ClientIsMissing(WeAreWrong):
    """The client of PostgreSQL is not installed."""

    def __str__(self) -> str:
        return "the alert store needs psycopg, which is not installed: pip install 'fairtrade-monitor[store]'"
