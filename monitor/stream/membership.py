"""Whether the group still wants this worker: its coordinator's errors, which Faust asks nobody for.

aiokafka keeps an error of the group until its user polls, and joins no more before; Faust polls past it, so a worker
whom the group refuses would wait for ever.
"""

import asyncio
import logging
from typing import Any

from aiokafka import errors

from monitor.stream import exits

LOOK_S = 0.5
REFUSALS: dict[type[errors.KafkaError], str] = {
    errors.InconsistentGroupProtocolError: "has members that divide partitions in another way than by range: another "
    "program or version under this name; end them, or name another group",
    errors.InvalidSessionTimeoutError: "may not have this session timeout: set session_timeout_ms between the broker's "
    "group.min.session.timeout.ms and group.max.session.timeout.ms",
    errors.GroupAuthorizationFailedError: "is closed to this user: grant it READ on the group",
    errors.TopicAuthorizationFailedError: "reads topics that are closed to this user: grant it READ on them",
    errors.InvalidGroupIdError: "has a name that the broker does not take: name another group",
}

log = logging.getLogger(__name__)


def refusal(group: str, error: errors.KafkaError) -> str | None:
    """Say why no further try can succeed, and what to do; None where it can."""
    return next((f"group {group} {said}" for kind, said in REFUSALS.items() if isinstance(error, kind)), None)


async def watch(group: str, coordinator: Any) -> errors.KafkaError:
    """Look for errors of a group's coordinator; answers the one that ended its work, endless without one.

    Ends the process by `REFUSED` where the group refuses it; any other error lets the coordinator try again.
    """
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            coordinator.check_errors()
        except errors.KafkaError as error:
            reason = refusal(group, error)
            if reason:
                exits.end(exits.REFUSED, reason)
            if coordinator._coordination_task.done():  # noqa: SLF001 - nothing else tells
                return error
            log.warning("group %s: %r; joining again", group, error)
