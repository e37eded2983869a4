"""The contracts: topics/ read once into a frozen catalogue, so that no name of a topic is a string elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from monitor.errors import WeAreWrong
from monitor.events import Topic
from monitor.wire.declared import INFINITE, Channel, Document, Parties, Party, Platform, Registry, Role

Shape = TypeVar("Shape")

PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = PACKAGE / "topics"
BESIDE = PACKAGE.parent / "topics"


@dataclass(frozen=True)
class TopicContract:
    """One topic as declared; `name` is without prefix, `retention_ms` is -1 for ever, `config` is the broker's."""

    name: str
    title: str
    description: str
    key: str
    partitions: int
    replicas: int
    retention_ms: int
    cleanup: tuple[str, ...]
    max_message_bytes: int
    timestamp_type: str
    config: Mapping[str, str]
    owner: str
    dead_letter: str | None
    compatibility: str
    producers: tuple[Role, ...]
    consumers: tuple[Role, ...]
    versions: tuple[int, ...]

    def address(self, prefix: str) -> str:
        """Name the topic on the broker."""
        return prefix + self.name


@dataclass(frozen=True)
class Catalogue:
    """Every topic of this version, who connects to them, and the platforms that seed the registry."""

    control: TopicContract
    costs: TopicContract
    shops: TopicContract
    offers: TopicContract
    orders: TopicContract
    alerts: TopicContract
    dead_letters: TopicContract
    feedback: TopicContract
    state: TopicContract
    roles: tuple[Party, ...]
    platforms: tuple[Platform, ...]
    folder: Path

    @property
    def topics(self) -> tuple[TopicContract, ...]:
        """Every topic, inputs first."""
        return tuple(getattr(self, name) for name in TOPICS)

    @property
    def inputs(self) -> tuple[TopicContract, ...]:
        """The inputs in the order in which a batch of them is read: control first."""
        return tuple(getattr(self, topic) for topic in Topic)


TOPICS = tuple(one.name for one in fields(Catalogue) if one.name not in {"roles", "platforms", "folder"})


def load(folder: str | Path | None = None) -> Catalogue:
    """Read the declarations: of `folder`, else those shipped in the package, else those beside it in a checkout.

    Raises WeAreWrong where a file is missing, misspelt or names a topic that this version does not know.
    """
    home = _home(folder)
    channels = {name.replace("-", "_"): _channel(home, name) for name in _names(home)}
    if channels.keys() != set(TOPICS):
        odd = ", ".join(sorted(channels.keys() ^ set(TOPICS)))
        raise WeAreWrong(f"{home / 'asyncapi.yaml'}: topics {odd} are declared or known, not both; align the two")
    registry = _read(home / "platforms.yaml", Registry)
    return Catalogue(**channels, roles=_roles(home / "roles.yaml"), platforms=registry.platforms, folder=home)


def _home(folder: str | Path | None) -> Path:
    candidates = [Path(folder)] if folder else [SHIPPED, BESIDE]
    for candidate in candidates:
        if (candidate / "asyncapi.yaml").is_file():
            return candidate
    looked = ", ".join(str(candidate) for candidate in candidates)
    raise WeAreWrong(f"no asyncapi.yaml in {looked}; set FAIRTRADE_TOPICS_FOLDER to the folder of the declarations")


def _roles(file: Path) -> tuple[Party, ...]:
    """Read who connects: every role of this version, each once."""
    declared = _read(file, Parties).roles
    names = [party.name for party in declared]
    if sorted(names) != sorted(Role):
        raise WeAreWrong(f"{file}: roles are {', '.join(names)}, expected {', '.join(Role)}, each once; align the two")
    return declared


def _names(home: Path) -> list[str]:
    channels = _read(home / "asyncapi.yaml", Document).channels
    for name, reference in channels.items():
        if reference.ref != f"./{name}/channel.yaml":
            raise WeAreWrong(f"{home / 'asyncapi.yaml'}: channel {name} is {reference.ref}, not ./{name}/channel.yaml")
    return list(channels)


def _channel(home: Path, name: str) -> TopicContract:
    file = home / name / "channel.yaml"
    declared = _read(file, Channel)
    if declared.address != f"{{prefix}}{name}":
        raise WeAreWrong(f"{file}: address is {declared.address}, not {{prefix}}{name}")
    kafka = declared.bindings.kafka
    told = kafka.configuration
    if told.retention_ms == INFINITE and told.cleanup != ["compact"]:
        raise WeAreWrong(f"{file}: retention.ms is {INFINITE} but cleanup.policy is not compact; give it an end")
    return TopicContract(
        name=name,
        title=declared.title,
        description=declared.description,
        key=declared.keyed_by,
        partitions=kafka.partitions,
        replicas=kafka.replicas,
        retention_ms=told.retention_ms,
        cleanup=tuple(told.cleanup),
        max_message_bytes=told.max_message_bytes,
        timestamp_type=told.timestamp_type,
        config=_config(msgspec.to_builtins(told)),
        owner=declared.owner,
        dead_letter=declared.dead_letter,
        compatibility=declared.compatibility,
        producers=declared.producers,
        consumers=declared.consumers,
        versions=tuple(_version(file, name) for name, message in declared.messages.items() if message.payload),
    )


def _config(told: Mapping[str, Any]) -> dict[str, str]:
    """Spell a topic's configuration as the broker does."""
    return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in told.items()}


def _version(file: Path, message: str) -> int:
    if not (message[:1] == "v" and message[1:].isdecimal()):
        raise WeAreWrong(f"{file}: message {message} is not named v1, v2, … by its version")
    return int(message[1:])


def _read(file: Path, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(yaml.safe_load(file.read_text("utf-8")), shape)
    except FileNotFoundError:
        raise WeAreWrong(f"{file} is missing; it is declared in asyncapi.yaml") from None
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise WeAreWrong(f"{file}: {error}; correct the declaration") from error
