import pytest
from sub_cost_market import Market

from monitor.detect.sub_cost import prices
from monitor.detect.sub_cost.prices import ROOM, Bucket, Cell, Deep, Prices, Split, cite, is_deep, unit_price
from monitor.events import Unit
from monitor.findings import Reference


@pytest.mark.parametrize(("fen", "quantity", "expected"), [(471, 1250, 376_800), (1000, 3, 333_333_334), (0, 7, 0)])
def test_a_unit_price_is_rounded_up(fen, quantity, expected):
    """Micro-fen per unit, never less than what was paid."""
    assert unit_price(fen, quantity) == expected


def _filled(numbers):
    found = Prices()
    for number in numbers:
        found.at(number).placed += 1
    return found


def test_a_map_holds_64_prices_exactly():
    """64 different prices stand each in a cell of its own."""
    found = _filled(range(100, 100 + ROOM))

    assert (found.k, len(found.cells)) == (0, ROOM)


def test_the_65th_price_makes_the_grid_coarser():
    """Of 65 prices in a row every two neighbours share a cell [2 i, 2 i + 2)."""
    found = _filled(range(100, 101 + ROOM))

    assert (found.k, sorted(found.cells)[:2], found.cells[50].placed) == (1, [50, 51], 2)


def test_a_map_does_not_depend_on_the_order_of_its_prices():
    """The grid follows from the set of prices, not from which came first."""
    numbers = [7**i % 1_000_003 for i in range(300)]

    assert _filled(numbers) == _filled(reversed(numbers))


def test_the_grid_is_the_finest_that_holds_64():
    """One step finer there would be more than 64 cells."""
    numbers = [7**i % 1_000_003 for i in range(300)]
    found = _filled(numbers)

    assert len(found.cells) <= ROOM < len({number >> (found.k - 1) for number in numbers})


def test_the_upper_edge_of_a_cell_is_inside_it():
    """Cell i of grid k ends with (i + 1) 2^k - 1; an exact cell is its price."""
    assert (Prices(3, {}).upper(5), Prices(0, {}).upper(5)) == (47, 5)


def test_a_cell_never_falls_below_zero():
    """More returned than placed leaves nothing, not less."""
    cell = Cell(placed=3, refunded=5, lines=1, returned=2)

    assert (cell.quantity, cell.standing_lines) == (0, 0)


def test_the_money_of_a_cell_shrinks_with_its_quantity():
    """Of 900 fen for 3 of which 1 went back 600 fen are left."""
    assert Cell(placed=3, refunded=1, fen=900).kept_micro(900) == 600_000_000


def _returned(quantity):
    market = Market()
    line = market.line("2025-03-03 10:00", quantity=4)
    back = market.refund(line, "2025-03-03 11:00", quantity)
    split = Split(None, first_order=False, unit=Unit.piece, vat=True)
    price = unit_price(line.buyer_fen, 4)
    prices.place(split, line)
    prices.take_back(split, back, price, price)
    return split.settle()[1].at(price)


def test_a_line_returned_whole_by_one_record_is_no_line_any_more():
    """It leaves quantity and lines of both maps."""
    cell = _returned(4)

    assert (cell.quantity, cell.standing_lines) == (0, 0)


@pytest.mark.parametrize("quantity", [0, 1, 3])
def test_a_line_returned_in_part_stays_a_line(quantity):
    """Money back without goods takes nothing; less than all leaves the line standing."""
    cell = _returned(quantity)

    assert (cell.quantity, cell.standing_lines) == (4 - quantity, 1)


def _sold(count):
    market = Market()
    split = Split(None, first_order=False, unit=Unit.piece, vat=True)
    for number in range(count):
        prices.place(split, market.line("2025-03-03 10:00", quantity=number + 1))
    return split


@pytest.mark.parametrize("lines", [1, prices.JOURNAL - 1, prices.JOURNAL, prices.JOURNAL + 1])
def test_what_is_read_does_not_depend_on_how_it_is_kept(lines):
    """The maps are the same before and after they take the journal's place."""
    read, kept = _sold(lines).prices(), _sold(lines).settle()

    assert kept == read
    assert sum(range(1, lines + 1)) == sum(cell.placed for cell in read[1].cells.values())


def test_reading_changes_nothing_of_what_is_kept():
    """A value that was only read is written as it was, or a restart would make a difference."""
    split = _sold(3)
    split.prices()

    assert split == _sold(3)


def _deep(price, time=0, name="a"):
    return Deep(price, time, name, name, Reference("orders", 0, 0, name, "", "line"))


def test_the_eight_deepest_lines_are_kept_whatever_their_order():
    """Depth goes by price, event time and event id."""
    lines = [_deep(price, time, f"{price}{time}") for price in (3, 1, 2) for time in (5, 4, 6)]
    one, other = Bucket(0), Bucket(0)
    for line in lines:
        cite(one, line)
    for line in reversed(lines):
        cite(other, line)

    assert [(deep.price, deep.time) for deep in one.deepest] == [
        (1, 4), (1, 5), (1, 6), (2, 4), (2, 5), (2, 6), (3, 4), (3, 5),
    ]  # fmt: skip
    assert one.deepest == other.deepest


def test_a_line_that_is_not_among_the_eight_is_not_hashed():
    """The ninth is asked for before its record is hashed: equal price, later time."""
    bucket = Bucket(0)
    for time in range(8):
        cite(bucket, _deep(5, time))

    assert (is_deep(bucket, (5, 8, "a")), is_deep(bucket, (5, 7, "A")), is_deep(bucket, (4, 9, "z"))) == (
        False,
        True,
        True,
    )
