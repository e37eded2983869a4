"""The quick count of depth says what a plain walk says, also of bytes that are no JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import EventIsWrong
from monitor.wire.refusals import MAX_DEPTH, check_depth

PIECES = st.lists(st.sampled_from(["[", "]", "{", "}", '"', "\\", ",", "a", "[" * 9, "]" * 9]), max_size=60)
VALUES = st.recursive(
    st.text(alphabet='[]{}"\\', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[]{}"\\', max_size=3), inner),
    max_leaves=60,
)


def deepest(raw: bytes) -> int:
    """The greatest number of brackets open at once, those in texts left out."""
    depth = most = 0
    text = escaped = False
    for character in raw.decode():
        if text:
            text, escaped = escaped or character != '"', character == "\\" and not escaped
        elif character == '"':
            text = True
        elif character in "[{":
            depth += 1
            most = max(most, depth)
        elif character in "]}":
            depth -= 1
    return most


def is_refused(raw: bytes) -> bool:
    try:
        check_depth(raw)
    except EventIsWrong:
        return True
    return False


@given(PIECES)
def test_depth_of_anything(pieces):
    """Whatever brackets, quotes and escapes a record holds, it is refused if and only if it nests too deep."""
    raw = "".join(pieces).encode()

    assert is_refused(raw) is (deepest(raw) > MAX_DEPTH)


@given(VALUES, st.integers(0, 20))
def test_depth_of_json(value, wrapped):
    """The same for JSON, wrapped up to and beyond the limit."""
    raw = b"[" * wrapped + json.dumps(value).encode() + b"]" * wrapped

    assert is_refused(raw) is (deepest(raw) > MAX_DEPTH)
