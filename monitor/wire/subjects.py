"""Who a record is about: the subject's kind in its prefix, and the partition where its records meet."""

import unicodedata

from aiokafka.partitioner import murmur2

from monitor.errors import EventIsWrong
from monitor.events import Reason

MERCHANT, SHOP, RETAIL = "m", "s", "r"
KINDS = MERCHANT + SHOP + RETAIL
PREFIX_LENGTH = 3


def partition_of(subject: str, partitions: int) -> int:
    """Answer the partition of a subject's records, in every input: Java's default partitioner over UTF-8."""
    hashed: int = murmur2(subject.encode())
    return (hashed & 0x7FFFFFFF) % partitions


def is_retail(subject: str) -> bool:
    """Tell the platform's own retail arm from a merchant; raises EventIsWrong where the prefix names no kind.

    A subject is one letter of `KINDS`, one decimal digit (the key version), a colon and at least one character.
    """
    if not _names_a_kind(subject):
        raise EventIsWrong(
            Reason.subject_kind,
            f"subject {show(subject)} does not begin with one of {', '.join(KINDS)}, a digit and a colon",
            "$.subject",
        )
    check_legible(subject, "$.subject")
    return subject[0] == RETAIL


def check_legible(text: str, path: str) -> None:
    """Refuse an identity that holds control or invisible format characters: two of them would look like one."""
    if any(unicodedata.category(character) in {"Cc", "Cf"} for character in text):
        raise EventIsWrong(Reason.subject_kind, f"{show(text)} holds control characters", path)


def show(text: str) -> str:
    """Quote what a feed wrote so that it neither breaks a line nor fills a log."""
    return ascii(text[:64])


def _names_a_kind(subject: str) -> bool:
    kind, version, colon = subject[:1], subject[1:2], subject[2:PREFIX_LENGTH]
    return kind in KINDS and version in "0123456789" and colon == ":" and len(subject) > PREFIX_LENGTH
