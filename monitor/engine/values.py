"""How a state value lies in the log: a fixed prefix that can be read without decoding, then msgpack.

The prefix is version (1 byte), transaction number (8), due time (8), product hash (8), big-endian.
"""

from functools import lru_cache
from hashlib import blake2b
from struct import Struct as Layout
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from monitor.errors import WeAreWrong

VERSION = 2
_PREFIX = Layout(">BQQQ")
PREFIX_SIZE = _PREFIX.size
unpack_prefix = _PREFIX.unpack_from
"""answers version, transaction number, due time, product hash without looking at them"""

_pack_prefix = _PREFIX.pack
_encode = msgspec.msgpack.Encoder().encode


class Prefix(NamedTuple):
    """What is known of a value without decoding it; due 0 is never, product 0 is none."""

    transaction: int
    due: int
    product: int


class Slot(Struct, gc=False):
    """A decoded value, with what its prefix will say; `dirty` since it changed and until it is written."""

    value: Any
    due: int = 0
    product: int = 0
    dirty: bool = False


def pack(value: Any, transaction: int, due: int = 0, product: int = 0) -> bytes:
    """Write a value as a state value of a transaction."""
    return _pack_prefix(VERSION, transaction, due, product) + _encode(value)


def read_prefix(raw: bytes) -> Prefix:
    """Read a value's prefix; refuses a version that this program does not know."""
    version, transaction, due, product = _PREFIX.unpack_from(raw)
    if version > VERSION:
        raise WeAreWrong(
            f"a state value has version {version}, this program knows up to {VERSION}: "
            f"start the newer program, or a new group"
        )
    return Prefix(transaction, due, product)


@lru_cache(maxsize=1 << 16)
def product_hash(product: str) -> int:
    """Answer 64 bits of a product's id, never 0."""
    return int.from_bytes(blake2b(product.encode(), digest_size=8).digest()) or 1
