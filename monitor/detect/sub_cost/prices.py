"""Prices of one SKU on one day: exact sums by unit price, which no order of arrival can change (design.md 6).

A unit price is micro-fen per unit, rounded up, so that "below" never comes from rounding.
"""

from enum import StrEnum
from struct import Struct as Layout

from msgspec import Struct

from monitor.events import LinePlaced, LineReturned, Unit
from monitor.findings import Reference

MICRO = 1_000_000
ROOM = 64
JOURNAL = 8
DEEPEST = 8
_NO_OFFSET = 1 << 62

_LINE = Layout("<5q")
"""One line as it waits in a journal: quantity, seller's, buyer's and list fen, event time."""
_LINES = JOURNAL * _LINE.size
_packed, _unpacked = _LINE.pack, _LINE.iter_unpack


class Unjudged(StrEnum):
    """The non-verdict that a line is counted as; `none` where a known cost judges it."""

    none = ""
    cost_unknown = "cost_unknown"
    unit_mismatch = "unit_mismatch"


class Cell(Struct, array_like=True, gc=False):
    """All lines of one price; amounts are of what was placed, `first` and `last` event times of lines, 0 before one.

    What only one of the two maps is asked for stands only there: list amounts with seller's prices, lines and times
    with buyer's.
    """

    placed: int = 0
    refunded: int = 0
    fen: int = 0
    list_fen: int = 0
    lines: int = 0
    returned: int = 0
    first: int = 0
    last: int = 0

    @property
    def quantity(self) -> int:
        """What is still sold; a cell knows no lines, so a line returned twice takes from its neighbours."""
        return max(0, self.placed - self.refunded)

    @property
    def standing_lines(self) -> int:
        """How many lines were not returned whole."""
        return max(0, self.lines - self.returned)

    def kept_micro(self, fen: int) -> int:
        """Answer the part of an amount of this cell that falls on what is still sold, in micro-fen, rounded down."""
        return fen * MICRO * self.quantity // self.placed if self.placed else 0


class Prices(Struct, array_like=True, gc=False):
    """One map of prices: exact up to 64, then on the finest grid of 2^k that holds 64.

    The grid follows from the set of prices alone; cell i holds [i 2^k, (i+1) 2^k).
    """

    k: int = 0
    cells: dict[int, Cell] = {}

    def at(self, price: int) -> Cell:
        """Answer the cell of a unit price, made if there is none."""
        return self.cells.get(price >> self.k) or self._make(price)

    def _make(self, price: int) -> Cell:
        self.cells[price >> self.k] = Cell()
        if len(self.cells) > ROOM:
            self._coarsen()
        return self.cells[price >> self.k]

    def _coarsen(self) -> None:
        step = 1
        while len({index >> step for index in self.cells}) > ROOM:
            step += 1
        merged: dict[int, Cell] = {}
        for index, cell in self.cells.items():
            found = merged.get(index >> step)
            merged[index >> step] = cell if found is None else _merge(found, cell)
        self.k += step
        self.cells = merged

    def upper(self, index: int) -> int:
        """Answer the highest unit price that a cell may hold; a cell is below cost only if this is."""
        return ((index + 1) << self.k) - 1


def _merge(one: Cell, other: Cell) -> Cell:
    return Cell(
        one.placed + other.placed,
        one.refunded + other.refunded,
        one.fen + other.fen,
        one.list_fen + other.list_fen,
        one.lines + other.lines,
        one.returned + other.returned,
        min(one.first or other.first, other.first or one.first),
        max(one.last, other.last),
    )


class Split(Struct, array_like=True, gc=False):
    """The lines of a day that one campaign, first-order flag, unit and tax treatment have in common.

    Its lines stand packed in `journal`, and from the `JOURNAL`-th line or the first return on in `maps`, never in
    both: most days of most goods see a handful of lines, and maps cost ten times as much to make, write and read back.

    `bar` is the unit price below which a line of it is below a known cost, 0 where none is judged; `without` names
    the non-verdict that its lines are counted as.
    """

    campaign: str | None
    first_order: bool
    unit: Unit
    vat: bool
    journal: bytes = b""
    maps: tuple[Prices, Prices] | None = None
    bar: int = 0
    without: Unjudged = Unjudged.cost_unknown

    def prices(self) -> tuple[Prices, Prices]:
        """Answer the maps of seller's and of buyer's prices, to be read; reading changes nothing of what is kept."""
        return self.maps or _entered(self.journal)

    def settle(self) -> tuple[Prices, Prices]:
        """Answer the same to be changed: from now on they are kept, and the journal is not."""
        if self.maps is None:
            self.maps = _entered(self.journal)
            self.journal = b""
        return self.maps


