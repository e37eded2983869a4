"""Why a local broker cannot be had; each error says what to do about it."""

from dataclasses import dataclass

from monitor.errors import WorldIsWrong

EXTRA = "pip install 'fairtrade-monitor[local]'"


class LocalIsWrong(WorldIsWrong):
    """The parent of everything that can go wrong with a local server."""


@dataclass
class ExtraIsMissing(LocalIsWrong):
    """A package of the extra `local` is needed and not installed."""

    package: str
    purpose: str

    def __str__(self) -> str:
        return f"the Python package {self.package} is missing; it {self.purpose}: {EXTRA}"


@dataclass
class JavaIsMissing(LocalIsWrong):
    """Neither the machine nor the extra has a Java that runs Kafka."""

    needed: int
    seen: str

    def __str__(self) -> str:
        return (
            f"Kafka needs Java {self.needed} or newer; found {self.seen}. Install one, point JAVA_HOME at it, or bring "
            f"one from Python: {EXTRA}"
        )


@dataclass
class JarIsWrong(LocalIsWrong):
    """A jar that was just fetched is not the one that jars.lock names."""

    coordinate: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return (
            f"jar {self.coordinate}: SHA-256 is {self.actual}, jars.lock says {self.expected}; it was deleted. "
            f"Check the mirror named by FAIRTRADE_MAVEN"
        )


@dataclass
class JarNotFetched(LocalIsWrong):
    """A jar could not be downloaded."""

    coordinate: str
    reason: str

    def __str__(self) -> str:
        return (
            f"jar {self.coordinate} cannot be fetched: {self.reason}. Name a Maven mirror by FAIRTRADE_MAVEN, or the "
            f"folder of an unpacked Kafka by FAIRTRADE_KAFKA_HOME, or your own broker by FAIRTRADE_KAFKA"
        )


@dataclass
class KafkaHomeIsWrong(LocalIsWrong):
    """FAIRTRADE_KAFKA_HOME names a folder without Kafka's jars."""

    folder: str

    def __str__(self) -> str:
        return f"FAIRTRADE_KAFKA_HOME is {self.folder!r}, but {self.folder}/libs holds no kafka-server jar"


@dataclass
class KafkaDidNotStart(LocalIsWrong):
    """The node ended or stayed silent; `lines` are what its log says, from the first error on."""

    step: str
    reason: str
    lines: str

    def __str__(self) -> str:
        return f"Kafka did not start: {self.step}: {self.reason}\nits log:\n{self.lines}"


@dataclass
class KafkaIsNotRunning(LocalIsWrong):
    """Something was asked of a node that was not started or has ended."""

    asked: str

    def __str__(self) -> str:
        return f"cannot {self.asked} Kafka: this node is not running; call start() first"


@dataclass
class PostgresDidNotStart(LocalIsWrong):
    """The server ended or stayed silent; `lines` are what its log says."""

    step: str
    reason: str
    lines: str

    def __str__(self) -> str:
        return f"PostgreSQL did not start: {self.step}: {self.reason}\nits log:\n{self.lines}"


@dataclass
class PostgresIsNotRunning(LocalIsWrong):
    """Something was asked of a server that was not started or has ended."""

    asked: str

    def __str__(self) -> str:
        return f"cannot {self.asked} PostgreSQL: this server is not running; call start() first"
