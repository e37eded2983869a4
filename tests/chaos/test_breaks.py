"""Each rule that keeps events is needed: a worker that breaks it is seen to by the verdict of the fault suite."""

import asyncio

import pytest

from tests.chaos.breaks import BREAKS
from tests.chaos.oracle import judged
from tests.chaos.scenes import SCENES, set_out
from tests.chaos.verdict import found, verdict

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

AT_ONCE = 6
SYMPTOMS = {
    "no-fence": "twice",
    "write-before-restore": "twice",
    "half-done-batch": "state",
    "retry-unknown": "twice",
    "position-from-group": "lost",
    "read-uncommitted-restore": "state",
}


async def what_came(name, kafka, prefix, folder, broken):
    """Play a scene and answer the kinds of what is wrong then."""
    settings = await set_out(name, kafka, f"{prefix}{name}.", folder, broken)
    seen, should = await asyncio.gather(found(settings), asyncio.to_thread(judged, settings, 0))
    said = verdict(seen, should)._asdict()
    return {kind for kind, wrong in said.items() if wrong and kind != "counts"}


async def all_scenes(kafka, prefix, folder, *, broken):
    """Play every scene, some at once, with the break that it is there for or without any."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(name):
        async with turn:
            return await what_came(name, kafka, prefix, folder, name if broken else None)

    came = await asyncio.gather(*(one(name) for name in SCENES))
    return dict(zip(SCENES, came, strict=True))


async def test_every_broken_rule_is_caught(kafka, prefix, tmp_path):
    """What a rule prevents happens without it, and is seen as what it is."""
    came = await all_scenes(kafka, prefix, tmp_path, broken=True)

    assert set(BREAKS) == set(SCENES)
    assert {name: {SYMPTOMS[name]} for name in BREAKS} == {name: came[name] & {SYMPTOMS[name]} for name in BREAKS}
