"""Planted coercion into exclusivity, each just beyond the boundaries that it names."""

from collections.abc import Callable

from monitor.eventtime.china import DAY, HOUR
from monitor.feed import conduct
from monitor.feed.cases import Register, coerced
from monitor.feed.conduct import (
    CRAWLED,
    block,
    both_homes,
    complained,
    leave_rival,
    opened_on_rival,
    pull,
    refused,
    sanction,
)
from monitor.feed.parameters import (
    ACTIVE_DAYS,
    CLOSING,
    EXIT,
    FEE_RAISE_BP,
    HISTORY_DAYS,
    HOLD_BACK,
    ON_OFF,
    OWN_PRICE_BP,
    OWN_PRICE_SEEN,
    RELIEF,
    SAME_LEVER,
    SHOP_AGE,
    STOCK_KNOWN,
    T0,
    T0_TAIL,
    above,
    under,
)
from monitor.feed.scene import ALGORITHM, STAFF, Scene, on
from monitor.feed.truth import Truth

register = Register()

MH = range(ACTIVE_DAYS)
"""the days of a history just long enough"""
AFTER = ACTIVE_DAYS
"""the day after it"""
WHOLE_BP = 10_000

BEGINNINGS: tuple[Callable[[Scene, int], None], ...] = (
    conduct.opened_on_rival,
    conduct.listed_on_rival,
    conduct.joined_on_rival,
    conduct.agreed_with_rival,
)
"""what may begin on a rival; instances take turns"""


def begin_on_rival(scene: Scene, time: int) -> None:
    """Let something begin on the rival."""
    BEGINNINGS[scene.instance % len(BEGINNINGS)](scene, time)


@register(span=5)
def demoted_soon_after_an_opening(scene: Scene) -> Truth:
    """A soft lever just within 72 h of what began on the rival; nothing else is known of the merchant."""
    begin = scene.at(0, "09:00")
    begin_on_rival(scene, begin)
    pull(scene, begin + under(T0), "SEARCH_DEMOTE")
    return coerced(scene, begin + under(T0), "lead", "S1", exercises=("t0_ms",))


@register(span=22)
def blocked_long_after_an_opening(scene: Scene) -> Truth:
    """An absolute lever just within 21 days of what began on the rival."""
    begin = scene.at(0, "09:00")
    begin_on_rival(scene, begin)
    block(scene, begin + under(T0_TAIL))
    return coerced(scene, begin + under(T0_TAIL), "lead", "S1", exercises=("t0_tail_ms",))


@register(span=3)
def demoted_after_a_refusal(scene: Scene) -> Truth:
    """A refusal is all that is known: it names no rival."""
    refused(scene, scene.at(0, "15:00"))
    pull(scene, scene.at(1, "15:00"), "TRAFFIC_LIMIT")
    return coerced(scene, scene.at(1, "15:00"), "lead", "S1", rival=None)


@register(span=ACTIVE_DAYS + 3)
def blocked_on_a_short_history(scene: Scene) -> Truth:
    """Exactly seven days on both platforms, then a block."""
    both_homes(scene, MH)
    block(scene, scene.at(AFTER, "10:00"), ALGORITHM)
    return coerced(scene, scene.at(AFTER, "10:00"), "lead", exercises=("active_days",))


@register(span=HISTORY_DAYS + 3)
def blocked_on_an_old_history(scene: Scene) -> Truth:
    """Seven days on both platforms, the first one exactly twenty-eight days before the block."""
    both_homes(scene, (0, *range(HISTORY_DAYS - ACTIVE_DAYS + 1, HISTORY_DAYS)))
    block(scene, scene.at(HISTORY_DAYS, "10:00"))
    return coerced(scene, scene.at(HISTORY_DAYS, "10:00"), "lead", exercises=("history_days", "active_days"))


@register(span=ACTIVE_DAYS + 4)
def two_soft_levers(scene: Scene) -> Truth:
    """Two kinds of soft levers, a day apart."""
    both_homes(scene, MH)
    pull(scene, scene.at(AFTER, "10:00"), "ALGO_DEMOTE", ALGORITHM)
    pull(scene, scene.at(AFTER + 1, "10:00"), "BANNER_REMOVE")
    return coerced(scene, scene.at(AFTER, "10:00"), "lead", exercises=("soft_levers",))


