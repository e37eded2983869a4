"""The forge: its seed decides, it reaches every reason that bytes alone can have; and the decoder against any bytes."""

import json
from collections import Counter
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st
from payloads import CORPUS, INPUTS, Forge, kept, templates

from monitor.events import Reason, Refusal
from monitor.wire.decode import Decoder

BY_BYTES = {Reason.not_json, Reason.shape, Reason.bounds, Reason.arithmetic, Reason.depth, Reason.too_large}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def forged(seed, count=4_000):
    return list(islice(Forge(seed, INPUTS, lambda _: {}), count))


def test_a_seed_decides_every_payload():
    """The same seed gives the same bytes, another one others."""
    assert forged(1, 500) == forged(1, 500)
    assert forged(1, 500) != forged(2, 500)


def test_the_forge_reaches_every_reason_of_bytes():
    """Some payloads are events still, and the others fail for every reason that is in the bytes themselves."""
    decoder = Decoder(1, 0)
    events = [decoder.decode(topic, value, None, None, 0, 0).event for topic, value in forged(3)]
    reasons = Counter(event.reason for event in events if isinstance(event, Refusal))

    assert reasons.keys() >= BY_BYTES | {Reason.subject_kind}
    assert 0 < reasons.total() < len(events)


def test_every_kept_payload_is_of_an_input():
    """Each file of the corpus is named by its topic and taken up."""
    files = list(CORPUS.glob("*.bin"))

    assert files
    assert {topic for topic, _ in kept()} <= set(INPUTS)
    assert {file.read_bytes() for file in files} <= {raw for _, raw in kept()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(INPUTS), st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_event_or_a_refusal(topic, raw):
    """No bytes, and no JSON of any shape, make the decoder raise."""
    refused = Decoder(1, 0).decode(topic, raw, None, None, 0, 0).event

    assert isinstance(refused, Refusal)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(templates()), st.data())
def test_any_value_in_any_field_is_an_event_or_a_refusal(template, data):
    """A valid event with a field of any JSON value decodes or is refused at a path."""
    fields = dict(template.fields)
    fields[data.draw(st.sampled_from(sorted(fields)))] = json.dumps(data.draw(JSON)).encode()
    raw = b"{" + b",".join(b"%b:%b" % field for field in fields.items()) + b"}"
    event = Decoder(1, 0).decode(template.topic, raw, None, None, 0, 0).event

    assert not isinstance(event, Refusal) or event.path.startswith("$")
