"""Sales below cost that are filed, corrected, paid for by others, or not to be compared with any cost."""

from monitor.eventtime.china import MINUTE
from monitor.feed.cases import Register, unpriced
from monitor.feed.dumping import BUSY, daily
from monitor.feed.parameters import DAYS, SEVERE_BP, WINDOW_DAYS, under
from monitor.feed.sales import EDGE_BP, by_seller, declare, honest, sell
from monitor.feed.scene import Price, Scene
from monitor.feed.truth import Truth

register = Register()


@register(span=DAYS)
def near_expiry(scene: Scene) -> Truth:
    """A filed clearance of goods that are about to expire."""
    declare(scene, "A")
    scene.file_exemption("near_expiry", scene.at(0, "00:00"), scene.at(DAYS, "00:00"), scene.at(-1, "09:00"))
    daily(scene, range(DAYS), by_seller(scene, under(SEVERE_BP)))
    return unpriced(scene, scene.at(0, "12:00"), explained="exempt")


@register(span=WINDOW_DAYS)
def new_product(scene: Scene) -> Truth:
    """A filed introduction of a new product, dearer again on the day after it."""
    declare(scene, "B")
    last = WINDOW_DAYS - 1
    scene.file_exemption("new_product", scene.at(0, "00:00"), scene.at(last, "00:00"), scene.at(-1, "09:00"))
    daily(scene, range(last), by_seller(scene, 6_000))
    sell(scene, last, BUSY, honest(scene))
    return unpriced(scene, scene.at(0, "12:00"), explained="exempt")


@register(span=DAYS + 2)
def exempted_afterwards(scene: Scene) -> Truth:
    """The clearance is filed when the sale is over, and reaches back."""
    declare(scene, "A")
    daily(scene, range(DAYS), by_seller(scene, EDGE_BP))
    scene.file_exemption("near_expiry", scene.at(0, "00:00"), scene.at(DAYS, "00:00"), scene.at(DAYS + 1, "09:00"))
    return unpriced(scene, scene.at(0, "12:00"), outcome="withdrawn", explained="exempt")


@register(span=1)
def price_error_cancelled(scene: Scene) -> Truth:
    """A wrong price for twenty minutes, every order cancelled within half an hour."""
    declare(scene, "A")
    price = by_seller(scene, 100)
    lines = [scene.line(scene.at(0, "10:01", number * 30_000), 1, price) for number in range(40)]
    for number, line in enumerate(lines):
        scene.take_back("line_cancelled", scene.at(0, "10:30", number * 30_000), line, "price_error")
    return unpriced(scene, scene.at(0, "12:00"), explained="price_error")


@register(span=DAYS)
def refund_wave(scene: Scene) -> Truth:
    """On the third evening so many goods come back that no day has half of its quantity below cost."""
    declare(scene, "B")
    below, fair = by_seller(scene, 9_000), honest(scene)
    sold = [sell(scene, day, (4,) * 10, below, hours=9) for day in range(DAYS)]
    for day in range(DAYS):
        sell(scene, day, (4,) * 5, fair, opening="14:15", hours=4)
    returned = [line for day in reversed(sold) for line in day[:6]]
    for number, line in enumerate(returned):
        scene.take_back("line_refunded", scene.at(DAYS - 1, "20:13", number * MINUTE), line, "return")
    return unpriced(scene, scene.at(0, "12:00"), outcome="withdrawn", explained="refund")


@register(span=DAYS)
def first_orders(scene: Scene) -> Truth:
    """Only first orders of new buyers are below cost."""
    declare(scene, "B")
    for day in range(DAYS):
        sell(scene, day, BUSY, by_seller(scene, 6_000), first_order=True)
        sell(scene, day, (1,) * 6, honest(scene), opening="09:15")
    return unpriced(scene, scene.at(0, "12:00"))


@register(span=DAYS)
def a_voucher_of_a_bank(scene: Scene) -> Truth:
    """A bank's voucher pays most of the price: nobody's dumping."""
    declare(scene, "B")
    tag = scene.low_fen * 13 // 10
    daily(scene, range(DAYS), Price(tag, scene.low_fen // 10, third_party_subsidy_fen=scene.low_fen))
    return unpriced(scene, scene.at(0, "12:00"))


@register(span=DAYS)
def a_cost_without_tax(scene: Scene) -> Truth:
    """The only cost leaves the tax out, so nothing can be compared."""
    declare(scene, "A", vat_included=False)
    daily(scene, range(DAYS), by_seller(scene, 6_000))
    return unpriced(scene, scene.at(0, "12:00"), explained="unit_mismatch")


@register(span=DAYS)
def no_cost_known(scene: Scene) -> Truth:
    """Nobody has told the cost."""
    daily(scene, range(DAYS), by_seller(scene, 5_000))
    return unpriced(scene, scene.at(0, "12:00"), explained="cost_unknown")
