import pytest
from sub_cost_market import at

from monitor.detect.sub_cost.filings import Filing, about, is_exempt
from monitor.eventtime.china import day_named


def _filing(start, end, revoked=None, **fields):
    said = {"kind": "near_expiry", **fields}
    found = Filing("ex", start=at(start), **said)
    if end is not None:
        found.end = at(end)
    if revoked is not None:
        found.revoked = at(revoked)
    return found


def _exempt(filing):
    return [day for day in range(1, 32) if filing.touches(day_named(f"2025-03-{day:02d}"))]


def test_an_exemption_is_half_open():
    """From 1 to 4 March 00:00 it exempts the 1st, 2nd and 3rd."""
    assert _exempt(_filing("2025-03-01 00:00", "2025-03-04 00:00")) == [1, 2, 3]


def test_a_day_that_is_touched_is_exempt_as_a_whole():
    """One minute of the first and one of the last day are enough."""
    assert _exempt(_filing("2025-03-01 23:59", "2025-03-03 00:01")) == [1, 2, 3]


def test_a_revocation_leaves_its_own_day_exempt():
    """Revoked at 10:00 of the 2nd, the 2nd stays exempt."""
    assert _exempt(_filing("2025-03-01 00:00", "2025-03-04 00:00", "2025-03-02 10:00")) == [1, 2]


def test_a_revocation_at_midnight_sharp_does_not():
    """Revoked at 00:00 of the 2nd, the 2nd is not exempt."""
    assert _exempt(_filing("2025-03-01 00:00", "2025-03-04 00:00", "2025-03-02 00:00")) == [1]


@pytest.mark.parametrize("revoked", ["2025-03-01 08:00", "2025-02-20 10:00"])
def test_revoked_before_its_beginning_it_never_was(revoked):
    """A revocation at or before the first instant leaves no day."""
    assert _exempt(_filing("2025-03-01 08:00", "2025-03-04 00:00", revoked)) == []


def test_an_open_exemption_has_no_last_day():
    """Null `to` is open."""
    assert _exempt(_filing("2025-03-30 00:00", None)) == [30, 31]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"platform": "p", "sku": "k", "category": "milk"}, True),
        ({"platform": "q"}, False),
        ({"sku": "other"}, False),
        ({"category": "rice"}, False),
        ({"kind": ""}, False),
    ],
)
def test_what_is_left_open_does_not_narrow(fields, expected):
    """A filing is about all platforms, SKUs and categories that it does not exclude; an ungranted one about none."""
    filing = _filing("2025-03-01 00:00", None, **fields)

    assert bool(about([filing], "p", "k", "milk")) is expected


def test_any_filing_exempts():
    """Of two filings one is enough."""
    filings = [_filing("2025-03-01 00:00", "2025-03-02 00:00"), _filing("2025-03-05 00:00", None)]

    assert [is_exempt(filings, day_named(day)) for day in ("2025-03-01", "2025-03-03", "2025-03-05")] == [
        True,
        False,
        True,
    ]
