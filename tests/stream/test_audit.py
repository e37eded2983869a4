from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from monitor.stream import audit
from monitor.stream.audit import Counted, Row, differences

TERMS = {"judged": 70, "rejected": 4, "too_late": 3, "duplicate": 5, "markers": 18, "lost": 0}
COUNTED = Counted(begin=0, delivered=82, dead_letters=7, repeated=0, dead_letters_begin=0)


def test_a_ledger_that_agrees_with_the_logs_is_ok():
    """A hundred offsets: 82 records, of them 7 refused, and 18 markers."""
    assert [] == differences(100, TERMS, COUNTED)


@pytest.mark.parametrize(
    ("terms", "counted", "says"),
    [
        ({"judged": 69}, {}, "the terms add up to 99, 100 offsets were advanced"),
        ({"judged": 71, "markers": 17}, {}, "records taken: the judge says 83, the log 82"),
        ({"judged": 71, "markers": 17}, {}, "markers: the judge says 17, the log 18"),
        ({"rejected": 5, "duplicate": 4}, {}, "refusals: the judge says 8, the log 7"),
        ({}, {"dead_letters": 6}, "refusals: the judge says 7, the log 6"),
        ({}, {"repeated": 1}, "1 dead letters stand twice"),
        ({}, {"begin": 10, "delivered": 83}, "records taken are 82, from offset 10 alone 83 were delivered"),
    ],
)
def test_each_difference_is_named_with_both_numbers(terms, counted, says):
    """Whatever term is wrong, the row says which and how."""
    assert says in differences(100, TERMS | terms, replace(COUNTED, **counted))


def test_what_retention_took_since_can_no_longer_be_counted():
    """Records judged and then deleted are no difference."""
    assert [] == differences(100, TERMS, replace(COUNTED, begin=40, delivered=30, dead_letters_begin=2, dead_letters=1))


def test_an_input_that_was_advanced_without_a_ledger_is_a_difference():
    """Offsets said to be applied of which no term tells: the audit says so and does not end."""
    books = SimpleNamespace(applied={"offers": 99}, ledger={})
    row = audit._row("offers", 0, books, replace(COUNTED, dead_letters=0))

    assert "the terms add up to 0, 100 offsets were advanced" in row.differences


def test_the_table_shows_the_difference():
    """An operator sees the row that is wrong and why."""
    row = Row("orders", 0, 100, TERMS, COUNTED, ("refusals: the judge says 7, the log 6",))
    console = Console(width=200, record=True, file=StringIO())
    console.print(audit.format([row]))

    assert not row.ok
    assert "refusals: the judge says 7, the log 6" in console.export_text()
