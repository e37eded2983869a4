"""What somebody may try on a broker, each as the one request that the broker judges; and who is let do what.

Raw requests rather than whole clients: a refusal comes back at once and as what it is.
"""

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import (
    AlterConfigsRequest,
    CreateAclsRequest,
    CreateTopicsRequest,
    DeleteTopicsRequest,
    DescribeAclsRequest,
    DescribeConfigsRequest,
)
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import InitProducerIdRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from monitor.settings import Settings
from monitor.wire.clients import client_options
from monitor.wire.contracts import TopicContract
from monitor.wire.declared import Role

NODE = 1
TOPIC, LITERAL, ALLOW, ANY = 2, 3, 3, 1
UNAUTHORIZED = "AuthorizationFailed"
MAY = {
    Role.gateway: {
        *(f"{verb} {name}" for verb in ("read", "write") for name in ("control", "costs", "shops", "offers", "orders")),
        "read feedback",
        "read dead-letters",
        "write dead-letters",
        "take the id of the gateway",
        "take the id of a replay",
    },
    Role.worker: {
        *(f"read {name}" for name in ("control", "costs", "shops", "offers", "orders", "alerts", "state")),
        *(f"write {name}" for name in ("control", "alerts", "dead-letters", "feedback", "state")),
        "take the id of a judge",
        "commit for the judges",
        "see how topics are set",
    },
    Role.store: {"read control", "read alerts", "read dead-letters", "read feedback"},
    Role.subscriber: {"read alerts", "commit for a subscriber"},
    Role.operator: {
        *(f"read {name}" for name in ("control", "costs", "shops", "offers", "orders", "dead-letters", "state")),
        "see how topics are set",
    },
    Role.administrator: {
        "read control",
        "write control",
        "take the id of the registry",
        "create a topic",
        "see how topics are set",
        "see all grants",
        "grant",
    },
}
"""what each role is let do, written by hand: what follows from topics/ is held against it"""


class Attempt(NamedTuple):
    """One thing to try: `what` says it, `request` does it, and `codes` reads the error codes from the answer."""

    what: str
    request: Any
    codes: Any


def attempts(topics: Iterable[TopicContract], prefix: str, group: str) -> list[Attempt]:
    """List everything that is tried: every topic read and written, ids and groups taken, the cluster changed."""
    names = [topic.name for topic in topics]
    return [
        *(Attempt(f"read {name}", _read(prefix + name), _of_partitions) for name in names),
        *(Attempt(f"write {name}", _write(prefix + name), _of_partitions) for name in names),
        *(
            Attempt(f"take the id of {of}", InitProducerIdRequest(name, 10_000), _of_answer)
            for of, name in {
                "the gateway": f"{prefix}gateway",
                "the registry": f"{prefix}registry",
                "a replay": f"{prefix}dead-letters",
                "a judge": f"{group}-judge-0",
            }.items()
        ),
        *(
            Attempt(f"commit for {of}", _commit(name, prefix + "alerts"), _of_partitions)
            for of, name in {"the judges": group, "a subscriber": "subscriber.board"}.items()
        ),
        Attempt("create a topic", CreateTopicsRequest([(f"{prefix}new", 1, 1, [], [])], 5_000, True), _of_topics),
        Attempt("create one elsewhere", CreateTopicsRequest([("new", 1, 1, [], [])], 5_000, True), _of_topics),
        Attempt("delete a topic", DeleteTopicsRequest([f"{prefix}orders"], 5_000), _of_topics),
        Attempt("see how topics are set", DescribeConfigsRequest([(TOPIC, f"{prefix}state", None)]), _of_resources),
        Attempt(
            "set how topics are kept",
            AlterConfigsRequest([(TOPIC, f"{prefix}state", [])], validate_only=True),
            _of_resources,
        ),
        Attempt("see all grants", DescribeAclsRequest(ANY, None, ANY, None, None, ANY, ANY), _of_answer),
        Attempt("grant", CreateAclsRequest(TOPIC, "elsewhere", LITERAL, "User:nobody", "*", 3, ALLOW), _of_grants),
    ]


def _read(topic):
    return FetchRequest(0, 0, 1_000, 1, [(topic, [(0, 0, 1_000)])])


def _write(topic):
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=999,
    )
    builder.append(0, timestamp=time.time_ns() // 1_000_000, key=b"attempt", value=b"attempt", headers=[])
    return ProduceRequest(None, -1, 5_000, [(topic, [(0, bytes(builder.build()))])])


def _commit(group, topic):
    return OffsetCommitRequest(group, -1, "", -1, [(topic, [(0, 0, "")])])


def _of_answer(answer):
    return [answer.error_code]


def _of_partitions(answer):
    return [partition[1] for _, partitions in answer.topics for partition in partitions]


def _of_topics(answer):
    errors = answer.topic_errors if hasattr(answer, "topic_errors") else answer.topic_error_codes
    return [error[1] for error in errors]


def _of_resources(answer):
    return [resource[0] for resource in answer.resources]


def _of_grants(answer):
    return [code for code, _ in answer.creation_responses]


async def allowed(settings: Settings, tried: Iterable[Attempt]) -> dict[str, bool]:
    """Try everything as the user of the settings, and answer what was let through; other errors are raised."""
    client = AIOKafkaClient(**client_options(settings))
    await client.bootstrap()
    try:
        return {one.what: await _is_let(client, one) for one in tried}
    finally:
        await client.close()


async def _is_let(client, one):
    answer = await client.send(NODE, one.request)
    errors = {for_code(code).__name__ for code in one.codes(answer) if code}
    refused = {error for error in errors if UNAUTHORIZED in error}
    # A commit that is let through may still be told to find its coordinator first.
    assert errors - {"NotCoordinatorForGroupError"} == refused, f"{one.what}: {errors}"
    return not refused
