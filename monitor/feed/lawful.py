"""Innocent or weaker conduct that looks like coercion, each just inside the boundaries that it names."""

from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.feed import conduct
from monitor.feed.cases import Register, coerced, uncoerced
from monitor.feed.coercion import AFTER, MH, begin_on_rival
from monitor.feed.conduct import CRAWLED, block, both_homes, complained, leave_rival, pull, sanction
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
from monitor.feed.scene import ALGORITHM, MERCHANT, STAFF, Scene, on
from monitor.feed.truth import Truth

register = Register()

NO_HISTORY = "insufficient_history"


@register(span=6)
def demoted_later_after_an_opening(scene: Scene) -> Truth:
    """A soft lever just more than 72 h after what began on the rival, without a history."""
    begin = scene.at(0, "09:00")
    begin_on_rival(scene, begin)
    pull(scene, begin + above(T0), "SEARCH_DEMOTE")
    return uncoerced(scene, begin + above(T0), explained=NO_HISTORY, exercises=("t0_ms",))


@register(span=ACTIVE_DAYS + 3)
def demoted_late_on_a_history(scene: Scene) -> Truth:
    """A soft lever just more than 72 h after an agreement with the rival: noticed on the history, no lead."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    conduct.agreed_with_rival(scene, lever - above(T0))
    pull(scene, lever, "SEARCH_DEMOTE")
    return coerced(scene, lever, "notice", "S1", exercises=("t0_ms",))


@register(span=25)
def blocked_too_long_after_an_opening(scene: Scene) -> Truth:
    """An absolute lever just more than 21 days after what began on the rival, without a history."""
    begin = scene.at(0, "09:00")
    begin_on_rival(scene, begin)
    block(scene, begin + above(T0_TAIL))
    return uncoerced(scene, begin + above(T0_TAIL), explained=NO_HISTORY, exercises=("t0_tail_ms",))


@register(span=ACTIVE_DAYS + 3)
def blocked_on_six_days(scene: Scene) -> Truth:
    """Six days on both platforms are no history."""
    both_homes(scene, MH[1:])
    block(scene, scene.at(AFTER, "10:00"))
    return uncoerced(scene, scene.at(AFTER, "10:00"), explained=NO_HISTORY, exercises=("active_days",))


@register(span=HISTORY_DAYS + 4)
def blocked_on_a_faded_history(scene: Scene) -> Truth:
    """Seven days on both platforms, the first one twenty-nine days before the block."""
    both_homes(scene, (0, *range(HISTORY_DAYS - ACTIVE_DAYS + 2, HISTORY_DAYS + 1)))
    lever = scene.at(HISTORY_DAYS + 1, "10:00")
    block(scene, lever)
    return uncoerced(scene, lever, explained=NO_HISTORY, exercises=("history_days",))


@register(span=ACTIVE_DAYS + 4)
def one_soft_lever_twice(scene: Scene) -> Truth:
    """The same kind of soft lever twice is one kind."""
    both_homes(scene, MH)
    pull(scene, scene.at(AFTER, "10:00"), "BANNER_REMOVE", held=HOUR * 6)
    pull(scene, scene.at(AFTER + 1, "10:00"), "BANNER_REMOVE", held=HOUR * 6)
    return coerced(scene, scene.at(AFTER, "10:00"), "notice", exercises=("soft_levers",))


@register(span=ACTIVE_DAYS + 2)
def blocked_as_two_saw_it_later(scene: Scene) -> Truth:
    """A crawler sees a block just more than an hour before the feed tells another, which is over within minutes."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    block(scene, lever, CRAWLED, held=None)
    block(scene, lever + above(SAME_LEVER), held=3 * MINUTE)
    return coerced(scene, lever, "notice", exercises=("same_lever_ms",))


@register(span=ACTIVE_DAYS + 2)
def blocked_within_the_hold_back(scene: Scene) -> Truth:
    """A block taken back just before an hour is over."""
    both_homes(scene, MH)
    block(scene, scene.at(AFTER, "10:00"), held=under(HOLD_BACK))
    return coerced(scene, scene.at(AFTER, "10:00"), "notice", exercises=("in_force_ms",))


