"""Write topics and users as the Strimzi operator wants them, from topics/: `make strimzi`.

`python -m deploy.strimzi.build --out FOLDER --cluster NAME …` writes them for an installation of one's own. Without
options the committed files are written anew.
"""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from monitor.settings import Settings
from monitor.wire.acls import Grant, Installation, Pattern, grants
from monitor.wire.contracts import Catalogue, TopicContract, load
from monitor.wire.declared import Party, Resource, Role

HERE = Path(__file__).resolve().parent
API = "kafka.strimzi.io/v1"
CLUSTER = "fairtrade"
HEAD = "# Written by `make strimzi` from topics/; a test compares. Change it there.\n"
TYPES = {Resource.transactional_id: "transactionalId"}
USERS = {role: (f"fairtrade-{role}",) for role in Role}
# Strimzi's words for how a user proves who it is; both keep what is needed in a secret of the user's name.
AUTHENTICATION = ("scram-sha-512", "tls")


def files(
    catalogue: Catalogue, where: Installation, cluster: str = CLUSTER, authentication: str = AUTHENTICATION[0]
) -> dict[str, str]:
    """Answer every file by its name; `cluster` is the Kafka resource that the operators look after."""
    topics = (_topic(topic, where.prefix, cluster) for topic in catalogue.topics)
    users = (
        _user(user, party, _acls(catalogue, party.name, where, user), cluster, authentication)
        for party in catalogue.roles
        for user in where.users_of(party.name)
    )
    return {"topics.yaml": _documents(topics), "users.yaml": _documents(users)}


def _documents(resources: Iterator[dict[str, Any]]) -> str:
    text: str = yaml.safe_dump_all(resources, sort_keys=False, allow_unicode=True, width=110, explicit_start=True)
    return HEAD + text


def _topic(topic: TopicContract, prefix: str, cluster: str) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": "KafkaTopic",
        "metadata": _metadata(topic.address(prefix), cluster, topic.title),
        "spec": {
            "partitions": topic.partitions,
            "replicas": topic.replicas,
            "config": {key: int(value) if value.isdigit() else value for key, value in topic.config.items()},
        },
    }


def _metadata(name: str, cluster: str, title: str) -> dict[str, Any]:
    return {"name": name, "labels": {"strimzi.io/cluster": cluster}, "annotations": {"title": title}}


def _user(user: str, party: Party, acls: list[dict[str, Any]], cluster: str, authentication: str) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": "KafkaUser",
        "metadata": _metadata(user, cluster, f"{party.title.zh} {party.title.en}"),
        "spec": {
            "authentication": {"type": authentication},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def _acls(catalogue: Catalogue, role: Role, where: Installation, user: str) -> list[dict[str, Any]]:
    return [_acl(grant) for grant in grants(catalogue, role, where) if grant.user == user]


def _acl(grant: Grant) -> dict[str, Any]:
    return {
        "resource": _resource(grant),
        "operations": [operation.value for operation in grant.operations],
        "host": "*",
    }


def _resource(grant: Grant) -> Mapping[str, str]:
    """Name what is granted; a cluster has no name in Strimzi, as there is one."""
    kind = TYPES.get(grant.resource, grant.resource.value)
    if grant.resource is Resource.cluster:
        return {"type": kind}
    pattern = "prefix" if grant.pattern is Pattern.prefix else "literal"
    return {"type": kind, "name": grant.name, "patternType": pattern}


def write(folder: Path, contents: Mapping[str, str]) -> None:
    """Write every file below a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Read the options and write."""
    defaults = Settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write into")
    parser.add_argument("--cluster", default=CLUSTER, help="name of the Kafka resource")
    parser.add_argument("--prefix", default=defaults.prefix, help="what begins every topic")
    parser.add_argument("--group", default=defaults.group, help="group of the workers")
    parser.add_argument("--authentication", choices=AUTHENTICATION, default=AUTHENTICATION[0])
    given = parser.parse_args()
    where = Installation(given.prefix, given.group, USERS)
    write(given.out, files(load(), where, given.cluster, given.authentication))


if __name__ == "__main__":
    main()
