"""A node with closed doors, the topics and grants on it, and everybody who may knock."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attempts import allowed, attempts

from monitor.local.kafka import LocalKafka
from monitor.local.secured import SUPERUSER, Secured
from monitor.settings import Settings, environment_name
from monitor.wire import acls, admin, contracts, granting
from monitor.wire.declared import Role

PARTITIONS = 2


class Closed:
    """A secured node with users named as their roles."""

    def __init__(self, kafka: LocalKafka, secured: Secured) -> None:
        self.kafka = kafka
        self.secured = secured
        self.catalogue = contracts.load()

    def told(self, role: str) -> dict:
        """What a process of a role is told to log in by password."""
        return {"kafka": self.kafka.bootstrap, "partitions": PARTITIONS, **self.secured.by_password(role)}

    def certified(self, role: str) -> dict:
        """What a process of a role is told to show its certificate."""
        return {"kafka": self.kafka.mutual, "partitions": PARTITIONS, **self.secured.by_certificate(role)}

    def settings(self, role: str) -> Settings:
        """The settings of a role that logs in by password."""
        return Settings(**self.told(role))

    def open_for_roles(self) -> None:
        """Grant by the superuser, once; then the administrator makes the topics."""
        settings = Settings(**self.certified(SUPERUSER))
        where = acls.Installation(settings.prefix, settings.group)
        asyncio.run(granting.grant(settings, acls.all_grants(self.catalogue, where)))
        asyncio.run(admin.apply(self.settings(Role.administrator), self.catalogue))

    def matrix(self) -> dict[Role, dict[str, bool]]:
        """Let every role try everything."""
        settings = self.settings(Role.worker)
        tried = attempts(self.catalogue.topics, settings.prefix, settings.group)
        return {role: asyncio.run(allowed(self.settings(role), tried)) for role in Role}


@contextmanager
def closed(folder: Path) -> Iterator[Closed]:
    """Run a node with closed doors; nobody but the superuser may do anything yet."""
    secured = Secured(folder, Role)
    with LocalKafka(secured=secured) as kafka:
        yield Closed(kafka, secured)


def environment(told: dict) -> dict[str, str]:
    """The environment of a process with these settings, and no others of ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("FAIRTRADE_")}
    return others | {"COLUMNS": "200"} | {environment_name(name): str(value) for name, value in told.items()}


def command(*arguments: str) -> list[str]:
    """The command line of `fairtrade`."""
    return [sys.executable, "-m", "monitor", *arguments]
