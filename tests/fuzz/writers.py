"""Who writes the poison: what each puts into values and into headers, and what a run of it may change."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from payloads import FACTS, INPUTS, Forge, Header, Payload

from monitor.events import Refusal
from monitor.wire.decode import Decoder

OWN, OTHER = "fuzz-one", "fuzz-two"
SUBJECTS = 20
ENTRIES = INPUTS[:2]


class Writer(NamedTuple):
    """One way to be bad: the topics written to, and headers by dice and sequence.

    `platforms` stand in turn in values. Of payloads that are events still the part `whole` is sent: to judge one costs
    a hundred times as much as to refuse one. `harmless` says that everybody else's alerts must be untouched.
    """

    name: str
    topics: Sequence[str]
    platforms: Sequence[str]
    headers: Callable[[random.Random, int], list[Header]]
    whole: float = 0.1
    harmless: bool = True


def stamped(platform: str | None, number: int) -> list[Header]:
    """The gateway's own headers."""
    named: list[Header] = [] if platform is None else [("platform", platform.encode())]
    source = f"{platform or 'fuzz-office'}-feed#1".encode()
    return [("schema_version", b"1"), ("source", source), ("sequence", b"%d" % number), *named]


def true_headers(_: random.Random, number: int) -> list[Header]:
    """Name the writer itself."""
    return stamped(OWN, number)


def crossed_headers(dice: random.Random, number: int) -> list[Header]:
    """Name the accomplice, oneself, both, or nobody, now and then in bytes that are no text."""
    match dice.randrange(6):
        case 0:
            return []
        case 1:
            return [*stamped(OWN, number), *stamped(OTHER, number)]
        case 2:
            return [("platform", dice.choice((None, b"", b"\xff", b"x" * 200, b"a\nb"))), ("sequence", b"-1")]
    return stamped(dice.choice((OWN, OTHER)), number)


def no_headers(dice: random.Random, number: int) -> list[Header]:
    """Name nobody, or a platform that nobody ever heard of and never the same twice; or name headers in no UTF-8."""
    match dice.randrange(4):
        case 0:
            return [*stamped(None, number), (any_name(dice.randbytes(4)), b"x")]
        case 1:
            return stamped(None, number)
    return [("platform", b"nobody-%d" % number)]


def any_name(name: bytes) -> str:
    """Answer a header's name that is no UTF-8 as a consumer of ours reads it off the log (`monitor.wire.records`)."""
    return name.decode(errors="backslashreplace")


def office_headers(_: random.Random, number: int) -> list[Header]:
    """Name no platform, as entries for all of them do."""
    return stamped(None, number)


WRITERS = (
    Writer("one platform", FACTS, (OWN,), true_headers),
    Writer("two that collude", FACTS, (OWN, OTHER), crossed_headers),
    Writer("nobody's records", FACTS, ("nobody",), no_headers),
    Writer("bad entries", ENTRIES, (OWN,), office_headers, whole=0.0),
    Writer("any entries", ENTRIES, (OWN,), office_headers, whole=1.0, harmless=False),
)


class Pen:
    """The payloads of a writer, in order; `now` is event time and is moved by who writes."""

    def __init__(self, writer: Writer, seed: int) -> None:
        self.now = 0
        self._writer = writer
        self._dice = random.Random(f"{seed} {writer.name} headers")
        self._forge = iter(Forge(f"{seed} {writer.name}", writer.topics, self._filled))
        self._numbers: Counter[str] = Counter()
        self._decoder = Decoder(1, 0)

    def _filled(self, topic: str) -> dict[bytes, bytes]:
        self._numbers[topic] += 1
        number = self._numbers[topic]
        platform = self._writer.platforms[number % len(self._writer.platforms)].encode()
        now = b"%d" % self.now
        return {
            b'"platform"': b'"%b"' % platform,
            b'"source"': b'"%b-feed#1"' % platform,
            b'"subject"': b'"m1:fuzz-%d"' % (number % SUBJECTS),
            b'"sequence"': b"%d" % number,
            b'"event_id"': b'"%b-%b-%d"' % (platform, topic.encode(), number),
            b'"event_time"': now,
            b'"sent_time"': now,
            b'"clock"': now,
            b'"self_operated"': b"false",
        }

    def write(self, count: int) -> Iterator[Payload]:
        """Answer the next payloads."""
        while count:
            topic, value = next(self._forge)
            if not self._is_refused(topic, value) and self._dice.random() >= self._writer.whole:
                continue
            count -= 1
            headers = self._writer.headers(self._dice, self._numbers[topic])
            yield Payload(topic, value, self._dice.choice((None, b"", b"key", b"\xff\x00")), tuple(headers))

    def _is_refused(self, topic: str, value: bytes | None) -> bool:
        return isinstance(self._decoder.decode(topic, value, None, None, 0, self.now).event, Refusal)