@register(span=ACTIVE_DAYS + 16)
def left_too_late(scene: Scene) -> Truth:
    """The merchant gives the rival up just more than fourteen days after the lever."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    pull(scene, lever, "SEARCH_DEMOTE", held=None)
    leave_rival(scene, lever + above(EXIT))
    return coerced(scene, lever, "notice", exercises=("exit_ms",))


@register(span=ACTIVE_DAYS + 18)
def released_too_late(scene: Scene) -> Truth:
    """The lever is released just more than fourteen days after the exit: exited, not relieved.

    A second one of its kind keeps the episode's window open, so that nothing but the time from the exit decides.
    """
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    leave_rival(scene, lever + DAY)
    pull(scene, lever, "SEARCH_DEMOTE", held=DAY + above(RELIEF))
    pull(scene, lever + 5 * DAY, "SEARCH_DEMOTE", held=None)
    return coerced(scene, lever, "lead", "S3", grade="exited", exercises=("relief_ms",))


@register(span=ACTIVE_DAYS + 5)
def released_long_after_a_complaint(scene: Scene) -> Truth:
    """The block ends just more than 48 h after a complaint: pressed, without the sequence."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    complained(scene, lever + 4 * HOUR)
    block(scene, lever, held=4 * HOUR + above(ON_OFF))
    return coerced(scene, lever, "lead", exercises=("on_off_ms",))


@register(span=3)
def fee_raised_a_little(scene: Scene) -> Truth:
    """The commission rises by just less than three points: no lever at all."""
    begin_on_rival(scene, scene.at(0, "09:00"))
    pull(scene, scene.at(1, "09:30"), "FEE_RAISE", values=(1_800, 1_800 + under(FEE_RAISE_BP), "basis_point"))
    return uncoerced(scene, scene.at(1, "09:30"), exercises=("fee_raise_bp",))


@register(span=ACTIVE_DAYS + 3)
def blocked_for_counterfeits(scene: Scene) -> Truth:
    """A published sanction carries the block."""
    both_homes(scene, MH)
    notice = f"{scene.platform}-n-{scene.instance}"
    sanction(scene, scene.at(AFTER, "09:00"), notice)
    block(scene, scene.at(AFTER, "11:00"), on(STAFF, basis={"rule": None, "notice": notice}))
    return uncoerced(scene, scene.at(AFTER, "11:00"), explained="explained:basis")


@register(span=ACTIVE_DAYS + 4, weekday=1)
def basis_on_the_next_working_day(scene: Scene) -> Truth:
    """The block of a Tuesday names a notice that is published on Wednesday evening."""
    both_homes(scene, MH)
    notice = f"{scene.platform}-n-{scene.instance}-next"
    block(scene, scene.at(AFTER, "10:00"), on(STAFF, basis={"rule": None, "notice": notice}))
    sanction(scene, scene.at(AFTER + 1, "22:00"), notice)
    return uncoerced(
        scene,
        scene.at(AFTER, "10:00"),
        outcome="withdrawn",
        explained="explained:basis",
        exercises=("basis_working_days",),
    )


@register(span=ACTIVE_DAYS + 4)
def delisted_out_of_stock(scene: Scene) -> Truth:
    """The last stock known within seven days was none."""
    both_homes(scene, range(1, ACTIVE_DAYS + 1))
    lever = scene.at(AFTER + 1, "10:00")
    conduct.listing(scene, lever - under(STOCK_KNOWN), "listed", listed_count=4, stock="none")
    pull(scene, lever, "DELIST_ITEM")
    return uncoerced(scene, lever, explained="explained:stock", exercises=("stock_ms",))


