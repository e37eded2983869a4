"""What came of a run held against what must: each function lists what it finds wrong, nothing if all holds."""

import asyncio
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from monitor.detect.exclusivity.keys import ACCUSATION
from monitor.detect.exclusivity.state import Accusation
from monitor.detect.sub_cost.filings import Subject
from monitor.detect.sub_cost.prices import Bucket
from monitor.detect.sub_cost.state import BUCKET, ITEM, SUBJECT, Item
from monitor.engine.partition import CLOCK, COUNTS, META
from monitor.engine.values import PREFIX_SIZE, read_prefix
from monitor.findings import Status, projection
from monitor.inquiry.comparing import compare
from monitor.settings import Settings
from monitor.stream import audit
from monitor.wire.logs import opened
from monitor.wire.subscriber import Published, alerts
from tests.chaos.oracle import Place, Truth

SHOWN = 5
PASSING = {
    BUCKET: [Bucket.__struct_fields__.index(name) for name in ("deepest", "returned")],
    ACCUSATION: [Accusation.__struct_fields__.index("counted")],
}
"""Fields by family that follow the order of reading, and which no alert at rest but its references to lines shows.

The deepest lines of a day and those of them that went back are kept from the moment that their goods have a cost:
earlier ones are found by the day's span of offsets. `counted` is the memory of `COUNTS`.
"""
CANDIDATES = Subject.__struct_fields__.index("candidates")
CATEGORY, LISTED = (Item.__struct_fields__.index(name) for name in ("category", "listed"))
JUDGED = ("judged", "rejected", "too_late", "duplicate")
"""The terms of a ledger that the engine decides; the others are counted by the shell and checked by the audit."""


class Found(NamedTuple):
    """What the topics hold at rest, for a committed reader."""

    revisions: list[Published]
    state: dict[tuple[int, bytes], bytes]
    dead: list[tuple[Place, bytes | None]]
    ledger: list[str]


class Verdict(NamedTuple):
    """What is wrong, by kind; `counts` are daily sums of non-verdicts, which the order of topics may move a little."""

    lost: list[str]
    wrong: list[str]
    twice: list[str]
    chain: list[str]
    state: list[str]
    dead: list[str]
    ledger: list[str]
    counts: list[str]

    def lines(self) -> list[str]:
        """Tell what is wrong, the first of each kind."""
        return [
            f"{kind}: {len(said)}, {'; '.join(said[:SHOWN])}"
            for kind, said in zip(self._fields, self, strict=True)
            if said and kind != "counts"
        ]


async def found(settings: Settings) -> Found:
    """Read the topics to their ends."""
    revisions = [one async for one in alerts(settings)]
    rows = await audit.audit(settings)
    ledger = [f"{row.topic}[{row.partition}] {one}" for row in rows for one in row.differences]
    return Found(revisions, await _state(settings), await _dead(settings), ledger)


async def _state(settings: Settings) -> dict[tuple[int, bytes], bytes]:
    state: dict[tuple[int, bytes], bytes] = {}
    async with opened(settings, ("state",), range(settings.partitions)) as logs:
        async for record in logs.records():
            if record.value is None:
                state.pop((record.partition, record.key), None)
            else:
                state[record.partition, record.key] = record.value
    return state


async def _dead(settings: Settings) -> list[tuple[Place, bytes | None]]:
    dead: list[tuple[Place, bytes | None]] = []
    async with opened(settings, ("dead-letters",), range(settings.partitions)) as logs:
        async for record in logs.records():
            told = {name: value.decode() for name, value in record.headers if name.startswith("dl_")}
            topic = told["dl_topic"].removeprefix(settings.prefix)
            dead.append(((topic, int(told["dl_partition"]), int(told["dl_offset"])), record.value))
    return dead


def verdict(seen: Found, truth: Truth) -> Verdict:
    """Hold what was found against the truth."""
    last = {one.key: one.value for one in seen.revisions}
    compared = compare(last, truth.alerts)
    wrong = [f"{one} should not stand" for one in compared.only_left]
    wrong += [f"{one.alert_id} {[(c.path, c.left, c.right) for c in one.changes[:2]]}" for one in compared.differing]
    return Verdict(
        lost=[f"{one} is missing" for one in compared.only_right],
        wrong=wrong,
        twice=repeated(seen.revisions),
        chain=unchained(seen.revisions),
        state=[one for one in unlike(seen.state, truth.state) if not is_count(one)],
        dead=misplaced(seen.dead, truth.refused),
        ledger=seen.ledger,
        counts=[one for one in unlike(seen.state, truth.state) if is_count(one)],
    )


def repeated(revisions: Iterable[Published]) -> list[str]:
    """List (id, revision) that a subscriber sees more than once."""
    counts = Counter((one.key, msgspec.json.decode(one.value)["revision"]) for one in revisions)
    return [f"{key} revision {revision} stands {count} times" for (key, revision), count in counts.items() if count > 1]


