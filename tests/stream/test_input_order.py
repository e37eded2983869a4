import pytest

from monitor.stream.order import FIRST, INPUTS, flowing

ENDS = {"control": 9, "costs": 4}


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        ({}, ("control",)),
        ({"control": 7, "costs": 3}, ("control",)),
        ({"control": 8}, ("control", "costs")),
        ({"control": 8, "costs": 2}, ("control", "costs")),
        ({"control": 8, "costs": 3}, INPUTS),
        ({"control": 20, "costs": 30}, INPUTS),
    ],
)
def test_control_then_costs_are_read_to_their_ends_first(applied, expected):
    """An input waits until each one before it is applied to the end seen at assignment."""
    assert expected == flowing(applied, ENDS)


def test_empty_logs_let_everything_flow():
    """An end of 0 is reached by having read nothing."""
    assert INPUTS == flowing({}, {"control": 0, "costs": 0})


def test_control_and_costs_come_first_in_every_poll():
    """The order of the inputs is the order of reading."""
    assert FIRST == INPUTS[:2] == ("control", "costs")
