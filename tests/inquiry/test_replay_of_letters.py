"""A refused record is repaired, written anew and judged once, on a real broker."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from asked import DONE, NO, USAGE, ask, example, lines
from ground import Worker, prepare, read, until

from monitor.errors import WorldIsWrong
from monitor.events import Reason, Refusal
from monitor.feed.produce import produce
from monitor.repair.repaired import Repaired
from monitor.repair.replaying import plan, write, writer
from monitor.stream import audit
from monitor.wire.dead_letters import letter_of
from monitor.wire.headers import dead_letter_headers

pytestmark = pytest.mark.kafka

REFUSAL = Refusal(reason=Reason.arithmetic, detail="off by one", path="$.buyer_paid_fen")


async def feed(settings, folder):
    """Let the gateway write a good line and two that do not add up."""
    good = example("orders", "line_placed")
    bad = good | {"event_id": "bad", "buyer_paid_fen": good["buyer_paid_fen"] - 1}
    worse = bad | {"event_id": "worse"}
    await produce([lines(folder / "fed.ndjson", *(("orders", line) for line in (good, bad, worse)))], settings)


async def ledger_of(settings):
    """Answer the ledger of orders, empty before the first commit, and whether all of it agrees with the logs."""
    rows = await audit.audit(settings)
    terms = next((row.terms for row in rows if row.topic == "orders"), {})
    return terms, all(row.ok for row in rows)


async def commands(settings, *asked):
    """Run commands one after the other beside the worker."""
    return [await asyncio.to_thread(ask, settings, "dead-letters", *arguments) for arguments in asked]


async def test_a_repaired_letter_is_judged_once(kafka, prefix, tmp_path):
    """List, repair, look, send: the record is judged once; sent again, nothing is written and that is said."""
    settings = await prepare(kafka, prefix, partitions=1)
    file, unknown = tmp_path / "repaired.ndjson", tmp_path / "unknown.ndjson"
    unknown.write_text('{"topic":"orders","partition":0,"offset":77,"value":{}}\n')

    async def is_refused():
        return (await ledger_of(settings))[0].get("rejected") == 2

    async def is_judged():
        return (await ledger_of(settings))[0].get("judged") == 2

    with Worker(settings, tmp_path, CORE="engine") as worker:
        await feed(settings, tmp_path)
        await until(is_refused, "the dead letters")
        (listed,) = await commands(settings, ("list", "--json", "--reason", "arithmetic"))
        letter = json.loads(listed.output.splitlines()[0])
        letter["value"]["buyer_paid_fen"] += 1
        file.write_text(json.dumps(letter))
        (dry,) = await commands(settings, ("replay", file))
        untouched = len(await read(settings, "orders"))
        sent, again, as_it_was, stranger, everything, shown = await commands(
            settings,
            ("replay", file, "--send"),
            ("replay", file, "--send"),
            ("replay", "--as-is", "--topic", "orders", "--send"),
            ("replay", unknown, "--send"),
            ("replay", "--as-is", "--send"),
            ("list",),
        )
        await until(is_judged, "the replayed record")
        assert await worker.stop() == 0
    terms, agrees = await ledger_of(settings)
    records = await read(settings, "orders")

    assert (letter["partition"], letter["offset"], letter["path"]) == (0, 1, "$.buyer_paid_fen")
    assert (dry.exit_code, untouched) == (DONE, 3)
    assert "1 would be sent; --send does it" in dry.output
    assert (sent.exit_code, again.exit_code) == (DONE, DONE)
    assert "already replayed, as pinduo-feed#r" in again.output
    assert (as_it_was.exit_code, stranger.exit_code, everything.exit_code) == (NO, NO, USAGE)
    assert "orders[0] offset 2: still refused, arithmetic at $.buyer_paid_fen" in as_it_was.output
    assert "orders[0] offset 77: no such dead letter" in stranger.output
    assert "2 dead letters, 1 replayed" in shown.output
    assert len(records) == 4
    assert dict(records[-1].headers)["replays"] == b"orders/0/1"
    assert (terms["judged"], terms["rejected"], terms["duplicate"]) == (2, 2, 0)
    assert agrees


async def test_of_two_replays_at_once_one_is_refused(kafka, prefix):
    """A replay that begins fences the one that runs: nothing of that one's next transaction is written."""
    settings = await prepare(kafka, prefix, partitions=1)
    said = json.dumps(example("orders", "line_placed")).encode()
    headers = dead_letter_headers(REFUSAL, (), topic=f"{prefix}orders", partition=0, offset=0, append_time=1)
    letter = letter_of(SimpleNamespace(headers=headers, key=b"key", value=said), settings.prefixes)
    planned = plan([Repaired(letter.where, "line 1", None)], {letter.where: letter}, 1, 1)

    with pytest.raises(WorldIsWrong, match="another replay of these dead letters began"):
        async with writer(settings) as first, writer(settings):
            await write(settings, first, planned)

    assert await read(settings, "orders") == []
    assert await read(settings, "dead-letters") == []
