"""What the broker lists is held against what is declared, as far as it is ours."""

import pytest

from monitor.wire.acls import Grant, Pattern
from monitor.wire.declared import Operation, Resource
from monitor.wire.granting import Difference, Entry, difference, entries, told

READS = Grant("court", Resource.topic, "ft.alerts", Pattern.literal, (Operation.read,))
TAKES = Grant("court", Resource.group, "court.", Pattern.prefix, (Operation.read, Operation.describe))


def entry(principal="User:court", resource=2, name="ft.alerts", pattern=3, host="*", operation=3, permission=3):
    """One line of the broker's list, by default the one that READS declares."""
    return Entry(resource, name, pattern, principal, host, operation, permission)


def test_a_grant_is_an_entry_an_operation():
    """Kafka lists each operation by itself, with its own numbers."""
    assert {entry()} == entries([READS])
    assert {("court.", 4, 3), ("court.", 4, 8)} == {(one.name, one.pattern, one.operation) for one in entries([TAKES])}


@pytest.mark.parametrize(
    ("present", "said"),
    [
        (entry(operation=4), "User:court may Write topic ft.alerts"),
        (entry(host="10.0.0.1"), "User:court may Read topic ft.alerts from 10.0.0.1"),
        (entry(permission=2), "User:court must not Read topic ft.alerts"),
        (entry(principal="User:x"), "User:x may Read topic ft.alerts"),
        (entry(principal="User:*", name="*"), "User:* may Read topic *"),
        (entry(principal="User:x", name="f", pattern=4), "User:x may Read topic f*"),
        (entry(name="other", operation=12), "User:court may number 12 topic other"),
    ],
)
def test_an_open_door_is_named(present, said):
    """What nobody declared about our users or our topics is surplus, also by a wider pattern or from one host."""
    found = difference(entries([READS]), {entry(), present}, "ft.")

    assert Difference([], [present]) == found
    assert [f"undeclared: {said}; take it away with kafka-acls --remove, or declare it"] == told(found, granted=False)


@pytest.mark.parametrize(
    "other",
    [
        entry(principal="User:x", name="other"),
        entry(principal="User:x", name="g", pattern=4),
        entry(principal="User:x", resource=3, name="ft.alerts"),
    ],
)
def test_what_belongs_to_others_is_left_alone(other):
    """On a shared cluster other programs' grants are none of our business."""
    assert Difference([], []) == difference(entries([READS]), {entry(), other}, "ft.")


def test_a_missing_grant_is_named():
    """What is declared and not there is missing, or granted once it was made."""
    found = difference(entries([READS]), set(), "ft.")

    assert ["missing: User:court may Read topic ft.alerts"] == told(found, granted=False)
    assert ["granted: User:court may Read topic ft.alerts"] == told(found, granted=True)
