"""One round: a writer's poison among its neighbours' records, through the worker's own judge without a broker."""

import gc
import random
import time
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from fuzz_claims import SAMPLED, Broken, Told, judged_is_valid, ledger_is_closed, letter_is_whole, resident_bytes
from neighbours import CASES, names, registrations, sent, ticks
from payloads import Payload
from shell import Raw, Shell
from writers import Pen, Writer

from monitor.events import Topic
from monitor.findings import alerts_sha256

COMMIT_EVERY, RESTART_EVERY = 3, 40
"""Ticks to a transaction, and transactions to a restart."""


class Round(NamedTuple):
    """What came of a round; `alerts` is the hash of the neighbours', `grown` what memory its second half kept."""

    alerts: str
    payloads: int
    dead: Counter[str]
    judged: int
    feedback: int
    marked: frozenset[str]
    grown: int
    seconds: float


class Game:
    """A round being played; `writer` None plays the neighbours alone."""

    def __init__(self, writer: Writer | None, seed: int, count: int, cases: Sequence[str] = CASES) -> None:
        self.shell = Shell()
        self.told = Told()
        self.dead: Counter[str] = Counter()
        self.judged = 0
        self.count = count
        self._ticks = ticks(cases)
        self._names = names(cases)
        self._pen = None if writer is None else Pen(writer, seed)
        self._harmless = writer is None or writer.harmless
        self._dice = random.Random(f"{seed} order")
        self._offsets: Counter[str] = Counter()
        self._open: dict[tuple[str, int], Payload] = {}
        self._last: dict[str, bytes] = {}
        self._own: set[tuple[str, int]] = set()

    def play(self) -> Round:
        """Play to the end."""
        began, memory = time.process_time(), 0
        self._apply(list(registrations()), set(), 0)
        for number, tick in enumerate(self._ticks):
            if number == len(self._ticks) // 2:
                memory = settled_bytes()
            good = list(sent(tick.records))
            bad = self._poison(tick.minute, number)
            self._apply(by_topic(mixed(self._dice, good, bad)), {id(one) for one in good}, tick.minute)
            if number % COMMIT_EVERY == 0:
                self._commit()
                if number % (COMMIT_EVERY * RESTART_EVERY) == 0:
                    self.shell.restart()
                    self.told.forget()
        self._commit()
        return Round(
            alerts=alerts_sha256(self._last),
            payloads=self.count,
            dead=self.dead,
            judged=self.judged,
            feedback=self.told.records,
            marked=frozenset(self.told.marked),
            grown=settled_bytes() - memory,
            seconds=time.process_time() - began,
        )

    def _poison(self, minute: int, number: int) -> list[Payload]:
        if self._pen is None:
            return []
        self._pen.now = minute
        share = self.count * (number + 1) // len(self._ticks) - self.count * number // len(self._ticks)
        return list(self._pen.write(share))

    def _apply(self, records: list[Payload], good: set[int], minute: int) -> None:
        for topic, group in groupby(records, key=attrgetter("topic")):
            raws = []
            for one in group:
                offset = self._offsets[topic]
                self._offsets[topic] += 1
                self._open[topic, offset] = one
                if id(one) in good:
                    self._own.add((topic, offset))
                raws.append(Raw(offset, one.value, one.key, one.headers, minute))
            self._apply_batch(topic, raws)

    def _apply_batch(self, topic: str, raws: list[Raw]) -> None:
        try:
            self.shell.apply(topic, raws)
        except Exception as error:
            at = self.shell.core.applied.get(topic, -1) + 1
            raise Broken("apply", f"{topic} offset {at}: {error!r}", self._open.get((topic, at))) from error

    def _commit(self) -> None:
        changes, said = self.shell.commit()
        for record, letter in zip(changes.refused, said.get("dead-letters", ()), strict=True):
            payload = self._open.pop((record.topic, record.offset), None)
            if payload is None:
                raise Broken("dead letter", f"{record.topic} offset {record.offset} is dead twice or was never sent")
            if self._harmless and (record.topic, record.offset) in self._own:
                raise Broken("neighbours", f"a good record is refused: {record.event}", payload)
            self.dead[letter_is_whole(payload, letter).value] += 1
        self.told.hear(said.get("feedback", ()), changes)
        ledger_is_closed(self.shell.core.partition)
        self._last |= {one.alert_id: one.value for one in changes.revisions if one.platform in self._names}
        for payload in self._open.values():
            self.judged += 1
            if self.judged % SAMPLED == 0:
                judged_is_valid(payload)
        self._open.clear()
        self._own.clear()


def mixed(dice: random.Random, good: list[Payload], bad: list[Payload]) -> list[Payload]:
    """Put the poison between the good records, the order of both as it was."""
    places = sorted(dice.choices(range(len(good) + 1), k=len(bad)))
    order = [(float(place), one) for place, one in enumerate(good)]
    order += [(place - 0.5, one) for place, one in zip(places, bad, strict=True)]
    return [one for _, one in sorted(order, key=lambda pair: pair[0])]


def by_topic(records: list[Payload]) -> list[Payload]:
    """Bring the topics in the order in which they are read."""
    return sorted(records, key=lambda one: list(Topic).index(Topic(one.topic)))


def settled_bytes() -> int:
    """Answer the memory held once nothing is left to collect."""
    gc.collect()
    return resident_bytes()