@register(span=ACTIVE_DAYS + 2)
def blocked_as_two_saw_it(scene: Scene) -> Truth:
    """A crawler sees the block just less than an hour before the feed tells it: one lever, in force past the hour."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    block(scene, lever, CRAWLED, held=None)
    block(scene, lever + under(SAME_LEVER), held=above(HOLD_BACK) - under(SAME_LEVER))
    return coerced(scene, lever, "lead", exercises=("same_lever_ms", "in_force_ms"))


@register(span=ACTIVE_DAYS + 2)
def blocked_past_the_hold_back(scene: Scene) -> Truth:
    """A block that lasts just longer than an hour."""
    both_homes(scene, MH)
    block(scene, scene.at(AFTER, "10:00"), held=above(HOLD_BACK))
    return coerced(scene, scene.at(AFTER, "10:00"), "lead", exercises=("in_force_ms",))


@register(span=ACTIVE_DAYS + 15)
def exited_at_last(scene: Scene) -> Truth:
    """The merchant gives the rival up just within fourteen days of a soft lever."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    pull(scene, lever, "SEARCH_DEMOTE", held=None)
    leave_rival(scene, lever + under(EXIT))
    return coerced(scene, lever, "lead", "S3", grade="exited", exercises=("exit_ms",))


@register(span=ACTIVE_DAYS + 17)
def relieved_at_last(scene: Scene) -> Truth:
    """The lever is released just within fourteen days of the exit."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    leave_rival(scene, lever + DAY)
    pull(scene, lever, "SEARCH_DEMOTE", held=DAY + under(RELIEF))
    return coerced(scene, lever, "lead", "S3", grade="relieved", exercises=("relief_ms",))


@register(span=ACTIVE_DAYS + 5)
def relieved_by_a_text(scene: Scene) -> Truth:
    """A warning that names the rival stands in the release's place."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    conduct.warn(scene, lever - 2 * HOUR)
    pull(scene, lever, "SUBSIDY_CUT", held=None)
    leave_rival(scene, lever + 2 * DAY)
    return coerced(scene, lever, "lead", "S3", grade="relieved")


@register(span=3)
def exited_at_once(scene: Scene) -> Truth:
    """A shop opens on the rival, is demoted here the same evening, and leaves the rival the next noon."""
    opened_on_rival(scene, scene.at(0, "09:00"))
    lever = scene.at(0, "20:10")
    pull(scene, lever, "TRAFFIC_LIMIT", ALGORITHM, held=None)
    leave_rival(scene, scene.at(1, "12:00"))
    return coerced(scene, lever, "lead", "S1", "S3", grade="exited")


@register(span=3)
def punished_until_gone(scene: Scene) -> Truth:
    """A shop opens on the rival, is blocked the same evening, leaves the rival and is open again."""
    opened_on_rival(scene, scene.at(0, "15:00"))
    lever = scene.at(0, "22:48")
    block(scene, lever, held=26 * HOUR)
    leave_rival(scene, lever + 20 * HOUR)
    return coerced(scene, lever, "lead", "S1", "S2", "S3", grade="relieved")


