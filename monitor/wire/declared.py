"""The shape of the files in topics/, in AsyncAPI 3.0's own words; what is misspelt or unknown there is refused."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from monitor.events import Id, Name, Topic

Sentence = Annotated[str, Meta(min_length=16)]
TopicName = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=64)]
Positive = Annotated[int, Meta(ge=1)]
INFINITE = -1


class Role(StrEnum):
    """Who connects to the brokers; a process logs in as one of them."""

    gateway = "gateway"
    worker = "worker"
    store = "store"
    subscriber = "subscriber"
    operator = "operator"
    administrator = "administrator"


class Resource(StrEnum):
    """What a right is about, in the words of Kafka's access control."""

    topic = "topic"
    group = "group"
    cluster = "cluster"
    transactional_id = "transactional_id"


class Operation(StrEnum):
    """What a right allows, as Kafka spells it; Read, Write and Alter imply Describe."""

    read = "Read"
    write = "Write"
    create = "Create"
    alter = "Alter"
    describe = "Describe"
    describe_configs = "DescribeConfigs"


class _Strict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Reference(_Strict, frozen=True, kw_only=True):
    """A pointer to another file of topics/."""

    ref: str = field(name="$ref")


class Parameter(_Strict, frozen=True, kw_only=True):
    """What an installation puts into an address."""

    default: str
    description: Sentence


class KeySchema(_Strict, frozen=True, kw_only=True):
    """What a record's key holds."""

    type: Literal["string"]
    description: Sentence


class KafkaMessage(_Strict, frozen=True, kw_only=True):
    """The message binding: the key."""

    key: KeySchema
    binding_version: Literal["0.5.0"] = field(name="bindingVersion")


class KafkaMessageBinding(_Strict, frozen=True, kw_only=True):
    """Bindings of a message."""

    kafka: KafkaMessage


class Payload(_Strict, frozen=True, kw_only=True):
    """The schema of a value."""

    format: Literal["application/schema+json;version=draft-07"] = field(name="schemaFormat")
    schema: Reference


class Message(_Strict, frozen=True, kw_only=True):
    """One version of what a topic carries; without a payload it is bytes."""

    name: str
    title: str
    content_type: str = field(name="contentType")
    headers: Reference | None = None
    payload: Payload | None = None
    bindings: KafkaMessageBinding


class TopicConfiguration(_Strict, frozen=True, kw_only=True):
    """What the broker is told."""

    cleanup: list[Literal["delete", "compact"]] = field(name="cleanup.policy")
    retention_ms: int = field(name="retention.ms")
    max_message_bytes: Positive = field(name="max.message.bytes")
    timestamp_type: Literal["LogAppendTime", "CreateTime"] = field(name="message.timestamp.type")
    compression: Literal["producer", "lz4", "zstd", "snappy", "gzip", "uncompressed"] = field(name="compression.type")
    min_insync_replicas: Positive = field(name="min.insync.replicas")


class KafkaChannel(_Strict, frozen=True, kw_only=True):
    """The channel binding: how the topic is made."""

    partitions: Positive
    replicas: Positive
    configuration: TopicConfiguration = field(name="topicConfiguration")
    binding_version: Literal["0.5.0"] = field(name="bindingVersion")


class KafkaChannelBinding(_Strict, frozen=True, kw_only=True):
    """Bindings of a channel."""

    kafka: KafkaChannel


class Channel(_Strict, frozen=True, kw_only=True):
    """One topic; the x- fields are ours, for what AsyncAPI has no word."""

    address: str
    title: str
    description: Sentence
    parameters: dict[Literal["prefix"], Parameter]
    messages: dict[str, Message]
    bindings: KafkaChannelBinding
    owner: str = field(name="x-owner")
    keyed_by: str = field(name="x-key")
    dead_letter: TopicName | None = field(name="x-dead-letter")
    compatibility: Literal["backward-transitive", "full-transitive", "none"] = field(name="x-compatibility")
    retention_reason: Sentence = field(name="x-retention-reason")
    personal_data: Sentence = field(name="x-personal-data")
    producers: tuple[Role, ...] = field(name="x-producers")
    consumers: tuple[Role, ...] = field(name="x-consumers")


class Document(_Strict, frozen=True, kw_only=True):
    """asyncapi.yaml: everything of substance stands behind its references."""

    asyncapi: Literal["3.0.0"]
    info: dict[str, Any]
    content_type: str = field(name="defaultContentType")
    servers: dict[str, Any]
    channels: dict[str, Reference]
    operations: dict[str, Any]


class Platform(_Strict, frozen=True, kw_only=True):
    """A platform of the registry's seed; `disorder_ms` is how late its own feed may be out of order."""

    id: Id
    name: Name
    topics: tuple[Topic, ...]
    disorder_ms: Annotated[int, Meta(ge=0, le=86_400_000)]
    sends_clock: bool
    feed_contact: str


class Registry(_Strict, frozen=True, kw_only=True):
    """platforms.yaml."""

    platforms: tuple[Platform, ...]


class Right(_Strict, frozen=True, kw_only=True):
    """What a role may do besides reading and writing topics; a name that ends in `*` is a prefix.

    In a name {prefix}, {group} and {user} stand for what an installation puts there.
    """

    resource: Resource
    name: str
    operations: tuple[Operation, ...]


class Party(_Strict, frozen=True, kw_only=True):
    """A role, what it does and what it needs for that."""

    name: Role
    title: Name
    does: Sentence
    rights: tuple[Right, ...]


class Parties(_Strict, frozen=True, kw_only=True):
    """roles.yaml."""

    roles: tuple[Party, ...]
