"""What must hold of each transaction, whatever was sent; each claim raises Broken with the payload that broke it."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jsonschema import Draft7Validator
from payloads import INPUTS, TOPICS, Payload

from monitor.engine import Changes, Partition
from monitor.events import Reason, Refusal
from monitor.stream.feedback import MINUTE_MS, SINGLY_A_MINUTE
from monitor.wire.decode import Decoder
from monitor.wire.feedback import Kind

PATH = re.compile(r"\$([.\[].*)?", re.DOTALL)
SAMPLED = 50
"""One judged record and one feedback in so many is held against its schema."""
SINGLE = (Kind.rejected, Kind.late)


class Broken(Exception):
    """A claim that does not hold, where, and the payload that showed it if one did."""

    def __init__(self, stage: str, what: str, payload: Payload | None = None) -> None:
        super().__init__(f"{stage}: {what}")
        self.stage = stage
        self.payload = payload


@cache
def schema(topic: str, kind: str | None = None) -> Draft7Validator:
    """Answer the validator of a topic, or of one kind of its records."""
    root = msgspec.json.decode((TOPICS / topic / "v1.schema.json").read_bytes())
    if kind is None:
        return Draft7Validator(root)
    return Draft7Validator({"definitions": root["definitions"], "$ref": f"#/definitions/{kind}"})


def judged_is_valid(payload: Payload) -> None:
    """Whatever was not refused decodes, and is valid by the schema that platforms are given."""
    event = Decoder(1, 0).decode(payload.topic, payload.value, None, None, 0, 0).event
    if isinstance(event, Refusal):
        raise Broken("judge", f"neither judged nor a dead letter: {event}", payload)
    wrong = next(
        schema(payload.topic, event.__struct_config__.tag).iter_errors(msgspec.json.decode(payload.value)), None
    )
    if wrong is not None:
        raise Broken("schema", f"judged, but {wrong.json_path}: {wrong.message}", payload)


def letter_is_whole(payload: Payload, letter: tuple[Any, Any, Any]) -> Reason:
    """A dead letter has key, bytes and headers as they came, a reason of the closed list and a JSON path."""
    key, value, headers = letter
    if (key, value) != (payload.key, payload.value):
        raise Broken("dead letter", f"key or bytes are not the original's: {key!r} {value!r}", payload)
    if tuple(headers[:-7]) != payload.headers:
        raise Broken("dead letter", f"headers are not the original's: {headers}", payload)
    told = {name: value.decode() for name, value in headers[-7:]}
    if not PATH.fullmatch(told["dl_path"]) or len(told["dl_detail"]) > 512:
        raise Broken("dead letter", f"no JSON path or too long a detail: {told}", payload)
    return Reason(told["dl_reason"])


def ledger_is_closed(partition: Partition) -> None:
    """Offsets advanced are judged, rejected, too late, duplicate, markers or lost; nothing else, in every topic."""
    for topic in INPUTS:
        advanced = partition.applied.get(topic, -1) + 1
        terms = partition.ledger_of(topic)
        if terms.advanced != advanced:
            raise Broken("ledger", f"{topic}: {terms.advanced} accounted for of {advanced}: {terms}")


class Told:
    """What platforms were told since the beginning, held against what was refused."""

    def __init__(self) -> None:
        self.marked: set[str] = set()
        self.records = 0
        self.singles: Counter[tuple[str, int]] = Counter()
        self._seen = 0

    def hear(self, feedback: Iterable[tuple[Any, Any, Any]], changes: Changes) -> None:
        """Every refused record is told once, singly or counted; singly at most so often a minute and platform."""
        times = {(record.topic, record.offset): record.append_time for record in changes.refused}
        told = 0
        for key, value, _ in feedback:
            one = msgspec.json.decode(value)
            self.records += 1
            if self.records % SAMPLED == 0 and not schema("feedback").is_valid(one):
                raise Broken("feedback", f"{next(schema('feedback').iter_errors(one)).message}: {value!r}")
            if key != one["platform"].encode():
                raise Broken("feedback", f"keyed {key!r}: {value!r}")
            told += self._file(one, times)
        if told != len(changes.refused):
            raise Broken("feedback", f"{told} records told of {len(changes.refused)} refused")

    def forget(self) -> None:
        """Begin the minutes anew, as a restarted worker does."""
        self.singles.clear()

    def _file(self, one: dict[str, Any], times: dict[tuple[str, int], int]) -> int:
        if one["kind"] == Kind.quarantined:
            self.marked.add(one["platform"])
            return 0
        if one["kind"] in (Kind.gap, Kind.silence):
            return 0
        if one["kind"] in SINGLE:
            minute = times[one["topic"], one["offset"]] // MINUTE_MS
            self.singles[one["platform"], minute] += 1
            if self.singles[one["platform"], minute] > SINGLY_A_MINUTE:
                raise Broken("feedback", f"{one['platform']} is told more than {SINGLY_A_MINUTE} singly in a minute")
        return one["count"]


def resident_bytes() -> int:
    """Answer what this process holds in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
