"""Prices of one SKU on one day: exact sums by unit price, which no order of arrival can change (design.md 6).

A unit price is micro-fen per unit, rounded up, so that "below" never comes from rounding.
"""

from msgspec import Struct

from monitor.events import LinePlaced, LineReturned, Unit
from monitor.findings import Reference

MICRO = 1_000_000
ROOM = 64
JOURNAL = 16
DEEPEST = 8
_NO_TIME = 1 << 62


class Cell(Struct, array_like=True, gc=False):
    """All lines of one price; `first` and `last` are event times of placed lines, amounts are of what was placed."""

    placed: int = 0
    refunded: int = 0
    fen: int = 0
    list_fen: int = 0
    lines: int = 0
    returned: int = 0
    first: int = _NO_TIME
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
        min(one.first, other.first),
        max(one.last, other.last),
    )


class Split(Struct, array_like=True, gc=False):
    """The lines of a day that one campaign, first-order flag, unit and tax treatment have in common.

    The newest lines wait in `journal`, as (seller's and buyer's unit price, quantity, seller's and buyer's fen, list
    fen, event time): most days of most goods see a handful of lines, and a map costs ten times as much to make, to
    write and to read back. Who looks at the maps finds them entered.

    `bar` is the unit price below which a line of it is below a known cost, 0 where none is judged; `without` names
    the non-verdict that its lines are counted as.
    """

    campaign: str | None
    first_order: bool
    unit: Unit
    vat: bool
    journal: list[tuple[int, int, int, int, int, int, int]] = []
    maps: tuple[Prices, Prices] | None = None
    bar: int = 0
    without: str = "cost_unknown"

    @property
    def seller(self) -> Prices:
        """The map of seller's prices."""
        return self.settle()[0]

    @property
    def buyer(self) -> Prices:
        """The map of buyer's prices."""
        return self.settle()[1]

    def settle(self) -> tuple[Prices, Prices]:
        """Enter what waits in the journal into both maps, and answer them: seller's, buyer's."""
        if self.maps is None:
            self.maps = (Prices(), Prices())
        sellers, buyers = self.maps
        for seller, buyer, quantity, seller_fen, buyer_fen, list_fen, time in self.journal:
            _enter(sellers.at(seller), quantity, seller_fen, list_fen, time)
            _enter(buyers.at(buyer), quantity, buyer_fen, list_fen, time)
        self.journal.clear()
        return self.maps


def _enter(cell: Cell, quantity: int, fen: int, list_fen: int, time: int) -> None:
    cell.placed += quantity
    cell.fen += fen
    cell.list_fen += list_fen
    cell.lines += 1
    cell.first = min(cell.first, time)
    cell.last = max(cell.last, time)


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
    shops: list[str] = []
    splits: list[Split] = []
    watched: bool = False
    records: int = 0
    first_offset: int = _NO_TIME
    last_offset: int = 0
    refunded_fen: int = 0
    net_fen: int = 0
    deepest: list[Deep] = []
    counted: int = 0
    returned: list[tuple[int, int, str]] = []


def unit_price(fen: int, quantity: int) -> int:
    """Answer micro-fen per unit, rounded up."""
    return -(-fen * MICRO // quantity)


def place(split: Split, line: LinePlaced, seller: int, buyer: int) -> None:
    """Enter a line at its unit prices."""
    seller_fen = line.list_fen - line.seller_discount_fen
    buyer_fen = line.buyer_paid_fen + line.third_party_subsidy_fen
    journal = split.journal
    journal.append((seller, buyer, line.quantity, seller_fen, buyer_fen, line.list_fen, line.event_time))
    if len(journal) == JOURNAL:
        split.settle()


def take_back(split: Split, line: LineReturned, seller: int, buyer: int) -> None:
    """Take what was returned out of both cells of a line; a line returned whole by one record is no line any more."""
    whole = line.refunded_quantity >= line.quantity
    for cell in (split.seller.at(seller), split.buyer.at(buyer)):
        cell.refunded += line.refunded_quantity
        cell.returned += whole


def cite(bucket: Bucket, deep: Deep) -> None:
    """Keep a line among the deepest of its day, by price, event time and event id."""
    deep.refunded = any(line == deep.line for _, _, line in bucket.returned)
    bucket.deepest.append(deep)
    bucket.deepest.sort(key=depth_order)
    del bucket.deepest[DEEPEST:]


def is_deep(bucket: Bucket, line: tuple[int, int, str]) -> bool:
    """Answer whether a line of this price, event time and id is among the deepest so far, before it is hashed."""
    return len(bucket.deepest) < DEEPEST or line < depth_order(bucket.deepest[-1])


def depth_order(deep: Deep) -> tuple[int, int, str]:
    """Order lines by depth: lowest price, then earliest, then smallest id."""
    return deep.price, deep.time, deep.id


def mark_refunded(bucket: Bucket, line: tuple[int, int, str]) -> None:
    """Mark a line that went back, by price, event time and name, where it is cited or will be."""
    if line not in bucket.returned:
        bucket.returned.append(line)
        bucket.returned.sort()
        del bucket.returned[DEEPEST:]
    for deep in bucket.deepest:
        if deep.line == line[2]:
            deep.refunded = True
