"""Whether a revision follows what is stored: its number, the hash of the one before it, its place in the partition.

A break is put on record beside the revision; it never stops the store, for an officer must see the newest state.
"""

from typing import NamedTuple

from monitor.store.revised import Revised

NOTHING = "none"


class Link(NamedTuple):
    """What is stored of an alert: its number here, its newest revision with the value's hash, its first append time."""

    alert: int
    revision: int
    sha256: bytes
    opened_ms: int


class Break(NamedTuple):
    """One thing that does not follow; a row of chain_breaks without its coordinates."""

    what: str
    expected: str
    actual: str


def is_repeat(revised: Revised, link: Link | None) -> bool:
    """Answer whether this revision, or a later one, is stored already; it cannot be stored again."""
    return link is not None and revised.body.revision <= link.revision


def breaks(revised: Revised, link: Link | None, last_sequence: int | None) -> list[Break]:
    """List what does not follow; `last_sequence` is that of the same source in the partition, None before its first."""
    last, sha256 = (0, None) if link is None else (link.revision, link.sha256.hex())
    told = [
        Break("revision", str(last + 1), str(revised.body.revision)),
        Break("previous", sha256 or NOTHING, revised.body.previous or NOTHING),
        Break("sequence", str(revised.sequence if last_sequence is None else last_sequence + 1), str(revised.sequence)),
    ]
    return [one for one in told if one.expected != one.actual]
