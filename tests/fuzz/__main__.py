# ruff: noqa: T201 - a program prints
"""Fuzz decoder and judge without a broker: `python tests/fuzz COUNT SEED`; prints a table, exit 1 if a claim breaks."""

import sys
from hashlib import sha256
from pathlib import Path

from fuzz_claims import Broken
from payloads import Payload
from rounds import Game, Round
from writers import WRITERS, Writer

CANDIDATES = Path(__file__).parents[2] / "build" / "fuzz"
ROW = "{:<18} {:>9,} {:>9,} {:>8,} {:>8,} {:>9,} {:>7.1f} {:>8,}  {}"
TITLES = "writer              payloads      dead   judged feedback     bytes       s    /cpu s  refused for"


def main(count: int, seed: int) -> int:
    """Play a round of each writer with its part of the payloads."""
    alone = Game(None, seed, 0).play()
    print(f"seed {seed}; the neighbours alone: {alone.judged} records, {alone.seconds:.1f} s\n{TITLES}")
    return max([show(writer, seed, count // len(WRITERS), alone) for writer in WRITERS])


def show(writer: Writer, seed: int, count: int, alone: Round) -> int:
    """Play one round and print its row; 1 if a claim broke."""
    try:
        one = Game(writer, seed, count).play()
    except Broken as broken:
        return told(writer, seed, count, broken)
    reasons = ", ".join(f"{name} {number}" for name, number in one.dead.most_common())
    seconds, rate = one.seconds, round(count / max(one.seconds - alone.seconds, 0.001))
    dead, feedback = one.dead.total(), one.feedback
    print(ROW.format(writer.name, count, dead, one.judged - alone.judged, feedback, one.grown, seconds, rate, reasons))
    if writer.harmless and one.alerts != alone.alerts:
        print(f"BROKEN: {writer.name}, seed {seed}, {count} payloads: the neighbours' alerts are not those without it")
        return 1
    return 0


def told(writer: Writer, seed: int, count: int, broken: Broken) -> int:
    """Print what broke and keep the payload that showed it."""
    print(f"BROKEN: {writer.name}, seed {seed}, {count} payloads, at {broken}")
    if broken.payload is not None:
        print(
            f"payload {broken.payload!r}\n"
            f"kept in {kept(broken.payload)}; once it is mended it belongs into tests/fuzz/corpus"
        )
    return 1


def kept(payload: Payload) -> Path:
    """Keep a payload as a candidate for the corpus."""
    CANDIDATES.mkdir(parents=True, exist_ok=True)
    raw = payload.value or b""
    file = CANDIDATES / f"{payload.topic}-{sha256(raw).hexdigest()[:12]}.bin"
    file.write_bytes(raw)
    return file


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
