"""Payloads from a seed: valid events bent by grammar, examples and corpus bent byte by byte, and what nobody writes."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
TOPICS = HERE.parents[1] / "topics"
CORPUS = HERE / "corpus"
INPUTS = ("control", "costs", "shops", "offers", "orders")
FACTS = INPUTS[2:]

Fields = list[tuple[bytes, bytes]]
Header = tuple[str, bytes | None]

SMALL = [
    *(b"null", b"true", b"false", b"[]", b"{}", b"[[]]", b'[{"a":1}]', b'""', b'" "', b'"0"', b"0", b"-0", b"1", b"-1"),
    *(
        b"00",
        b"+1",
        b".5",
        b"1.",
        b"5.0",
        b"0.1",
        b"1e3",
        b"1E400",
        b"-1e-400",
        b"0x10",
        b"1_000",
        b"NaN",
        b"-Infinity",
    ),
    *(b"4102444800000", b"4102444800001", b"1000000000000", b"1000000000001", b"1000000000", b"1000000001"),
    *(b"9007199254740991", b"9007199254740992", b"9223372036854775807", b"9223372036854775808"),
    *(b"18446744073709551615", b"18446744073709551616", b"-9223372036854775809", b"1" + b"0" * 40, b"9" * 5000),
    *(b'"\\u0000"', b'"a\\nb"', b'"a\\tb"', b'"\\n"', b'"\\r\\n"', b'"\\u001b[2J"', b'"\x00"', b'"a\nb"', b'"\x7f"'),
    *('"\u202egnp.exe"'.encode(), '"a\u200bb"'.encode(), '"\u2066\u2069"'.encode(), '"\u2028"'.encode()),
    *('"\ufeff"'.encode(), '"\U000e0001"'.encode(), '"e\u0301"'.encode(), '"\u0130"'.encode(), '"\uffff"'.encode()),
    *(b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud83d\\ude00"', b'"\\u"', b'"\\x41"', b'"\\', b'"', b"'a'"),
    *(b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b'"` >= 1 - at `$.x`"'),
    *(b'"m1:"', b'"m1:\\u0000"', b'"r1:x"', b'"x1:x"', b'"\xef\xbc\xad1:x"', b'"platform_feed"', b'"complaint"'),
    *(
        '"\U000f0000"'.encode().replace(b'"', b"").join((b'"', b'"')),
        b'"unknown"',
        b'"line_placed"',
        b'"clock_advanced"',
    ),
]
LARGE = [
    *(b'"' + b"k" * size + b'"' for size in (64, 65, 128, 129, 512, 513, 4_000)),
    *(f'"{sign * 128}"'.encode() for sign in ("\u2028", "\U000f0000", "\U0001f600", "界")),
    *(b"[" * depth + b"]" * depth for depth in (14, 15, 16, 17, 2_000)),
    *(b'{"a":' * depth + b"1" + b"}" * depth for depth in (15, 16, 17)),
]
GIANT = [b'"' + b"x" * 70_000 + b'"', b"[" * 40_000, b"9" * 66_000, b" " * 70_000]
NASTY = [*SMALL, *SMALL, *SMALL, *LARGE]
TOKENS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b"\\",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"null",
    b"1e9",
    b"\n",
    b"//",
]


class Payload(NamedTuple):
    """A record as a gateway that lets everything through would write it."""

    topic: str
    value: bytes | None
    key: bytes | None
    headers: tuple[Header, ...]


class Template(NamedTuple):
    """A valid event as its fields, whose order and bytes can be bent one by one."""

    topic: str
    fields: Fields


@cache
def templates() -> tuple[Template, ...]:
    """List every example of every input topic."""
    files = [file for topic in INPUTS for file in sorted((TOPICS / topic / "examples").glob("*.json"))]
    return tuple(Template(file.parts[-3], fields_of(json.loads(file.read_text("utf-8")))) for file in files)


def fields_of(value: dict[str, Any]) -> Fields:
    """Part an object into names and values as they would stand on the wire."""
    return [
        (json.dumps(name).encode(), json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode())
        for name, each in value.items()
    ]


def written(fields: Fields) -> bytes:
    """Write fields as an object; nothing is looked at."""
    return b"{" + b",".join([b"%b:%b" % field for field in fields]) + b"}"


@cache
def kept() -> tuple[tuple[str, bytes], ...]:
    """List the refused examples and the corpus, each with its topic."""
    examples = [(file.parts[-3], file.read_bytes()) for file in sorted(TOPICS.glob("*/refused/*.json"))]
    corpus = [(file.name.partition("-")[0], file.read_bytes()) for file in sorted(CORPUS.glob("*.bin"))]
    return (*(one for one in examples if one[0] in INPUTS), *corpus)


def bend(dice: random.Random, fields: Fields) -> None:
    """Bend a valid event in one place, in the grammar of JSON."""
    place = dice.randrange(len(fields))
    name, value = fields[place]
    match dice.randrange(8):
        case 0:
            del fields[place]
        case 1:
            fields.insert(dice.randrange(len(fields)), (name, dice.choice(NASTY)))
        case 2:
            fields[place] = (dice.choice(NASTY), value)
        case 3:
            other = dice.randrange(len(fields))
            fields[place], fields[other] = (name, fields[other][1]), (fields[other][0], value)
        case 4 if value[:1] == b"{":
            fields[place] = (name, value[:-1] + b',"more":%b}' % dice.choice(NASTY))
        case _:
            fields[place] = (name, dice.choice(NASTY))


def flip(dice: random.Random, raw: bytes) -> bytes:
    """Turn one bit over."""
    place = dice.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ 1 << dice.randrange(8)]) + raw[place + 1 :]


def cut(dice: random.Random, raw: bytes) -> bytes:
    """Take a piece out, often the whole end."""
    begin = dice.randrange(len(raw))
    return raw[:begin] + (b"" if dice.random() < 0.5 else raw[begin + dice.randrange(1, 9) :])


def put(dice: random.Random, raw: bytes) -> bytes:
    """Put in what JSON knows and what it does not."""
    place = dice.choice((0, len(raw), dice.randrange(len(raw))))
    return raw[:place] + dice.choice((dice.choice(TOKENS), dice.choice(SMALL), dice.randbytes(4))) + raw[place:]


def repeat(dice: random.Random, raw: bytes) -> bytes:
    """Say a piece twice or thirty times."""
    begin = dice.randrange(len(raw))
    piece = raw[begin : begin + dice.randrange(1, 40)]
    return raw[:begin] + piece * dice.choice((2, 2, 2, 30)) + raw[begin:]


def splice(dice: random.Random, raw: bytes) -> bytes:
    """Go on with the end of another record."""
    other = dice.choice(kept())[1]
    return raw[: dice.randrange(len(raw))] + other[dice.randrange(len(other) or 1) :]


def recode(dice: random.Random, raw: bytes) -> bytes:
    """Write it as programs that never heard of UTF-8 do."""
    return raw.decode("utf-8", "replace").encode(
        dice.choice(("utf-16", "utf-32-le", "gb18030", "utf-8-sig")), "replace"
    )


BENDERS: Sequence[Callable[[random.Random, bytes], bytes]] = (flip, flip, cut, put, repeat, splice, recode)


def mutated(dice: random.Random, raw: bytes) -> bytes:
    """Bend bytes in up to four places."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        if raw:
            raw = dice.choice(BENDERS)(dice, raw)
    return raw


