"""The topics on the broker as topics/ declares them: made once, and checked at every start."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.protocol.metadata import MetadataRequest
from rich.table import Table

from monitor.errors import ContractDrift, WorldIsWrong
from monitor.settings import Settings
from monitor.wire.clients import client_options
from monitor.wire.contracts import Catalogue, TopicContract
from monitor.wire.declared import INFINITE
from monitor.wire.registry import seed

CHECKED = ("cleanup.policy", "retention.ms", "message.timestamp.type", "max.message.bytes")
DAY_MS = 86_400_000
LOOKS = 300
LOOK_AGAIN_S = 0.1


@dataclass(frozen=True)
class Applied:
    """What `apply` found or did about one topic, or about the registry of platforms."""

    name: str
    done: str


async def apply(settings: Settings, catalogue: Catalogue) -> list[Applied]:
    """Create the topics that are missing and register the platforms that are new; what is there is left alone.

    Raises ContractDrift where a topic that is there is not as declared, WorldIsWrong where the broker refuses.
    """
    async with _admin(settings) as admin:
        present = await _present(admin, settings, catalogue)
        missing = [topic for topic in catalogue.topics if settings.address(topic.name) not in present]
        await _create(admin, settings, missing)
        await _until_led(admin, settings, catalogue)
    for drift in await check(settings, catalogue):
        raise drift
    applied = [
        Applied(settings.address(topic.name), "created" if topic in missing else "unchanged")
        for topic in catalogue.topics
    ]
    platforms = await seed(settings, catalogue)
    return [*applied, Applied("platforms", f"registered {', '.join(platforms)}" if platforms else "unchanged")]


async def check(settings: Settings, catalogue: Catalogue) -> list[ContractDrift]:
    """Answer how the broker's topics differ from their declarations; nothing if they do not."""
    async with _admin(settings) as admin:
        present = await _present(admin, settings, catalogue)
        configs = await _configs(admin, list(present))
    return [drift for topic in catalogue.topics for drift in _drifts(topic, settings, present, configs)]


def show(catalogue: Catalogue) -> Table:
    """Lay the catalogue out as a table for people."""
    table = Table(title=f"Topics of {catalogue.folder}")
    for heading in ("topic", "key", "partitions", "retention", "clean-up", "largest record", "owner", "carries"):
        table.add_column(heading)
    for topic in catalogue.topics:
        table.add_row(
            topic.name,
            topic.key,
            str(topic.partitions),
            _span(topic.retention_ms),
            ", ".join(topic.cleanup),
            f"{topic.max_message_bytes // 1024} KiB",
            topic.owner,
            topic.title,
        )
    return table


def _span(retention_ms: int) -> str:
    return "for ever" if retention_ms == INFINITE else f"{retention_ms // DAY_MS} d"


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def _present(admin: AIOKafkaAdminClient, settings: Settings, catalogue: Catalogue) -> dict[str, list[bool]]:
    """Our topics on the broker: for each of their partitions whether it has a leader.

    Asked for by name, so that a topic which is closed to us is told from one that is missing.
    """
    ours = [settings.address(topic.name) for topic in catalogue.topics]
    request = MetadataRequest(ours, allow_auto_topic_creation=False)
    topics = (await admin._send_request(request)).to_object()["topics"]  # noqa: SLF001 - the public call may create them
    closed = [topic["topic"] for topic in topics if topic["error_code"] == TopicAuthorizationFailedError.errno]
    if closed:
        raise TopicAuthorizationFailedError(*closed)
    return {
        topic["topic"]: [partition["leader"] >= 0 for partition in topic["partitions"]]
        for topic in topics
        if topic["error_code"] != UnknownTopicOrPartitionError.errno
    }


async def _create(admin: AIOKafkaAdminClient, settings: Settings, missing: list[TopicContract]) -> None:
    if not missing:
        return
    response = await admin.create_topics([_new(topic, settings) for topic in missing])
    for name, code, *text in response.topic_errors:
        if code not in {0, TopicAlreadyExistsError.errno}:
            raise WorldIsWrong(f"the broker did not create {name}: {text[0] if text else for_code(code).__name__}")


def _new(topic: TopicContract, settings: Settings) -> NewTopic:
    config = dict(topic.config)
    config["min.insync.replicas"] = str(min(int(config["min.insync.replicas"]), settings.replication))
    return NewTopic(settings.address(topic.name), settings.partitions, settings.replication, topic_configs=config)


async def _until_led(admin: AIOKafkaAdminClient, settings: Settings, catalogue: Catalogue) -> None:
    """Wait until every partition has a leader: a broker answers a creation before all of it is known."""
    for _ in range(LOOKS):
        present = await _present(admin, settings, catalogue)
        if len(present) == len(catalogue.topics) and all(led and all(led) for led in present.values()):
            return
        await asyncio.sleep(LOOK_AGAIN_S)
    raise WorldIsWrong(f"topics have no leaders after {LOOKS * LOOK_AGAIN_S:.0f} s; look at the broker's log")


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers: list[Any] = await admin.describe_configs(resources)
    return {
        name: {entry[0]: entry[1] for entry in entries}
        for answer in answers
        for _, _, _, name, entries in answer.resources
    }


def _drifts(
    topic: TopicContract,
    settings: Settings,
    present: Mapping[str, list[bool]],
    configs: Mapping[str, Mapping[str, str]],
) -> Iterator[ContractDrift]:
    name = settings.address(topic.name)
    if name not in present:
        yield ContractDrift(name, "the topic", "present", "missing")
        return
    if len(present[name]) != settings.partitions:
        yield ContractDrift(name, "the number of partitions", str(settings.partitions), str(len(present[name])))
    for key in CHECKED:
        actual = configs[name].get(key, "unknown")
        if actual != topic.config[key]:
            yield ContractDrift(name, key, topic.config[key], actual)