@register(span=ACTIVE_DAYS + 4)
def delisted_by_the_algorithm(scene: Scene) -> Truth:
    """The algorithm takes an empty shop down and lists it again when there is stock."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    conduct.listing(scene, lever, "delisted", ALGORITHM, listed_count=0, stock="none")
    conduct.listing(scene, lever + 2 * DAY, "listed", ALGORITHM, listed_count=12, stock="normal")
    return uncoerced(scene, lever, explained="explained:stock")


@register(span=ACTIVE_DAYS + 3)
def bound_by_an_agreement(scene: Scene) -> Truth:
    """The merchant was paid for being exclusive before the block."""
    both_homes(scene, MH)
    conduct.agreement(scene, scene.at(3, "10:00"))
    block(scene, scene.at(AFTER, "10:00"))
    return uncoerced(scene, scene.at(AFTER, "10:00"), explained="explained:contract_ref")


@register(span=ACTIVE_DAYS + 3)
def blocked_too_young(scene: Scene) -> Truth:
    """The shop is just younger than thirty days: noticed, the lead is barred."""
    lever = scene.at(AFTER, "10:00")
    conduct.status(scene, scene.at(0, "06:00"), "opened", opened_on=lever - under(SHOP_AGE))
    both_homes(scene, MH)
    block(scene, lever)
    return coerced(scene, lever, "notice", exercises=("shop_age_ms",))


@register(span=3)
def demoted_after_a_rise(scene: Scene) -> Truth:
    """The merchant raised its own price by just more than a tenth: noticed, the lead is barred."""
    begin_on_rival(scene, scene.at(0, "09:00"))
    conduct.price(scene, scene.at(0, "07:00"), 10_000)
    conduct.price(scene, scene.at(0, "08:00"), 10_000 + above(OWN_PRICE_BP))
    pull(scene, scene.at(1, "09:30"), "SEARCH_DEMOTE")
    return coerced(scene, scene.at(1, "09:30"), "notice", "S1", exercises=("own_price_bp",))


@register(span=10)
def demoted_a_week_after_a_rise(scene: Scene) -> Truth:
    """The merchant raised its own price just less than seven days before: noticed, the lead is barred."""
    lever = scene.at(8, "09:30")
    conduct.price(scene, lever - under(OWN_PRICE_SEEN) - HOUR, 10_000)
    conduct.price(scene, lever - under(OWN_PRICE_SEEN), 13_000)
    begin_on_rival(scene, lever - DAY)
    pull(scene, lever, "SEARCH_DEMOTE")
    return coerced(scene, lever, "notice", "S1", exercises=("own_price_ms",))


@register(span=ACTIVE_DAYS + 10)
def closed_everywhere(scene: Scene) -> Truth:
    """The merchant closes here too, just within seven days of leaving the rival: no exit, pressed all the same."""
    both_homes(scene, MH)
    lever = scene.at(AFTER, "10:00")
    pull(scene, lever, "PEAK_HIDE", held=DAY)
    leave_rival(scene, lever + 2 * DAY)
    conduct.status(scene, lever + 2 * DAY + under(CLOSING), "closed")
    return coerced(scene, lever, "lead", exercises=("closing_ms",))


@register(span=ACTIVE_DAYS + 4)
def gave_up_trading(scene: Scene) -> Truth:
    """The merchant closes on both platforms and is deregistered; nobody pulled a lever."""
    both_homes(scene, MH)
    conduct.status(scene, scene.at(AFTER, "09:00"), "closed", platform=scene.rival)
    conduct.status(scene, scene.at(AFTER, "09:30"), "closed")
    conduct.status(scene, scene.at(AFTER + 2, "09:30"), "deregistered", on(MERCHANT, actor="system"))
    return uncoerced(scene, scene.at(AFTER, "09:30"))


@register(span=ACTIVE_DAYS + 3)
def left_the_banner_itself(scene: Scene) -> Truth:
    """The merchant gives up a place on the front page itself."""
    both_homes(scene, MH)
    pull(scene, scene.at(AFTER, "10:00"), "BANNER_REMOVE", MERCHANT)
    return uncoerced(scene, scene.at(AFTER, "10:00"), explained="explained:actor")


@register(span=ACTIVE_DAYS + 3)
def seen_by_a_crawler_only(scene: Scene) -> Truth:
    """Only a crawler saw the block, nobody knows by whom: noticed, never a lead."""
    both_homes(scene, MH)
    block(scene, scene.at(AFTER, "10:00"), CRAWLED)
    return coerced(scene, scene.at(AFTER, "10:00"), "notice")


@register(span=3)
def rewarded_after_an_opening(scene: Scene) -> Truth:
    """A carrot after what began on the rival is no lever."""
    begin_on_rival(scene, scene.at(0, "09:00"))
    pull(scene, scene.at(1, "09:30"), "RANK_LOCK")
    return uncoerced(scene, scene.at(1, "09:30"))
