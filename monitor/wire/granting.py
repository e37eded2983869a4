"""The grants on the broker as topics/ declares them: made where they are missing, and compared.

aiokafka's admin client has no calls for access control; its protocol classes have them and are used here. A grant that
is there and not declared is an open door: it is named, and never taken away unasked.
"""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest, DescribeAclsRequest

from monitor.errors import WorldIsWrong
from monitor.settings import Settings
from monitor.wire.acls import Grant, Pattern
from monitor.wire.clients import client_options
from monitor.wire.declared import Operation, Resource

ANY, ALLOW = 1, 3
EVERY_HOST = "*"
RESOURCES = {Resource.topic: 2, Resource.group: 3, Resource.cluster: 4, Resource.transactional_id: 5}
PATTERNS = {Pattern.literal: 3, Pattern.prefix: 4}
OPERATIONS = {
    Operation.read: 3,
    Operation.write: 4,
    Operation.create: 5,
    Operation.alter: 7,
    Operation.describe: 8,
    Operation.describe_configs: 10,
}
"""the numbers of Kafka's wire format, AclOperation and its like"""


class Entry(NamedTuple):
    """One entry of the broker's list, in its own numbers: who may do one thing with one resource, from where."""

    resource: int
    name: str
    pattern: int
    principal: str
    host: str
    operation: int
    permission: int

    def __str__(self) -> str:
        star = "*" if self.pattern == PATTERNS[Pattern.prefix] else ""
        what = f"{_word(OPERATIONS, self.operation)} {_word(RESOURCES, self.resource)} {self.name}{star}"
        verb = "may" if self.permission == ALLOW else "must not"
        return f"{self.principal} {verb} {what}" + ("" if self.host == EVERY_HOST else f" from {self.host}")


def _word(numbers: dict[Any, int], number: int) -> str:
    return next((str(word) for word, one in numbers.items() if one == number), f"number {number}")


def entries(grants: Iterable[Grant]) -> set[Entry]:
    """Spell grants as the broker lists them, an entry an operation."""
    return {
        Entry(
            RESOURCES[grant.resource],
            grant.name,
            PATTERNS[grant.pattern],
            f"User:{grant.user}",
            EVERY_HOST,
            OPERATIONS[operation],
            ALLOW,
        )
        for grant in grants
        for operation in grant.operations
    }


class Difference(NamedTuple):
    """What the broker lacks, and what it lets our users do, or others with our resources, that nobody declared."""

    missing: list[Entry]
    surplus: list[Entry]


def difference(declared: Collection[Entry], present: Collection[Entry], *prefixes: str) -> Difference:
    """Compare the broker's entries with the declared ones, as far as they are about our users or our topics."""
    ours = {entry.principal for entry in declared}
    known = [entry for entry in present if entry.principal in ours or any(_touches(entry, one) for one in prefixes)]
    return Difference(sorted(set(declared) - set(present)), sorted(set(known) - set(declared)))


def _touches(entry: Entry, prefix: str) -> bool:
    """Whether an entry is about topics of this prefix; a shorter prefix, or *, takes them in."""
    if entry.resource != RESOURCES[Resource.topic]:
        return False
    wide = entry.pattern == PATTERNS[Pattern.prefix] and prefix.startswith(entry.name)
    return wide or entry.name == "*" or entry.name.startswith(prefix)


def told(found: Difference, *, granted: bool) -> list[str]:
    """Say a difference to people, a line an entry; `granted` where the missing ones were just made."""
    word = "granted" if granted else "missing"
    return [
        *(f"{word}: {entry}" for entry in found.missing),
        *(f"undeclared: {entry}; take it away with kafka-acls --remove, or declare it" for entry in found.surplus),
    ]


async def compare(settings: Settings, grants: Iterable[Grant]) -> Difference:
    """Answer how the broker's grants differ from the declared ones. Raises WorldIsWrong where it does not tell them."""
    async with _admin(settings) as admin:
        return difference(entries(grants), await _present(admin), *settings.prefixes)


async def grant(settings: Settings, grants: Iterable[Grant]) -> Difference:
    """Create the grants that are missing, and answer the difference as it was before; what is there is left alone.

    Raises WorldIsWrong where the broker refuses: it takes Alter on the cluster, or a superuser the first time.
    """
    async with _admin(settings) as admin:
        before = difference(entries(grants), await _present(admin), *settings.prefixes)
        for entry in before.missing:
            await _create(admin, entry)
    return before


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def _present(admin: AIOKafkaAdminClient) -> set[Entry]:
    answer = await admin._send_request(DescribeAclsRequest(ANY, None, ANY, None, None, ANY, ANY))  # noqa: SLF001
    _refuse(answer.error_code, answer.error_message, "does not tell its grants")
    return {
        Entry(resource, name, pattern, principal, host, operation, permission)
        for resource, name, pattern, acls in answer.resources
        for principal, host, operation, permission in acls
    }


async def _create(admin: AIOKafkaAdminClient, entry: Entry) -> None:
    answer = await admin._send_request(CreateAclsRequest(*entry))  # noqa: SLF001 - no public call for it
    for code, text in answer.creation_responses:
        _refuse(code, text, f"did not grant that {entry}")


def _refuse(code: int, text: str | None, what: str) -> None:
    if code:
        raise WorldIsWrong(f"the broker {what}: {text or for_code(code).__name__}")
