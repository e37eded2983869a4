"""Least privilege: what each role may do on the brokers, from what topics/ declares and from nothing else.

Pure functions, for the command that prints and applies the grants and for generators of manifests. What is not granted
is refused: the broker runs an authorizer that allows nothing without a grant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rich.table import Table

from monitor.wire.contracts import Catalogue
from monitor.wire.declared import Operation, Party, Resource, Right, Role


class Pattern(StrEnum):
    """Whether the name of a grant is a whole name or the beginning of names."""

    literal = "literal"
    prefix = "prefix"


@dataclass(frozen=True)
class Installation:
    """What an installation puts into the names of rights; `users` names who logs in as a role, by default the role."""

    prefix: str
    group: str
    users: Mapping[Role, str]

    def user(self, role: Role) -> str:
        """Name the user of a role, as the broker knows it: its SCRAM name, or what its certificate is mapped to."""
        return self.users.get(role, role.value)


@dataclass(frozen=True, order=True)
class Grant:
    """What one user may do with one resource, from any host."""

    user: str
    resource: Resource
    name: str
    pattern: Pattern
    operations: tuple[Operation, ...]


def grants(catalogue: Catalogue, role: Role, where: Installation) -> list[Grant]:
    """List everything that a role is granted: topics in the order of the catalogue, then groups and the rest."""
    party = next(party for party in catalogue.roles if party.name == role)
    user = where.user(role)
    return [
        *_of_topics(catalogue, role, where.prefix, user),
        *(_of_right(right, where, user) for right in party.rights),
    ]


def all_grants(catalogue: Catalogue, where: Installation) -> list[Grant]:
    """List the grants of every role."""
    return [grant for party in catalogue.roles for grant in grants(catalogue, party.name, where)]


def _of_topics(catalogue: Catalogue, role: Role, prefix: str, user: str) -> Iterable[Grant]:
    for topic in catalogue.topics:
        reads = [Operation.read] if role in topic.consumers else []
        writes = [Operation.write] if role in topic.producers else []
        if reads or writes:
            yield Grant(user, Resource.topic, topic.address(prefix), Pattern.literal, (*reads, *writes))


def _of_right(right: Right, where: Installation, user: str) -> Grant:
    name = right.name.format(prefix=where.prefix, group=where.group, user=user)
    pattern = Pattern.prefix if name.endswith("*") else Pattern.literal
    return Grant(user, right.resource, name.removesuffix("*"), pattern, right.operations)


def table(catalogue: Catalogue, where: Installation) -> Table:
    """Lay the grants out for people; a name that ends in * is a prefix."""
    shown = Table(title=f"What each role may do on topics {where.prefix}*, group {where.group}")
    for heading in ("role", "user", "resource", "name", "operations"):
        shown.add_column(heading, overflow="fold")
    for party in catalogue.roles:
        for grant in grants(catalogue, party.name, where):
            shown.add_row(_titled(party), *_cells(grant))
        shown.add_section()
    return shown


def _titled(party: Party) -> str:
    return f"{party.name} · {party.title.zh}"


def _cells(grant: Grant) -> tuple[str, ...]:
    star = "*" if grant.pattern is Pattern.prefix else ""
    return grant.user, grant.resource, grant.name + star, ", ".join(grant.operations)


def plain(grant: Grant) -> dict[str, object]:
    """Answer a grant as JSON has it, for scripts and generators."""
    return {
        "user": grant.user,
        "resource": grant.resource.value,
        "name": grant.name,
        "pattern": grant.pattern.value,
        "operations": [operation.value for operation in grant.operations],
    }
