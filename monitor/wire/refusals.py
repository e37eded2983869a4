"""Why a record is refused: the closed list of reasons told from whatever decoding or checking raised."""

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import msgspec
from msgspec import Struct

from monitor.errors import EventIsWrong
from monitor.events import ComplaintFiled, Event, ExclusivityRefused, Id, Reason, Refusal, Sequence, SourceGrade

MAX_BYTES = 65_536
MAX_DEPTH = 16
MAX_DETAIL = 256

Headers = Iterable[tuple[str, bytes | None]]

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_STEP = {ord("["): 1, ord("]"): -1}
_STAMPED = frozenset({"platform", "source", "sequence"})
_MERCHANTS_OWN = (ComplaintFiled, ExclusivityRefused)
# A tuple, for what a bad record says its type is need not be hashable.
_MERCHANTS_TAGS = tuple(str(kind.__struct_config__.tag) for kind in _MERCHANTS_OWN)
_UNREADABLE = frozenset({Reason.too_large, Reason.depth, Reason.not_json})


class Whose(Struct, frozen=True, gc=False):
    """Whose a record is: what headers and value say of it where the event itself does not decode."""

    platform: str | None = None
    source: str | None = None
    sequence: int | None = None
    is_secret: bool = False


def check_size(raw: bytes) -> None:
    """Refuse a value above `MAX_BYTES` before anything reads it."""
    if len(raw) > MAX_BYTES:
        raise EventIsWrong(Reason.too_large, f"{len(raw)} bytes, at most {MAX_BYTES} are read")


def check_depth(raw: bytes) -> None:
    """Refuse nesting above `MAX_DEPTH`, anywhere in the value, also in fields that nobody reads."""
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deep(raw):
        raise EventIsWrong(Reason.depth, f"nested deeper than {MAX_DEPTH}")


def _is_deep(raw: bytes) -> bool:
    brackets = _STRING.sub(b"", raw).translate(_AS_SQUARE, _NOT_BRACKETS)
    rest = brackets
    # Each round takes one level from the inside: of a shallow value, as nearly all are, nothing is left soon.
    for _ in range(MAX_DEPTH):
        shorter = rest.replace(b"[]", b"")
        if 2 * len(shorter) > len(rest):
            break
        rest = shorter
    return bool(rest) and any(depth > MAX_DEPTH for depth in accumulate(_STEP[bracket] for bracket in brackets))


def refusal(error: Exception, event: Event | None, raw: bytes, headers: Headers | None) -> Refusal:
    """Turn what decoding or checking one record raised into its refusal, with reason, place and whose it was."""
    reason, detail, path = _classified(_syntax_first(error, raw))
    whose = event if event is not None else _whose(raw, headers, readable=reason not in _UNREADABLE)
    secret = whose.is_secret if isinstance(whose, Whose) else _is_secret(whose)
    return Refusal(
        reason=reason,
        detail=detail[:MAX_DETAIL],
        path=path,
        platform=None if secret else getattr(whose, "platform", None),
        source=whose.source,
        sequence=whose.sequence,
    )


def _is_secret(event: Event) -> bool:
    """A platform must not learn, from what it is told of refused records, that somebody complained of it."""
    return isinstance(event, _MERCHANTS_OWN) or getattr(event, "source_grade", None) is SourceGrade.complaint


def _syntax_first(error: Exception, raw: bytes) -> Exception:
    """Prefer what is wrong with the JSON to what is wrong with its shape: msgspec tells what it meets first."""
    if isinstance(error, msgspec.ValidationError):
        try:
            msgspec.json.decode(raw)
        except msgspec.ValidationError:
            return error
        except msgspec.DecodeError as malformed:
            return malformed
    return error


def _classified(error: Exception) -> tuple[Reason, str, str]:
    match error:
        case EventIsWrong():
            return Reason(error.reason), error.detail, error.path
        case msgspec.ValidationError():
            return _invalid(str(error))
        case msgspec.DecodeError() | UnicodeDecodeError():
            return Reason.not_json, str(error), "$"
    return Reason.shape, f"{type(error).__name__}: {error}", "$"


def _invalid(text: str) -> tuple[Reason, str, str]:
    """Split msgspec's sentence `what - at `path``; a number or length outside its bounds is `bounds`."""
    what, _, at = text.rpartition(" - at `")
    if not what:
        what, at = text, "$`"
    # Of a key that is wrong it says: at `key` in `$.parameters`.
    path = at.removesuffix("`").rpartition("` in `")[2]
    missing = what.removeprefix("Object missing required field `")
    if missing != what:
        path = f"{path}.{missing.removesuffix('`')}"
    return Reason.bounds if _is_outside(what) else Reason.shape, what, path


def _is_outside(what: str) -> bool:
    if what.startswith("Invalid"):
        return False
    return "out of range" in what or any(word in what for word in ("` >", "` <", "` of length "))


def _whose(raw: bytes, headers: Headers | None, *, readable: bool) -> Whose:
    """Ask the headers, which the gateway stamped, then the value."""
    said = _said(raw) if readable else {}
    is_secret = said.get("source_grade") == SourceGrade.complaint or said.get("type") in _MERCHANTS_TAGS
    stamped = [(name, value) for name, value in headers or () if name in _STAMPED]
    said |= {name: text for name, value in stamped if (text := _text(value)) is not None}
    return Whose(
        platform=_valid(said.get("platform"), Id),
        source=_valid(said.get("source"), Id),
        sequence=_valid(said.get("sequence"), Sequence),
        is_secret=is_secret,
    )


def _said(raw: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _valid(value: Any, kind: Any) -> Any:
    """The value if it is one of its kind, a number also in digits; else nothing."""
    try:
        return None if value is None else msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return None
