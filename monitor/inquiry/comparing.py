"""Two sets of alerts held against each other at rest, by the projection of design.md 7. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from monitor.findings import Status, projection

Content = dict[str, Any]

_KEYED = {
    "facts": ("name",),
    "checks": ("look_alike",),
    "elements": ("statute", "element"),
}
"""Lists of a body whose entries have names of their own: two of a name are compared, whatever their order."""


class Change(Struct, frozen=True):
    """One place of an alert where two sides differ; null where a side says nothing."""

    path: str
    left: Any
    right: Any


class Differing(Struct, frozen=True):
    """An alert that stands on both sides and does not say the same; `platform` and `subject` are the left one's."""

    alert_id: str
    typology: str
    platform: str
    subject: str
    changes: list[Change]


class Comparison(Struct, frozen=True):
    """What two sides have in common and what not; ids ascend, withdrawn alerts count on neither side."""

    equal: int
    only_left: list[str]
    only_right: list[str]
    differing: list[Differing]

    @property
    def is_equal(self) -> bool:
        """Whether both sides say the same."""
        return not (self.only_left or self.only_right or self.differing)


def compare(left: Mapping[str, bytes], right: Mapping[str, bytes], ignored: Iterable[str] = ()) -> Comparison:
    """Compare the last values of alerts by id; `ignored` names paths that may differ, with all that stands below them.

    A withdrawn alert is as good as none: one run may have opened and withdrawn what another never had to open.
    """
    ones, others = _standing(left), _standing(right)
    passed_over = tuple(ignored)
    both = sorted(ones.keys() & others.keys())
    found = [_differing(name, ones[name], others[name], passed_over) for name in both]
    differing = [one for one in found if one.changes]
    return Comparison(len(both) - len(differing), sorted(ones.keys() - others), sorted(others.keys() - ones), differing)


def _standing(values: Mapping[str, bytes]) -> dict[str, Content]:
    found = {name: msgspec.json.decode(projection(value)) for name, value in values.items()}
    return {name: content for name, content in found.items() if content["status"] != Status.withdrawn}


def _differing(name: str, left: Content, right: Content, ignored: tuple[str, ...]) -> Differing:
    changes = [change for change in _changes(left, right) if not _is_below(change.path, ignored)]
    return Differing(name, left["typology"], left["platform"], left["subject"], changes)


def _changes(left: Content, right: Content) -> Iterator[Change]:
    ones, others = dict(_leaves(left)), dict(_leaves(right))
    for path in sorted(ones.keys() | others.keys()):
        if ones.get(path) != others.get(path):
            yield Change(path, ones.get(path), others.get(path))


def _leaves(content: Content) -> Iterator[tuple[str, Any]]:
    """Yield every value of a projection with its path; a list without names is one value."""
    for name, value in content.items():
        if name in _KEYED:
            for entry in value:
                own = ":".join(str(entry[key]) for key in _KEYED[name])
                yield from ((f"{name}.{own}.{part}", entry[part]) for part in entry if part not in _KEYED[name])
        elif isinstance(value, dict):
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())
        else:
            yield name, value


def _is_below(path: str, ignored: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for one in ignored)
