"""Alerts for the store's bench: chains of revisions cut from what the engine says of a simulated province.

Each alert is a copy of a real one under another id, on one of many platforms, with its times moved; hashes, numbers and
sequences are made as the engine makes them, so the copies are as long, as deep and as well linked as real ones.
"""

import heapq
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from monitor.backtest import run
from monitor.feed.simulate import simulate_to_files
from monitor.findings import Body, Published, Revision, Window, publish
from monitor.settings import Settings

SEED = 20210401
PARTITIONS = 8
PLATFORMS = 310
DAY_MS = 86_400_000
_body = msgspec.json.Decoder(Body)


class Said(NamedTuple):
    """A revision, the partition that it belongs to and the instant at which it is published."""

    partition: int
    published_ms: int
    revision: Revision


def chains(folder: Path | None = None) -> list[list[bytes]]:
    """Answer the revisions of every alert of a simulated province, alert by alert."""
    with tempfile.TemporaryDirectory(dir=folder) as at:
        simulate_to_files(Path(at), SEED, "small", partitions=PARTITIONS)
        found: dict[str, list[bytes]] = {}
        for file in sorted(Path(at).glob("partition-*.ndjson")):
            out = file.with_suffix(".alerts")
            run([file], out, Settings())
            for line in out.read_bytes().splitlines():
                told = msgspec.json.decode(line, type=_Line)
                found.setdefault(told.key, []).append(bytes(told.value))
    return list(found.values())


class _Line(msgspec.Struct):
    key: str
    value: msgspec.Raw


def spread(count: int, end_ms: int, days: int = 28) -> Iterator[Said]:
    """Yield `count` revisions in the order in which they are published over the days before `end_ms`.

    Alerts open evenly over the span and are revised once a day, as at the closes of days.
    """
    chance = random.Random(SEED)  # noqa: S311 - a load repeats itself by its seed
    known = chains()
    mean = sum(map(len, known)) / len(known)
    now, step_ms = end_ms - days * DAY_MS, days * DAY_MS * mean / count
    due: list[tuple[float, int, _Copy]] = []
    sequences: Counter[int] = Counter()
    for number in range(count):
        if not due or due[0][0] > now:
            heapq.heappush(due, (now, number, _Copy(chance.choice(known), number, int(now))))
            now += step_ms
        at, first, copy = heapq.heappop(due)
        sequences[copy.partition] += 1
        yield Said(copy.partition, int(at), copy.next(sequences[copy.partition]))
        if copy.left:
            heapq.heappush(due, (at + DAY_MS, first, copy))


class _Copy:
    """A real alert under another id, on another platform, at another time, told revision by revision."""

    def __init__(self, values: list[bytes], number: int, opened_ms: int) -> None:
        self.left = values[::-1]
        self.partition = number % PARTITIONS
        first = _body.decode(values[0])
        self._shift_ms = (opened_ms - first.window.clock) // DAY_MS * DAY_MS
        self._published = Published(sha256(f"{first.alert_id}.{number}".encode()).hexdigest()[:32])
        self._home, self._platform = first.platform.encode(), b"platform-%03d" % (number % PLATFORMS)

    def next(self, sequence: int) -> Revision:
        """Make the next revision; its values are those of the real one."""
        body = _body.decode(self.left.pop().replace(self._home, self._platform))
        window = body.window
        end = None if window.end is None else window.end + self._shift_ms
        body.window = Window(window.start + self._shift_ms, end, window.clock + self._shift_ms)
        body.mode = "live"
        said = publish(self._published, body, body.status, body.reason, event_time=body.window.clock, sequence=sequence)
        self._published.body = b""
        return said
