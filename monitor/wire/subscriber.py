"""How alerts are read back: committed ones only, from the beginning, once each (contracts.md 2.5)."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from monitor.settings import Settings
from monitor.wire.logs import opened


class Published(NamedTuple):
    """One revision as it lies on `alerts`; `headers` are the CloudEvents attributes."""

    key: str
    headers: dict[str, str]
    value: bytes
    partition: int
    offset: int
    append_time: int


async def alerts(settings: Settings, *, follow: bool = False) -> AsyncIterator[Published]:
    """Yield every committed revision in the order of its partition; with `follow` never end.

    Without `follow` it ends at the ends of the log that it saw when it began.
    """
    async with opened(settings, ("alerts",), range(settings.partitions)) as logs:
        async for record in logs.records(follow=follow):
            yield _published(record)


def _published(record: Any) -> Published:
    headers = {name: value.decode() for name, value in record.headers}
    return Published(
        record.key.decode(),
        headers,
        record.value,
        record.partition,
        record.offset,
        record.timestamp,
    )
