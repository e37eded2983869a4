"""Whom a store lacks when something fails: a party that is away comes back by itself, anything else needs a human."""

from enum import StrEnum

import psycopg
from aiokafka.errors import KafkaConnectionError, UnknownTopicOrPartitionError

from monitor.errors import FairTradeError
from monitor.settings import Settings
from monitor.store.database import shown
from monitor.store.errors import DatabaseRefuses, TopicsAreMissing
from monitor.wire.diagnosis import NotReached, diagnose, passes


class Party(StrEnum):
    """Those without whom a store cannot go on."""

    database = "database"
    broker = "broker"


# PostgreSQL sends no code with a refusal at its door, only this; in another language it is taken for an absence.
REFUSALS = (
    "password authentication failed",
    "no pg_hba.conf entry",
    "does not exist",
    "is not permitted to log in",
    "permission denied for database",
    "no password supplied",
)
DATABASE_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
"""the last is one that takes over, or gives up, the lead of its cluster"""


def absent(error: Exception) -> Party | None:
    """Answer whose absence an error tells of; None if it tells of something that does not pass by itself."""
    if isinstance(error, DATABASE_AWAY):
        return Party.database
    if isinstance(error, TopicsAreMissing) or (passes(error) and not isinstance(error, UnknownTopicOrPartitionError)):
        return Party.broker
    return None


async def refusal(error: Exception, settings: Settings) -> FairTradeError | None:
    """Answer what a human must repair although the party seems to be away: it is there and does not let us in."""
    if isinstance(error, psycopg.OperationalError) and any(told in str(error) for told in REFUSALS):
        return DatabaseRefuses(away(settings, error))
    if isinstance(error, KafkaConnectionError):
        shut = await diagnose(settings)
        return None if isinstance(shut, NotReached) else shut
    return None


def away(settings: Settings, error: Exception) -> str:
    """Say in one line who does not answer and why; no password is in it."""
    reason = next(iter(str(error).strip().splitlines()), "no answer")
    if isinstance(error, psycopg.Error):
        return f"PostgreSQL {shown(settings)}: {reason}"
    return f"Kafka {settings.kafka}: {reason}"
