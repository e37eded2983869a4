"""What sub-cost keeps between records, and under which keys (design.md 6).

What bounds it: a bucket lives 7 days, or 35 once its SKU has had a cost; an item keeps its costs, the sums of days
that an alert of it still spans, and its alerts until nothing can touch them.
"""

from msgspec import Struct

from monitor.detect.sub_cost.costs import Cost
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.prices import Deep, depth_order
from monitor.eventtime.china import DAY
from monitor.eventtime.closing import closing
from monitor.findings import Published, Reference

BUCKET, ITEM, PRODUCT, DECLARED, SUBJECT, OFFERS, PRICING = "b", "i", "c", "d", "e", "o", "p"

SHORT_LIFE = 7
LONG_LIFE = 35
MOST_REFERENCES = 32
KEPT_DAYS = 45
"""How long after its last contributing day an alert's number outlives everything that can touch it."""


class Seen(Struct, array_like=True, frozen=True, gc=False):
    """What of an alert a line may change: days that count or are enough by themselves, class, force, checks."""

    open_days: list[tuple[int, bool, bool, str, list[str]]]
    class_: str
    is_strong: bool
    is_no_slip: bool
    quality: str


class Glance(Struct, array_like=True, gc=False):
    """What the closed days that count add up to in single units, `runs` of all days that count, and what was seen.

    `size` is 0 where days count in different units: then there is no short way.
    """

    size: int
    below: int
    seller_below: int
    forced: int
    is_strong: bool
    is_no_slip: bool
    runs: list[tuple[int, int]]
    seen: Seen | None = None


class Alert(Struct, array_like=True, gc=False):
    """One alert of an item; days and the time of the last contributing event are of its last evaluation."""

    published: Published
    first: int
    last: int = 0
    time: int = 0
    glance: Glance | None = None

    def covers(self, day: int, width: int) -> bool:
        """Answer whether it stands and a day may yet change it: one of its days, or within `width` of them."""
        return self.published.stands and self.first - width <= day <= self.last + width


class Kept(Struct, array_like=True, gc=False):
    """A day whose bucket has expired: its sums, the lines of it that were worth citing, and what proves its terms.

    Terms go with the last bucket that they bind; an alert outlives both.
    """

    day: Day
    lines: list[Deep] = []
    terms: list[Reference] = []


def keep_deepest(kept: list[Kept]) -> None:
    """Leave as many lines in all kept days as one alert can cite: the deepest."""
    ranked = sorted((line for one in kept for line in one.lines), key=depth_order)
    wanted = {line.id for line in ranked[:MOST_REFERENCES]}
    for one in kept:
        one.lines = [line for line in one.lines if line.id in wanted]


class Item(Struct, array_like=True, gc=False):
    """A SKU that has ever had a cost; `newest` is the newest day on which it sold below cost."""

    product: str | None = None
    category: str | None = None
    costs: list[Cost] = []
    alerts: list[Alert] = []
    kept: list[Kept] = []
    newest: int = 0
    listed: bool = False


class Product(Struct, array_like=True, gc=False):
    """The costs of a standard product."""

    costs: list[Cost] = []


class Declared(Struct, array_like=True, gc=False):
    """Where a declared cost is filed, by which a withdrawal finds it; a withdrawal may be read first."""

    key: str = ""
    withdrawn: bool = False
    cited: Reference | None = None


def bucket_key(subject: str, platform: str, day: int, sku: str) -> str:
    """Name the key of one day of a SKU; it is due on the orders clock."""
    return f"b\n{subject}\n{platform}\n{day}\n{sku}"


def item_key(subject: str, platform: str, sku: str) -> str:
    """Name the key of a SKU; it is due on the platform clock."""
    return f"i\n{subject}\n{platform}\n{sku}"


def product_key(product: str) -> str:
    """Name the key of a standard product; never due."""
    return f"c\n\n\n{product}"


def declared_key(declaration: str) -> str:
    """Name the key by which a declared cost is found; never due."""
    return f"d\n\n\n{declaration}"


def subject_key(subject: str) -> str:
    """Name the key of a merchant; never due."""
    return f"e\n{subject}\n"


def offers_key(subject: str, platform: str) -> str:
    """Name the key of a merchant's campaigns on a platform; never due."""
    return f"o\n{subject}\n{platform}"


def pricing_key(subject: str, platform: str, sku: str) -> str:
    """Name the key of a SKU's overrides; due on the platform clock."""
    return f"p\n{subject}\n{platform}\n{sku}"


def expiry_of(day: int, life: int) -> int:
    """Answer when the orders clock lies beyond the end of a day + `life` days + the grace."""
    return closing(day) + life * DAY + 1
