"""Delivery terms that choke a shop, at the boundaries of S6 and on both sides of them."""

from monitor.eventtime.china import HOUR
from monitor.feed.cases import Register, coerced
from monitor.feed.coercion import AFTER, MH
from monitor.feed.conduct import both_homes, pull
from monitor.feed.parameters import ACTIVE_DAYS, RADIUS_BP, RADIUS_METRES, TIMES, above, under
from monitor.feed.scene import Scene
from monitor.feed.truth import Truth

beyond = Register()
inside = Register()

WHOLE_BP = 10_000


@beyond(span=ACTIVE_DAYS + 2)
def radius_under_a_kilometre(scene: Scene) -> Truth:
    """Delivery shrinks to just under a kilometre, through exactly two meal peaks."""
    values = (4_000, under(RADIUS_METRES), "metre")
    return _throttled(scene, "DELIVERY_RADIUS_CUT", values, "radius_metres", "peaks")


@beyond(span=ACTIVE_DAYS + 2)
def radius_under_a_fifth(scene: Scene) -> Truth:
    """Delivery shrinks to just under a fifth, more than a kilometre all the same."""
    values = (10_000, 10_000 * under(RADIUS_BP) // WHOLE_BP, "metre")
    return _throttled(scene, "DELIVERY_RADIUS_CUT", values, "radius_bp")


@beyond(span=ACTIVE_DAYS + 2)
def minimum_order_beyond_five_times(scene: Scene) -> Truth:
    """The minimum order rises to just over five times."""
    return _throttled(scene, "MIN_ORDER_RAISE", (2_000, 2_000 * above(TIMES * 100) // 100, "fen"), "min_order_times")


@beyond(span=ACTIVE_DAYS + 2)
def delivery_fee_beyond_five_times(scene: Scene) -> Truth:
    """The delivery fee rises to just over five times."""
    values = (400, 400 * above(TIMES * 100) // 100, "fen")
    return _throttled(scene, "DELIVERY_FEE_RAISE", values, "delivery_fee_times")


@inside(span=ACTIVE_DAYS + 2)
def radius_over_a_kilometre(scene: Scene) -> Truth:
    """Delivery shrinks to just over a kilometre and just over a fifth: a soft lever."""
    return _eased(scene, "DELIVERY_RADIUS_CUT", (5_000, above(RADIUS_METRES), "metre"), "radius_metres")


@inside(span=ACTIVE_DAYS + 2)
def radius_over_a_fifth(scene: Scene) -> Truth:
    """Delivery shrinks to just over a fifth of a wide radius: a soft lever."""
    values = (10_000, 10_000 * above(RADIUS_BP) // WHOLE_BP, "metre")
    return _eased(scene, "DELIVERY_RADIUS_CUT", values, "radius_bp")


@inside(span=ACTIVE_DAYS + 2)
def minimum_order_within_five_times(scene: Scene) -> Truth:
    """The minimum order rises to just under five times: a soft lever."""
    return _eased(scene, "MIN_ORDER_RAISE", (2_000, 2_000 * under(TIMES * 100) // 100, "fen"), "min_order_times")


@inside(span=ACTIVE_DAYS + 2)
def delivery_fee_within_five_times(scene: Scene) -> Truth:
    """The delivery fee rises to just under five times: a soft lever."""
    values = (400, 400 * under(TIMES * 100) // 100, "fen")
    return _eased(scene, "DELIVERY_FEE_RAISE", values, "delivery_fee_times")


@inside(span=ACTIVE_DAYS + 2)
def throttled_through_one_peak(scene: Scene) -> Truth:
    """Delivery shrinks to half a kilometre, but ends before the second meal peak does."""
    both_homes(scene, MH)
    pulled = scene.at(AFTER, "10:30")
    pull(scene, pulled, "DELIVERY_RADIUS_CUT", values=(3_000, 500, "metre"), held=9 * HOUR)
    return coerced(scene, pulled, "lead", exercises=("peaks",))


def _throttled(scene: Scene, lever: str, values: tuple[int, int, str], *exercises: str) -> Truth:
    """Pull an absolute lever through two meal peaks."""
    return coerced(scene, _pulled(scene, lever, values), "lead", "S6", exercises=exercises)


def _eased(scene: Scene, lever: str, values: tuple[int, int, str], *exercises: str) -> Truth:
    """Pull a soft lever through two meal peaks."""
    return coerced(scene, _pulled(scene, lever, values), "notice", exercises=exercises)


def _pulled(scene: Scene, lever: str, values: tuple[int, int, str]) -> int:
    both_homes(scene, MH)
    pulled = scene.at(AFTER, "10:30")
    pull(scene, pulled, lever, values=values, held=scene.at(AFTER, "20:00") - pulled)
    return pulled
