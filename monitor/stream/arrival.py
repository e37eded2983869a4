"""The first look at the topics: a broker that is away is waited for, one that does not let us in is not.

A worker that ended for want of a broker would only be started again, later and later as supervisors do it.
"""

import asyncio
from collections.abc import Callable

from aiokafka.errors import KafkaConnectionError, KafkaError

from monitor.settings import Settings
from monitor.wire.admin import check
from monitor.wire.contracts import Catalogue
from monitor.wire.diagnosis import NotReached, diagnose, passes

AGAIN_S = 1.0


async def arrive(settings: Settings, catalogue: Catalogue, missed: Callable[[str], None]) -> None:
    """Hold the broker's topics against their declarations as soon as it answers; `missed` hears why it did not yet.

    Raises ContractDrift for the first topic that differs, DoorIsShut or SettingIsWrong where somebody must repair
    something, KafkaError for what does not pass by itself.
    """
    while True:
        try:
            drifts = await check(settings, catalogue)
        except (KafkaError, TimeoutError) as error:
            missed(await _absence(error, settings))
            await asyncio.sleep(AGAIN_S)
        else:
            for drift in drifts:
                raise drift
            return


async def _absence(error: Exception, settings: Settings) -> str:
    """Say why nobody answered; raises what does not pass by itself."""
    shut = await diagnose(settings) if isinstance(error, KafkaConnectionError) else None
    if shut is not None and not isinstance(shut, NotReached):
        raise shut from error
    if shut is None and not passes(error):
        raise error
    return str(shut or error) or type(error).__name__
