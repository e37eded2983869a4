"""Control first: which inputs of a partition may be read (design.md 5)."""

from collections.abc import Mapping

from monitor.events import Topic

INPUTS = tuple(topic.value for topic in Topic)
FIRST = (Topic.control.value, Topic.costs.value)


def flowing(applied: Mapping[str, int], ends: Mapping[str, int]) -> tuple[str, ...]:
    """Answer the inputs that may be read: each of `FIRST` must be applied to its end before those after it begin.

    `ends` are the end offsets seen at assignment, exclusive; a topic without one is taken for read.
    """
    for place, topic in enumerate(FIRST):
        if applied.get(topic, -1) + 1 < ends.get(topic, 0):
            return INPUTS[: place + 1]
    return INPUTS