@register(span=ACTIVE_DAYS + 5)
def released_after_a_complaint(scene: Scene) -> Truth:
    """The block ends just within 48 h of a complaint."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    complained(scene, lever + 4 * HOUR)
    block(scene, lever, held=4 * HOUR + under(ON_OFF))
    return coerced(scene, lever, "lead", "S2", exercises=("on_off_ms",))


@register(span=3)
def fee_raised_after_an_opening(scene: Scene) -> Truth:
    """The commission rises by just more than three points a day after what began on the rival."""
    begin_on_rival(scene, scene.at(0, "09:00"))
    values = (1_800, 1_800 + above(FEE_RAISE_BP), "basis_point")
    pull(scene, scene.at(1, "09:30"), "FEE_RAISE", values=values)
    return coerced(scene, scene.at(1, "09:30"), "lead", "S1", exercises=("fee_raise_bp",))


@register(span=ACTIVE_DAYS + 3)
def blocked_for_selling_elsewhere(scene: Scene) -> Truth:
    """The published ground is multi-homing itself, which excuses nothing."""
    both_homes(scene, MH)
    notice = f"{scene.platform}-n-{scene.instance}-mh"
    sanction(scene, scene.at(AFTER, "09:00"), notice, ground="multi_homing")
    block(scene, scene.at(AFTER, "10:00"), on(STAFF, basis={"rule": None, "notice": notice}))
    return coerced(scene, scene.at(AFTER, "10:00"), "lead")


@register(span=ACTIVE_DAYS + 4, weekday=1)
def basis_a_day_too_late(scene: Scene) -> Truth:
    """The block of a Tuesday names a notice that is published on Thursday."""
    both_homes(scene, MH)
    notice = f"{scene.platform}-n-{scene.instance}-late"
    block(scene, scene.at(AFTER, "10:00"), on(STAFF, basis={"rule": None, "notice": notice}))
    sanction(scene, scene.at(AFTER + 2, "09:00"), notice)
    return coerced(scene, scene.at(AFTER, "10:00"), "lead", exercises=("basis_working_days",))


@register(span=ACTIVE_DAYS + 4)
def delisted_on_forgotten_stock(scene: Scene) -> Truth:
    """An empty stock just more than seven days ago says nothing about the day of the lever."""
    both_homes(scene, range(1, ACTIVE_DAYS + 1))
    lever = scene.at(AFTER + 1, "10:00")
    conduct.listing(scene, lever - above(STOCK_KNOWN), "listed", listed_count=4, stock="none")
    pull(scene, lever, "DELIST_ITEM")
    return coerced(scene, lever, "lead", exercises=("stock_ms",))


@register(span=ACTIVE_DAYS + 3)
def blocked_despite_an_unpaid_agreement(scene: Scene) -> Truth:
    """An agreement without consideration excuses nothing."""
    both_homes(scene, MH)
    conduct.agreement(scene, scene.at(3, "10:00"), consideration_fen=0, paid_time=None)
    block(scene, scene.at(AFTER, "10:00"))
    return coerced(scene, scene.at(AFTER, "10:00"), "lead")


@register(span=ACTIVE_DAYS + 3)
def blocked_just_grown_up(scene: Scene) -> Truth:
    """The shop is just older than thirty days."""
    lever = scene.at(AFTER, "10:00")
    conduct.status(scene, scene.at(0, "06:00"), "opened", opened_on=lever - above(SHOP_AGE))
    both_homes(scene, MH)
    block(scene, lever)
    return coerced(scene, lever, "lead", exercises=("shop_age_ms",))


@register(span=3)
def demoted_after_a_small_rise(scene: Scene) -> Truth:
    """The merchant raised its own price by just less than a tenth."""
    begin_on_rival(scene, scene.at(0, "09:00"))
    conduct.price(scene, scene.at(0, "07:00"), 10_000)
    conduct.price(scene, scene.at(0, "08:00"), 10_000 + under(OWN_PRICE_BP))
    pull(scene, scene.at(1, "09:30"), "SEARCH_DEMOTE")
    return coerced(scene, scene.at(1, "09:30"), "lead", "S1", exercises=("own_price_bp",))


@register(span=10)
def demoted_long_after_a_rise(scene: Scene) -> Truth:
    """The merchant raised its own price just more than seven days before."""
    lever = scene.at(8, "09:30")
    conduct.price(scene, lever - above(OWN_PRICE_SEEN) - HOUR, 10_000)
    conduct.price(scene, lever - above(OWN_PRICE_SEEN), 13_000)
    begin_on_rival(scene, lever - DAY)
    pull(scene, lever, "SEARCH_DEMOTE")
    return coerced(scene, lever, "lead", "S1", exercises=("own_price_ms",))


@register(span=ACTIVE_DAYS + 10)
def exited_long_before_closing(scene: Scene) -> Truth:
    """The merchant closes here too, but just more than seven days after it left the rival."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    pull(scene, lever, "PEAK_HIDE", held=DAY)
    leave_rival(scene, lever + 2 * DAY)
    conduct.status(scene, lever + 2 * DAY + above(CLOSING), "closed")
    return coerced(scene, lever, "lead", "S3", grade="exited", exercises=("closing_ms",))
