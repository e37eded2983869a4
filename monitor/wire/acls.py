"""Least privilege: what each role may do on the brokers, from what topics/ declares and from nothing else.

Pure functions, for the command that prints and applies the grants and for generators of manifests. What is not granted
is refused: the broker runs an authorizer that allows nothing without a grant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rich.table import Table

from monitor.errors import SettingIsWrong
from monitor.settings import OUTPUTS
from monitor.wire.contracts import Catalogue
from monitor.wire.declared import Operation, Party, Resource, Right, Role


class Pattern(StrEnum):
    """Whether the name of a grant is a whole name or the beginning of names."""

    literal = "literal"
    prefix = "prefix"


@dataclass(frozen=True)
class Installation:
    """What an installation puts into the names of rights; `users` names who logs in as a role, by default the role.

    `output_prefix` begins the topics that workers write, null where `prefix` does.

    A user is named as the broker knows it: by its SCRAM name, or by what its certificate is mapped to.
    """

    prefix: str
    group: str
    users: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    output_prefix: str | None = None

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What begins the names of its topics, each once, without those that another takes in."""
        found = {self.prefix, self.output_prefix or self.prefix}
        return tuple(sorted(one for one in found if not any(one.startswith(other) for other in found - {one})))

    def address(self, topic: str) -> str:
        """Name a topic on the broker."""
        return (self.prefix if self.output_prefix is None or topic not in OUTPUTS else self.output_prefix) + topic

    def users_of(self, role: Role) -> tuple[str, ...]:
        """Name everybody who logs in as a role."""
        return self.users.get(role, (role.value,))


@dataclass(frozen=True, order=True)
class Grant:
    """What one user may do with one resource, from any host."""

    user: str
    resource: Resource
    name: str
    pattern: Pattern
    operations: tuple[Operation, ...]


def grants(catalogue: Catalogue, role: Role, where: Installation) -> list[Grant]:
    """List everything that the users of a role are granted: topics in the catalogue's order, then groups and so on."""
    party = next(party for party in catalogue.roles if party.name == role)
    return [grant for user in where.users_of(role) for grant in _of_user(catalogue, party, where, user)]


def _of_user(catalogue: Catalogue, party: Party, where: Installation, user: str) -> list[Grant]:
    rights = (grant for right in party.rights for grant in _of_right(right, where, user))
    return [*_of_topics(catalogue, party.name, where, user), *rights]


def all_grants(catalogue: Catalogue, where: Installation) -> list[Grant]:
    """List the grants of every role."""
    return [grant for party in catalogue.roles for grant in grants(catalogue, party.name, where)]


def _of_topics(catalogue: Catalogue, role: Role, where: Installation, user: str) -> Iterable[Grant]:
    for topic in catalogue.topics:
        reads = [Operation.read] if role in topic.consumers else []
        writes = [Operation.write] if role in topic.producers else []
        if reads or writes:
            yield Grant(user, Resource.topic, where.address(topic.name), Pattern.literal, (*reads, *writes))


def _of_right(right: Right, where: Installation, user: str) -> Iterable[Grant]:
    prefixes = where.prefixes if right.resource is Resource.topic else (where.prefix,)
    for name in dict.fromkeys(right.name.format(prefix=one, group=where.group, user=user) for one in prefixes):
        pattern = Pattern.prefix if name.endswith("*") else Pattern.literal
        yield Grant(user, right.resource, name.removesuffix("*"), pattern, right.operations)


def table(catalogue: Catalogue, where: Installation) -> Table:
    """Lay the grants out for people; a name that ends in * is a prefix."""
    shown = Table(title=f"What each role may do on topics {'* and '.join(where.prefixes)}*, group {where.group}")
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


def installation(prefix: str, group: str, named: Iterable[str], output_prefix: str | None = None) -> Installation:
    """Read who logs in as what, each written `role=user`; a role may be named again for a further user.

    Raises SettingIsWrong for what is no role or no user.
    """
    users: dict[Role, tuple[str, ...]] = {}
    for text in named:
        role, _, user = text.partition("=")
        if role not in set(Role) or not user:
            raise SettingIsWrong("user", f"role=user, with a role of {', '.join(Role)}", text)
        users[Role(role)] = (*users.get(Role(role), ()), user)
    return Installation(prefix, group, users, output_prefix)
