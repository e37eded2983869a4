"""Planted sales below cost that a platform forces or asks for: campaigns with a price, and prices set from above."""

from monitor.eventtime.china import MINUTE
from monitor.feed.cases import Register, priced
from monitor.feed.dumping import BUSY, daily
from monitor.feed.market import SALE
from monitor.feed.parameters import DAYS, SEVERE_BP, under
from monitor.feed.sales import EDGE_BP, WHOLE_BP, by_seller, declare, sell
from monitor.feed.scene import ALGORITHM, MERCHANT, STAFF, Price, Scene
from monitor.feed.truth import Truth

register = Register()


@register(span=DAYS)
def three_days_in_a_joined_campaign(scene: Scene) -> Truth:
    """The merchant joins a campaign that asks for the price."""
    declare(scene, "A")
    _campaign(scene, "promotion_joined", "price_at_most", scene.low_fen * EDGE_BP // WHOLE_BP)
    daily(scene, range(DAYS), by_seller(scene, EDGE_BP), campaign=SALE)
    return priced(scene, scene.at(0, "12:00"), "lead", "D4", "A", "high", force="weak")


@register(span=DAYS)
def three_days_of_an_asked_discount(scene: Scene) -> Truth:
    """The campaign asks for a discount on the tag price, the platform puts the merchant in."""
    declare(scene, "B")
    _campaign(scene, "promotion_forced", "discount_at_least", 3_000)
    tag = scene.low_fen * 13 // 10
    daily(scene, range(DAYS), Price(tag, tag * 3_000 // WHOLE_BP), campaign=SALE)
    return priced(scene, scene.at(0, "12:00"), "lead", "D4", "B", "high", force="strong")


@register(span=DAYS)
def three_days_of_an_override(scene: Scene) -> Truth:
    """The platform's algorithm sets the price, nobody asked the merchant."""
    return _overridden(scene, "absent", "strong")


@register(span=DAYS)
def three_days_of_an_agreed_override(scene: Scene) -> Truth:
    """The platform's algorithm sets the price with the merchant's consent: D4 all the same, but weak."""
    return _overridden(scene, "given", "weak")


@register(span=DAYS)
def three_days_mostly_by_the_seller(scene: Scene) -> Truth:
    """Just less than half of what is below cost follows a campaign's condition: the seller's own decision leads."""
    declare(scene, "A")
    _campaign(scene, "promotion_joined", "price_at_most", scene.low_fen * EDGE_BP // WHOLE_BP)
    for day in range(DAYS):
        sell(scene, day, (2,) * 9 + (1,), by_seller(scene, EDGE_BP), campaign=SALE)
        sell(scene, day, (2,) * 10 + (1,), by_seller(scene, EDGE_BP), opening="09:15")
    return priced(scene, scene.at(0, "12:00"), "lead", "D1", "A", "high", exercises=("class_share_bp",))


@register(span=1)
def severe_day_of_a_forced_campaign(scene: Scene) -> Truth:
    """The platform puts the merchant into a campaign that asks for under half of the cost."""
    declare(scene, "B")
    _campaign(scene, "promotion_forced", "price_at_most", scene.low_fen * under(SEVERE_BP) // WHOLE_BP)
    sell(scene, 0, BUSY, by_seller(scene, under(SEVERE_BP)), campaign=SALE)
    return priced(scene, scene.at(0, "12:00"), "lead", "D4", "B", "critical", force="strong", exercises=("severe_bp",))


def _overridden(scene: Scene, consent: str, force: str) -> Truth:
    declare(scene, "A")
    price = by_seller(scene, EDGE_BP)
    scene.tell(
        "offers",
        "price_overridden",
        scene.at(0, "06:00"),
        ALGORITHM,
        sku=scene.sku,
        product=scene.product,
        list_fen=price.list_fen,
        net_fen=scene.low_fen * EDGE_BP // WHOLE_BP,
        reference_fen=price.list_fen,
        reference_kind="previous_price",
        claim=None,
        claim_ends=None,
        before_fen=price.list_fen,
        rival=scene.rival,
        rival_price_fen=scene.low_fen * EDGE_BP // WHOLE_BP,
        consent=consent,
    )
    daily(scene, range(DAYS), price, act=ALGORITHM)
    return priced(scene, scene.at(0, "12:00"), "lead", "D4", "A", "high", force=force)


def _campaign(scene: Scene, entered: str, kind: str, value: int) -> None:
    span = {"from": scene.at(-1, "00:00"), "to": scene.at(DAYS + 1, "00:00")}
    condition = {"kind": kind, "value": value, "per_quantity": 1, "unit": "piece", **span, "mandatory": True}
    asked = scene.at(-2, "10:00")
    scene.tell("offers", "promotion_condition_set", asked, STAFF, campaign=SALE, sku=scene.sku, condition=condition)
    act = STAFF if entered == "promotion_forced" else MERCHANT
    scene.tell("offers", entered, asked + 30 * MINUTE, act, campaign=SALE, sku=scene.sku)