def unchained(revisions: Sequence[Published]) -> list[str]:
    """List the revisions that are not the next one of their alert, or do not name the hash of the one before."""
    said: list[str] = []
    before: dict[str, tuple[int, str | None]] = defaultdict(lambda: (0, None))
    for one in revisions:
        content = msgspec.json.decode(one.value)
        number, digest = before[one.key]
        if content["revision"] != number + 1:
            said.append(f"{one.key} goes from revision {number} to {content['revision']}")
        elif content["previous"] != digest:
            said.append(f"{one.key} revision {number + 1} does not name the hash of the one before")
        before[one.key] = (content["revision"], sha256(one.value).hexdigest())
    return said


def misplaced(dead: Sequence[tuple[Place, bytes | None]], refused: Mapping[Place, bytes | None]) -> list[str]:
    """List dead letters that are missing, too many, twice or not the record's bytes."""
    counts = Counter(place for place, _ in dead)
    said = [f"{place} is dead {count} times" for place, count in counts.items() if count > 1]
    said += [f"{place} is no dead letter" for place in refused.keys() - counts.keys()]
    said += [f"{place} should not be dead" for place in counts.keys() - refused.keys()]
    return said + [f"{place} has other bytes" for place, value in dead if refused.get(place, value) != value]


def unlike(state: Mapping[tuple[int, bytes], bytes], truth: Mapping[tuple[int, bytes], bytes]) -> list[str]:
    """List the keys whose final values differ in more than what belongs to the run."""
    said = [f"{_name(key)} is missing" for key in truth.keys() - state.keys()]
    said += [f"{_name(key)} should be gone" for key in state.keys() - truth.keys()]
    for key in sorted(truth.keys() & state.keys()):
        one, other = essence(key[1], state[key]), essence(key[1], truth[key])
        if one != other:
            said.append(f"{_name(key)} {_place(one, other)}")
    return said


def _place(one: Any, other: Any) -> str:
    """Tell where two values differ first."""
    if isinstance(one, dict) and isinstance(other, dict):
        name = next(name for name in {**one, **other} if one.get(name) != other.get(name))
        return f"{name} {_place(one.get(name), other.get(name))}"
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        at = next(at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
        return f"{at} {_place(one[at], other[at])}"
    return f"is {one!r}, not {other!r}"


def is_count(said: str) -> bool:
    """Answer whether a difference is one of the daily sums of non-verdicts."""
    return said.partition(":")[2].startswith(f"{COUNTS}/")


def _name(key: tuple[int, bytes]) -> str:
    return f"{key[0]}:{key[1].decode().replace(chr(10), '/')}"


def essence(key: bytes, value: bytes) -> Any:
    """Answer what of a state value must be equal in any two runs over the same logs.

    Left out are offsets, which the audit checks, the transaction's number, how often and in which words an alert was
    revised, how many transactions there were, when the clock of a topic was last written, and what is `PASSING`. The
    category of goods that are no candidate is what it was when they were last looked at, and is told anew when they
    are again; candidates stand in the order in which they came, and are taken in that of their keys.
    """
    prefix, content = read_prefix(value), msgspec.msgpack.decode(value[PREFIX_SIZE:], strict=False)
    tag = key.split(b"\n")[0].decode()
    if tag == META:
        ledger = {topic: [terms[name] for name in JUDGED] for topic, terms in content["ledger"].items()}
        return {"ledger": ledger, "rules": content["rules"], "numbers": content["numbers"]}
    if tag == CLOCK:
        return content[:2]
    for field in PASSING.get(tag, ()):
        content[field] = None
    if tag == ITEM and not content[LISTED]:
        content[CATEGORY] = None
    if tag == SUBJECT:
        content[CANDIDATES].sort()
    return prefix.due, prefix.product, _settled(content)


def _settled(content: Any) -> Any:
    """Make of what was published under an alert id what it says at rest; a withdrawn alert is as good as none."""
    if isinstance(content, list):
        return [_settled(one) for one in content if not _is_withdrawn(one)]
    if not isinstance(content, dict):
        return content
    if _is_published(content):
        return content["alert_id"], content["status"], projection(content["body"]) if content["body"] else b""
    return {name: _settled(one) for name, one in content.items() if not _is_withdrawn(one)}


def _is_published(content: Any) -> bool:
    return isinstance(content, dict) and content.keys() >= {"alert_id", "previous", "body"}


def _is_withdrawn(one: Any) -> bool:
    """Answer whether this is an alert of a detector, its first field what was published, and it does not stand."""
    if not isinstance(one, list) or not one or not _is_published(one[0]):
        return False
    return one[0]["status"] in {None, Status.withdrawn}


async def audited(settings: Settings) -> int:
    """Answer the exit code of `fairtrade audit`."""
    told = ("--kafka", settings.kafka, "--prefix", settings.prefix, "--group", settings.group)
    command = [sys.executable, "-m", "monitor", "audit", *told, "--partitions", str(settings.partitions)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, cwd=Path.cwd(), check=False)
    return done.returncode
