"""Everything honest that is no order line: prices, campaigns, stock, exposure, fees, sanctions with their basis."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.feed.delivery import Delivery, Kind, split
from monitor.feed.market import CAMPAIGNS, CATEGORIES, COST_BP, REGIONS, WHOLE_BP, Market, Offer, Shop
from monitor.feed.parameters import FEE_RAISE_BP
from monitor.feed.post import Post

GRADES = ("A", "B", "C", "B", "C", "D", "E")
GROUNDS = ("counterfeit", "quality", "fraud", "unsafe")
CARROTS = ("FEE_CUT", "BANNER_GRANT", "SUBSIDY_GRANT", "DEPOSIT_REFUND", "RANK_LOCK")
SOFT = ("SEARCH_DEMOTE", "TRAFFIC_LIMIT", "BANNER_REMOVE")
INDEX_BP = 6_500
WARNING = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"


class Routine:
    """Conduct of shops and platforms on a market, handed into the post."""

    def __init__(self, seed: int, market: Market, post: Post, end: int) -> None:
        self._rng = Random(f"routine/{seed}")  # noqa: S311 - a simulation repeats itself by its seed
        self._market = market
        self._post = post
        self._end = end
        self.number = 0

    def open_books(self, start: int) -> None:
        """Before the first day: when shops opened, and a cost for every second offer."""
        for shop in self._market.shops:
            opened = start - self._rng.randrange(90, 900) * DAY
            self._status(shop, start - self._rng.randrange(HOUR, 20 * HOUR), "open", opened_on=opened)
        for offer in self._market.offers[::2]:
            self._cost(offer, start - self._rng.randrange(HOUR, 20 * HOUR))
        for offer in self._market.offers[1::16]:
            self._index(offer, start - self._rng.randrange(HOUR, 20 * HOUR))

    def day(self, start: int, count: int) -> None:
        """One day of routine beginning at `start` (ms): about `count` acts, each by a shop drawn at random."""
        acts = self._acts()
        for _ in range(count):
            time = start + self._rng.randrange(8 * HOUR, 22 * HOUR)
            self._rng.choice(acts)(self._rng.choice(self._market.offers), time)

    def _acts(self) -> tuple[Callable[[Offer, int], None], ...]:
        return (
            self._exposure,
            self._exposure,
            self._exposure,
            self._price,
            self._price,
            self._campaign,
            self._follow,
            self._stock,
            self._fee,
            self._sanction,
            self._soft_lever,
            self._carrot,
            self._warning,
            self._agreement,
            self._cost_taken_back,
        )

    def _tell(self, topic: str, kind: str, shop: Shop, time: int, actor: str = "merchant", **facts: Any) -> str:
        """Say that something happened and answer the event's id; what would arrive after the end is left out."""
        arrival = time + self._rng.randrange(100, MINUTE)
        self.number += 1
        event_id = f"{shop.platform}-{kind}-{self.number:09d}"
        value: Mapping[str, Any] = {
            "type": kind,
            "event_id": event_id,
            "platform": shop.platform,
            "shop": shop.name,
            "subject": shop.subject,
            "event_time": time,
            "sent_time": arrival,
            "source_grade": "platform_feed",
            "actor": actor,
            "basis": None,
            **facts,
        }
        if arrival < self._end:
            self._post.take(
                Delivery(
                    arrival, self.number, Kind.fact, topic, shop.subject, shop.platform, shop.reporter, *split(value)
                )
            )
        return event_id

    def _status(self, shop: Shop, time: int, status: str, actor: str = "merchant", **other: Any) -> None:
        facts = {"status": status, "reason_code": None, "region": REGIONS[0], "category": CATEGORIES[0]}
        self._tell("shops", "status_changed", shop, time, actor, **{**facts, "opened_on": None, **other})

    def _cost(self, offer: Offer, time: int) -> str:
        goods = {"sku": offer.sku, "product": offer.product, "document": f"inv-{self.number:08d}"}
        said = _cost_of(offer, self._rng.choice(GRADES), COST_BP, time)
        return self._tell("costs", "cost_declared", offer.shop, time, **goods, **said)

    def _cost_taken_back(self, offer: Offer, time: int) -> None:
        """Declare a cost and withdraw it."""
        declaration = self._cost(offer, time)
        self._tell("costs", "cost_withdrawn", offer.shop, time + HOUR, declaration=declaration)

    def _index(self, offer: Offer, time: int) -> None:
        """Publish an index of a standard product's cost, for everyone."""
        self.number += 1
        value = {
            "type": "cost_declared",
            "event_id": f"price-office-cost_declared-{self.number:09d}",
            "platform": None,
            "shop": None,
            "subject": None,
            "event_time": time,
            "sent_time": time,
            "source_grade": "platform_feed",
            "actor": "system",
            "basis": None,
            "sku": None,
            "product": offer.product,
            "document": f"index-{self.number:08d}",
            **_cost_of(offer, "D", INDEX_BP, time),
        }
        self._post.take(
            Delivery(time, self.number, Kind.entry, "costs", offer.product, "office", "price-office", *split(value))
        )

    def _exposure(self, offer: Offer, time: int) -> None:
        seen = {"impressions": self._rng.randrange(50, 60_000), "rank": self._rng.randrange(1, 400), "ad_band": "low"}
        self._tell("shops", "exposure_counted", offer.shop, time, "system", **{"from": time - HOUR, "to": time}, **seen)

    def _price(self, offer: Offer, time: int) -> None:
        """Cut a price honestly, or take the cut back: never down to the cost."""
        net = offer.tag_fen * self._rng.randrange(7_300, WHOLE_BP) // WHOLE_BP
        self._tell(
            "offers",
            "price_changed",
            offer.shop,
            time,
            sku=offer.sku,
            product=offer.product,
            list_fen=offer.tag_fen,
            net_fen=net,
            reference_fen=offer.tag_fen,
            reference_kind="previous_price",
            claim="today only",
            claim_ends=time + DAY,
        )

    def _campaign(self, offer: Offer, time: int) -> None:
        """Join a campaign with its condition, and sometimes leave it again."""
        campaign = self._rng.choice(CAMPAIGNS)
        condition = {"kind": "discount_at_least", "value": 500, "per_quantity": 1, "unit": "piece"}
        span = {"from": time, "to": time + 20 * DAY, "mandatory": False}
        asked = {"campaign": campaign, "sku": offer.sku}
        self._tell(
            "offers",
            "promotion_condition_set",
            offer.shop,
            time,
            "platform_staff",
            **asked,
            condition={**condition, **span},
        )
        self._tell("offers", "promotion_joined", offer.shop, time + 20 * MINUTE, **asked)
        if self._rng.random() < 1 / 3:
            self._tell("offers", "promotion_left", offer.shop, time + 2 * DAY, **asked)

    def _follow(self, offer: Offer, time: int) -> None:
        self._tell("offers", "auto_follow_enabled", offer.shop, time, sku=offer.sku)
        self._tell("offers", "auto_follow_disabled", offer.shop, time + DAY, sku=offer.sku)

    def _stock(self, offer: Offer, time: int) -> None:
        """Run out of one SKU: its listing goes by algorithm and comes back with the stock."""
        facts: dict[str, Any] = {"sku": offer.sku, "listed_count": 40}
        self._tell("shops", "listing_changed", offer.shop, time, **facts, state="listed", stock="none")
        later = time + 30 * MINUTE
        algorithm = "platform_algorithm"
        self._tell("shops", "listing_changed", offer.shop, later, algorithm, **facts, state="delisted", stock="none")
        back = time + DAY
        self._tell("shops", "listing_changed", offer.shop, back, algorithm, **facts, state="listed", stock="normal")

    def _fee(self, offer: Offer, time: int) -> None:
        """Change a commission by less than what counts as a lever."""
        after = 1_800 + self._rng.randrange(50, FEE_RAISE_BP - 50)
        self._lever(offer.shop, time, "FEE_RAISE", (1_800, after, "basis_point"))

    def _soft_lever(self, _: Offer, time: int) -> None:
        """Demote a shop whose merchant sells nowhere else."""
        if self._market.single:
            self._lever(self._rng.choice(self._market.single), time, self._rng.choice(SOFT))

    def _carrot(self, offer: Offer, time: int) -> None:
        self._lever(offer.shop, time, self._rng.choice(CARROTS))

    def _lever(self, shop: Shop, time: int, lever: str, values: tuple[int, int, str] | None = None) -> None:
        before, after, unit = values or (None, None, None)
        facts = {
            "lever_id": f"{shop.platform}-l-{self.number:08d}",
            "lever": lever,
            "scope": {"kind": "shop", "value": None},
            "value_before": before,
            "value_after": after,
            "unit": unit,
            "rival_named": None,
        }
        self._tell("shops", "lever_pulled", shop, time, "platform_staff", **facts)
        self._tell("shops", "lever_released", shop, time + DAY, "platform_staff", **facts)

    def _sanction(self, offer: Offer, time: int) -> None:
        """Block a shop on a published basis and open it again."""
        shop = offer.shop
        notice = f"{shop.platform}-n-{self.number:08d}"
        said = {"notice": notice, "ground": self._rng.choice(GROUNDS), "measure": "BLOCK_SHOP"}
        span = {"decided_time": time - HOUR, "from": time, "to": None}
        self._tell("shops", "sanction_published", shop, time, "platform_staff", **said, **span)
        basis = {"rule": None, "notice": notice}
        self._status(shop, time + HOUR, "blocked", "platform_staff", reason_code=said["ground"], basis=basis)
        self._status(shop, time + 2 * DAY, "open", "platform_staff")

    def _warning(self, offer: Offer, time: int) -> None:
        notice = f"{offer.shop.platform}-w-{self.number:08d}"
        said = {"notice": notice, "text_sha256": WARNING, "rival_named": None, "deadline": time + DAY}
        self._tell("shops", "warning_issued", offer.shop, time, "platform_staff", **said)

    def _agreement(self, _: Offer, time: int) -> None:
        """Pay a merchant that sells nowhere else for staying so, for a month."""
        if not self._market.single:
            return
        shop = self._rng.choice(self._market.single)
        said: dict[str, Any] = {
            "agreement": f"{shop.platform}-a-{self.number:08d}",
            "from": time,
            "to": time + 30 * DAY,
            "consideration_fen": 5_000_000,
            "paid_time": time,
        }
        self._tell("shops", "exclusivity_agreed", shop, time, **said)
        self._tell("shops", "exclusivity_ended", shop, time + 5 * DAY, **said)


def _cost_of(offer: Offer, grade: str, share_bp: int, time: int) -> dict[str, Any]:
    low = offer.tag_fen * share_bp // WHOLE_BP
    return {
        "low_fen": low,
        "high_fen": low * 11 // 10,
        "per_quantity": 1,
        "unit": "piece",
        "level": "L1",
        "grade": grade,
        "seller_kind": "trader",
        "vat_included": True,
        "freight_included": True,
        "valid_from": time,
        "valid_to": None,
    }