def strange(dice: random.Random) -> bytes | None:
    """Answer what no writer of events would write."""
    match dice.randrange(6):
        case 0:
            return None
        case 1:
            return dice.choice(NASTY)
        case 2:
            return dice.randbytes(dice.randrange(200))
        case 3:
            return b"".join(dice.choices(TOKENS, k=dice.randrange(60)))
        case 4 if dice.random() < 0.1:
            return dice.choice(GIANT)
    return b" " * dice.randrange(3)


class Forge:
    """Endless payloads of one writer from one seed.

    `filled` answers what to write into the fields of a valid event of a topic before it is bent, so that it could be
    judged; null stays. About one in fifty is left whole.
    """

    def __init__(self, seed: int | str, topics: Sequence[str], filled: Callable[[str], dict[bytes, bytes]]) -> None:
        self.dice = random.Random(seed)
        self._templates = [one for one in templates() if one.topic in topics]
        self._kept = [one for one in kept() if one[0] in topics]
        self._filled = filled

    def __iter__(self) -> Iterator[tuple[str, bytes | None]]:
        while True:
            yield self._one()

    def _one(self) -> tuple[str, bytes | None]:
        dice, chance = self.dice, self.dice.random()
        topic, fields = dice.choice(self._templates)
        if chance < 0.05:
            return topic, strange(dice)
        if chance < 0.15:
            kept_topic, raw = dice.choice(self._kept)
            return kept_topic, raw if dice.random() < 0.3 else mutated(dice, raw)
        own = self._filled(topic)
        fields = [(name, value if value == b"null" else own.get(name, value)) for name, value in fields]
        if chance < 0.17:
            return topic, written(fields)
        if chance < 0.65:
            for _ in range(dice.choice((1, 1, 2, 3))):
                if fields:
                    bend(dice, fields)
            return topic, written(fields)
        return topic, mutated(dice, written(fields))