def _entered(journal: bytes) -> tuple[Prices, Prices]:
    maps = Prices(), Prices()
    for line in _unpacked(journal):
        _enter(*maps, *line)
    return maps


def _enter(
    sellers: Prices, buyers: Prices, quantity: int, seller_fen: int, buyer_fen: int, list_fen: int, time: int
) -> None:
    cell = sellers.at(unit_price(seller_fen, quantity))
    cell.placed += quantity
    cell.fen += seller_fen
    cell.list_fen += list_fen
    cell = buyers.at(unit_price(buyer_fen, quantity))
    cell.placed += quantity
    cell.fen += buyer_fen
    cell.lines += 1
    if time < cell.first or not cell.first:
        cell.first = time
    if time > cell.last:  # noqa: PLR1730 - a comparison costs a third of a call
        cell.last = time


class Deep(Struct, array_like=True, gc=False):
    """A line far below cost, to be cited; `line` is its order and number, by which a refund finds it."""

    price: int
    time: int
    id: str
    line: str
    cited: Reference
    refunded: bool = False


class Bucket(Struct, array_like=True, gc=False):
    """One day of one SKU; `expiry` is when the orders clock lies beyond what may still touch it.

    `has_cost`: its SKU has ever had one. `watched`: an alert stands that any line may change. `counted` is how many
    units were counted as exempt. `returned` are the deepest lines that went back, by price, event time and name: a
    refund may be read before its line.
    """

    expiry: int
    has_cost: bool = False
    product: str | None = None
    category: str | None = None
    shops: tuple[str, ...] = ()
    splits: tuple[Split, ...] = ()
    watched: bool = False
    records: int = 0
    first_offset: int = _NO_OFFSET
    last_offset: int = 0
    refunded_fen: int = 0
    net_fen: int = 0
    deepest: tuple[Deep, ...] = ()
    counted: int = 0
    returned: tuple[tuple[int, int, str], ...] = ()


def unit_price(fen: int, quantity: int) -> int:
    """Answer micro-fen per unit, rounded up."""
    return -(-fen * MICRO // quantity)


def place(split: Split, line: LinePlaced) -> None:
    """Enter a line."""
    seller_fen = line.list_fen - line.seller_discount_fen
    buyer_fen = line.buyer_paid_fen + line.third_party_subsidy_fen
    if split.maps is not None:
        _enter(*split.maps, line.quantity, seller_fen, buyer_fen, line.list_fen, line.event_time)
        return
    split.journal += _packed(line.quantity, seller_fen, buyer_fen, line.list_fen, line.event_time)
    if len(split.journal) == _LINES:
        split.settle()


def take_back(split: Split, line: LineReturned, seller: int, buyer: int) -> None:
    """Take what was returned out of both cells of a line; a line returned whole by one record is no line any more."""
    sellers, buyers = split.settle()
    sellers.at(seller).refunded += line.refunded_quantity
    cell = buyers.at(buyer)
    cell.refunded += line.refunded_quantity
    cell.returned += line.refunded_quantity >= line.quantity


def cite(bucket: Bucket, deep: Deep) -> None:
    """Keep a line among the deepest of its day, by price, event time and event id."""
    deep.refunded = any(line == deep.line for _, _, line in bucket.returned)
    bucket.deepest = tuple(sorted((*bucket.deepest, deep), key=depth_order)[:DEEPEST])


def is_deep(bucket: Bucket, line: tuple[int, int, str]) -> bool:
    """Answer whether a line of this price, event time and id is among the deepest so far, before it is hashed."""
    return len(bucket.deepest) < DEEPEST or line < depth_order(bucket.deepest[-1])


def depth_order(deep: Deep) -> tuple[int, int, str]:
    """Order lines by depth: lowest price, then earliest, then smallest id."""
    return deep.price, deep.time, deep.id


def mark_refunded(bucket: Bucket, line: tuple[int, int, str]) -> None:
    """Mark a line that went back, by price, event time and name, where it is cited or will be."""
    if line not in bucket.returned:
        bucket.returned = tuple(sorted((*bucket.returned, line))[:DEEPEST])
    for deep in bucket.deepest:
        if deep.line == line[2]:
            deep.refunded = True
