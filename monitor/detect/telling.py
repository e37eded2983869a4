"""What a detector says of a subject when it is asked why there is no alert, or none further: `fairtrade why`."""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What a line says: what is on file, what a clock will bring, what is missing for the next step."""

    known = "known"
    waits = "waits"
    lacks = "lacks"


class Line(Struct, frozen=True, kw_only=True):
    """One thing in plain words; `name` is stable, for programs, `about` is a SKU or a rival.

    `value` is held against `threshold` in a line that lacks; `due` is an event time in ms and `clock` what the clock
    that must pass it shows in a line that waits, -1 before it first moved.
    """

    kind: Kind
    platform: str
    name: str
    text: str
    about: str | None = None
    value: int | None = None
    threshold: int | None = None
    due: int | None = None
    clock: int | None = None
