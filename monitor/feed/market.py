"""The honest market: merchants with shops on one platform or several, their offers, and the lines they sell.

Bytes of a line are assembled from parts that are made once: what a shop says, what an offer says, what an amount
says. That is what makes a hundred thousand lines a second possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import accumulate
from random import Random
from typing import NamedTuple

import orjson

CATEGORIES = ("rice", "detergent", "batteries", "towels", "phone-cases", "lamps", "notebooks", "socks")
REGIONS = ("330106", "330108", "330211", "330302", "330402", "330602")
EVERYDAY, SALE = "everyday", "grand-sale"
CAMPAIGNS = (EVERYDAY, SALE)
"""ids without a year: a province may begin on any day"""
QUANTITIES = (1, 1, 1, 1, 2, 2, 3, 4)
TAGS = tuple(range(900, 26_000, 100))
COST_BP = 7_000
"""the lower cost of every honest offer, of its tag price"""
SHARES_BP = ((0, 0, 0), (500, 0, 0), (1_000, 300, 0), (800, 0, 500), (1_500, 500, 500), (2_900, 0, 0))
"""what seller, platform and bank give, of the tag price; never down to the cost"""
WHOLE_BP = 10_000


class Amount(NamedTuple):
    """The part of a line that tells quantity and money, and what a return of it repeats."""

    text: bytes
    quantity: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop of a merchant on one platform."""

    platform: str
    reporter: str
    name: str
    subject: str
    head: bytes
    """what every value of it says after its event id"""
    basis: bytes
    """the platform's rule that its prices follow"""


@dataclass(frozen=True, slots=True)
class Offer:
    """One SKU in one shop, at one tag price."""

    shop: Shop
    sku: str
    product: str
    category: str
    tag_fen: int
    text: bytes
    """what every line of it says between order and quantity"""


def merchant_subject(seed: int, number: int) -> str:
    """Name a merchant of the honest market."""
    return f"m1:{sha256(f'market/{seed}/{number}'.encode()).hexdigest()[:24]}"


def shop_of(platform: str, subject: str) -> Shop:
    """Answer a merchant's shop on a platform."""
    name = f"{platform}-s-{subject[3:10]}"
    head = f'","platform":"{platform}","shop":"{name}","subject":"{subject}",'.encode()
    basis = f'{{"rule":"{platform}-price-rule-7","notice":null}}'.encode()
    return Shop(platform, f"{platform}-feed", name, subject, head, basis)


def offer_of(shop: Shop, number: int, rng: Random) -> Offer:
    """Answer the `number`-th offer of a shop."""
    sku = f"{shop.platform}-k-{shop.subject[3:9]}{number:04d}"
    product = f"69{rng.randrange(10**11):011d}"
    category = rng.choice(CATEGORIES)
    said = {"line": 1, "sku": sku, "product": product, "category": category, "region": rng.choice(REGIONS)}
    return Offer(shop, sku, product, category, rng.choice(TAGS), b'","' + orjson.dumps(said)[2:-1] + b",")


def zipf(count: int, exponent: float) -> list[float]:
    """Answer cumulative weights by rank: few are large, most are small."""
    return list(accumulate(1 / rank**exponent for rank in range(1, count + 1)))


@cache
def amount(tag_fen: int, share: int, quantity: int, campaign: str | None) -> Amount:
    """Answer the money of a line: `share` is an index of `SHARES_BP`."""
    seller, platform, bank = (tag_fen * part // WHOLE_BP * quantity for part in SHARES_BP[share])
    total = tag_fen * quantity
    paid = total - seller - platform - bank
    said = {
        "quantity": quantity,
        "unit": "piece",
        "list_fen": total,
        "seller_discount_fen": seller,
        "platform_subsidy_fen": platform,
        "third_party_subsidy_fen": bank,
        "third_party": "bank" if bank else None,
        "buyer_paid_fen": paid,
        "commission_fen": total // 20,
        "service_fen": total // 200,
        "seller_delivery_fen": 120,
        "vat_included": True,
        "self_operated": False,
        "campaign": campaign,
        "first_order": tag_fen % 700 == 0,
        "gift_of": None,
    }
    return Amount(orjson.dumps(said)[1:], quantity, paid)


class Market:
    """Merchants drawn from a seed, half of them on several platforms; `exponent` says how unequal offers are."""

    def __init__(
        self,
        seed: int,
        platforms: Sequence[str],
        merchants: int,
        offers_a_shop: int = 3,
        exponent: float = 1.05,
    ) -> None:
        rng = Random(f"market/{seed}")  # noqa: S311 - a simulation repeats itself by its seed
        self.single: list[Shop] = []
        self.shops: list[Shop] = []
        self.offers: list[Offer] = []
        for number in range(merchants):
            subject = merchant_subject(seed, number)
            homes = rng.sample(list(platforms), min(len(platforms), rng.choice((1, 1, 2, 3))))
            shops = [shop_of(platform, subject) for platform in homes]
            self.shops += shops
            self.single += shops if len(shops) == 1 else ()
            self.offers += [offer_of(shop, index, rng) for shop in shops for index in range(offers_a_shop)]
        self.weights = zipf(len(self.offers), exponent)
