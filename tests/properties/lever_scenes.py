"""A platform presses a merchant who sells on a rival, or seems to: levers, what came before, after, and to light."""

from collections.abc import Callable
from typing import Any, NamedTuple

from chronicle import Chronicle, Goods, at, sell
from dice import Dice

from monitor.eventtime.china import DAY, HOUR, MINUTE

STAFF, MERCHANT = "platform_staff", "merchant"
NEVER_OPEN = {"reason_code": None, "opened_on": None}


class Pressure(NamedTuple):
    """One merchant between the accused platform and a rival; `time` is when the first lever is pulled."""

    platform: str
    rival: str
    subject: str
    time: int
    tell: Callable[..., dict[str, Any]]


def pressed(dice: Dice, chronicle: Chronicle, platform: str, rival: str, day: int, number: int) -> None:
    """Tell of a lever, its history and its rival side, whether it is released, and of two things more."""
    subject = f"m1:{dice.pick('a', 'b', 'c')}{dice.pick('', number)}"

    def tell(kind: str, time: int, on: str = platform, late: int = 0, **said: Any) -> dict[str, Any]:
        return chronicle.tell(kind, time, on, subject, late, **said)

    case = Pressure(platform, rival, subject, at(day, dice.pick(10, 22), 30), tell)
    trade(chronicle, case, dice.pick(10, 7, 6))
    _BEFORE[dice.pick(*_BEFORE)](dice, case)
    lever = _LEVERS[dice.pick(*_LEVERS, *_EXPLAINED)]
    lever(dice, case, case.time, dice.pick(None, HOUR, 11 * HOUR, 30 * HOUR, 10 * DAY), 0)
    for _ in range(2):
        _AFTER[dice.pick(*_AFTER)](dice, case)


def trade(chronicle: Chronicle, case: Pressure, days: int) -> None:
    """Tell one line a day on both platforms before the lever's day."""
    for day in range(days):
        time = case.time - case.time % DAY + 4 * HOUR - (days - day) * DAY
        for on in (case.platform, case.rival):
            sell(chronicle, Goods(on, case.subject, "hand", 3000), time)


def _blocks(dice: Dice, case: Pressure, time: int, held: int | None, late: int) -> None:
    actor = dice.pick(STAFF, STAFF, "platform_algorithm", "system")
    case.tell("status_changed", time, late=late, status="blocked", actor=actor, **NEVER_OPEN)
    if held is not None:
        case.tell("status_changed", time + held, late=late, status="open", actor=STAFF, **NEVER_OPEN)


def _delists(dice: Dice, case: Pressure, time: int, held: int | None, late: int) -> None:
    goods = {"sku": dice.pick(None, "hand"), "listed_count": None, "stock": None, "actor": STAFF}
    case.tell("listing_changed", time, late=late, state="delisted", **goods)
    if held is not None:
        case.tell("listing_changed", time + held, late=late, state="listed", **goods)


def _pulls(*kinds: str, **values: Any) -> Callable[..., None]:
    def pull(_: Dice, case: Pressure, time: int, held: int | None, late: int) -> None:
        for kind in kinds:
            scope = {"kind": "shop", "value": None}
            told = {"lever": kind, "lever_id": None, "scope": scope, "actor": STAFF, "rival_named": None}
            told |= {"value_before": None, "value_after": None, "unit": None, **values}
            case.tell("lever_pulled", time, late=late, **told)
            if held is not None:
                case.tell("lever_released", time + held, late=late, **told)

    return pull


def _blocks_by_notice(dice: Dice, case: Pressure, time: int, held: int | None, late: int) -> None:
    """A block that names a notice, which was published, comes to be, or names a ground that is none."""
    basis = {"rule": dice.pick(None, "rule-1"), "notice": "n-1"}
    case.tell("status_changed", time, late=late, status="blocked", actor=STAFF, basis=basis, **NEVER_OPEN)
    published = time + dice.pick(5, -2, 300) * HOUR
    told = {"notice": "n-1", "ground": dice.pick("counterfeit", "counterfeit", "multi_homing"), "measure": "BLOCK_SHOP"}
    told |= {"decided_time": published, "from": published, "to": None, "actor": STAFF}
    case.tell("sanction_published", published, late=dice.pick(0, 4 * DAY), **told)
    if held is not None:
        case.tell("status_changed", time + held, late=late, status="open", actor=STAFF, **NEVER_OPEN)


def _delists_without_stock(dice: Dice, case: Pressure, time: int, held: int | None, late: int) -> None:
    """Goods are taken down; how much of them was left comes to light in time or late."""
    goods = {"sku": None, "state": "listed", "listed_count": 3, "actor": MERCHANT}
    stock = dice.pick("none", "none", "normal")
    case.tell("listing_changed", time - 3 * HOUR, late=dice.pick(2 * DAY, 0), stock=stock, **goods)
    _delists(dice, case, time, held, late)


def _seen_by_a_crawler(dice: Dice, case: Pressure, time: int, held: int | None, late: int) -> None:
    """A crawler saw a block; whose act it was is told later."""
    seen = {"status": "blocked", **NEVER_OPEN}
    case.tell("status_changed", time, late=late, source_grade="crawl", actor="unknown", **seen)
    known = late + dice.pick(2 * DAY, 0)
    pulled = {"lever": "BLOCK_SHOP", "lever_id": None, "scope": {"kind": "shop", "value": None}, "rival_named": None}
    pulled |= {"value_before": None, "value_after": None, "unit": None, "actor": dice.pick(MERCHANT, STAFF)}
    case.tell("lever_pulled", time + 20 * MINUTE, late=known, **pulled)
    if held is not None:
        case.tell("lever_released", time + held, late=late, **pulled)


_LEVERS = {
    "by_notice": _blocks_by_notice,
    "without_stock": _delists_without_stock,
    "seen_by_a_crawler": _seen_by_a_crawler,
    "block": _blocks,
    "delist": _delists,
    "demote": _pulls("SEARCH_DEMOTE"),
    "two_soft": _pulls("TRAFFIC_LIMIT", "BANNER_REMOVE"),
    "radius": _pulls("DELIVERY_RADIUS_CUT", value_before=3000, value_after=500, unit="metre"),
    "fee": _pulls("FEE_RAISE", value_before=1800, value_after=2100, unit="basis_point"),
}


_EXPLAINED = ("by_notice", "without_stock", "seen_by_a_crawler")
"""Levers that an innocent explanation may take away; drawn twice as often."""


def _nothing(*_: Any) -> None:
    """Nothing more is known."""


def _refusal(dice: Dice, case: Pressure) -> None:
    case.tell("exclusivity_refused", case.time - 8 * HOUR, late=dice.pick(0, DAY), source_grade="complaint")


def _opening(dice: Dice, case: Pressure) -> None:
    before = dice.pick(DAY, 5 * DAY, 20 * DAY)
    told = {"status": "opened", "actor": MERCHANT, **NEVER_OPEN}
    case.tell("status_changed", case.time - before, case.rival, dice.pick(0, 6 * DAY), **told)


def _young_shop(dice: Dice, case: Pressure) -> None:
    opened = {"status": "open", "actor": MERCHANT, "reason_code": None}
    case.tell("status_changed", case.time - 9 * DAY, opened_on=case.time - dice.pick(20, 40) * DAY, **opened)


def _own_price(dice: Dice, case: Pressure) -> None:
    for days, price in ((6, 3000), (3, dice.pick(3600, 3300))):
        told = {"sku": "hand", "list_fen": price, "net_fen": price, "actor": MERCHANT}
        case.tell("price_changed", case.time - days * DAY, late=dice.pick(0, 4 * DAY), **told)


def _third_platform(dice: Dice, case: Pressure) -> None:
    joins = {"campaign": "spring", "sku": None, "actor": MERCHANT}
    case.tell("promotion_joined", case.time - dice.pick(2, 12) * DAY, dice.pick("ra", case.rival), **joins)


_BEFORE = {
    "nothing": _nothing,
    "refusal": _refusal,
    "opening": _opening,
    "young_shop": _young_shop,
    "own_price": _own_price,
    "third_platform": _third_platform,
}


def _exit(dice: Dice, case: Pressure) -> None:
    """The merchant leaves the rival, by closing or by taking all goods down; perhaps it leaves everything."""
    time, late = case.time + dice.pick(2, 13, 15) * DAY, dice.pick(0, 5 * DAY)
    if dice.pick(True, False):
        case.tell("status_changed", time, case.rival, late, status="closed", actor=MERCHANT, **NEVER_OPEN)
    else:
        gone = {"sku": None, "state": "delisted", "listed_count": 0, "stock": None, "actor": MERCHANT}
        case.tell("listing_changed", time, case.rival, late, **gone)
    if dice.pick(False, False, True):
        case.tell("status_changed", time + DAY, late=late, status="closed", actor=MERCHANT, **NEVER_OPEN)


def _warning(dice: Dice, case: Pressure) -> None:
    """The platform's text names the rival."""
    time = case.time + dice.pick(-1, 3) * DAY
    case.tell("warning_issued", time, rival_named=case.rival, deadline=None, actor=STAFF, late=dice.pick(0, 4 * DAY))


def _complaint(dice: Dice, case: Pressure) -> None:
    case.tell("complaint_filed", case.time + dice.pick(6, 20) * HOUR, source_grade="complaint", late=dice.pick(0, DAY))


def _agreement(dice: Dice, case: Pressure) -> None:
    start = case.time - dice.pick(30, 2) * DAY
    deal = {
        "agreement": "ag-1",
        "from": start,
        "to": None,
        "consideration_fen": dice.pick(90_000, 0),
        "paid_time": start,
    }
    case.tell("exclusivity_agreed", case.time - HOUR, late=dice.pick(0, 3 * DAY), actor=MERCHANT, **deal)


def _again(dice: Dice, case: Pressure) -> None:
    """Another lever, within the episode or after it."""
    _LEVERS[dice.pick(*_LEVERS)](dice, case, case.time + dice.pick(2, 16, 24) * DAY, dice.pick(5 * HOUR, None), 0)


def _comes_late(dice: Dice, case: Pressure) -> None:
    """A lever comes to light late: before the first one, or between two episodes."""
    time = case.time + dice.pick(-2, 12) * DAY
    _LEVERS[dice.pick("demote", "block", "two_soft")](dice, case, time, 4 * HOUR, dice.pick(5, 6) * DAY)


def _price_set(_: Dice, case: Pressure) -> None:
    price = {"sku": "hand", "list_fen": 3000, "net_fen": 2000, "before_fen": 3000, "rival": case.rival}
    case.tell("price_overridden", case.time + HOUR, **price, consent="refused", actor=STAFF)


_AFTER = {
    "nothing": _nothing,
    "exit": _exit,
    "warning": _warning,
    "complaint": _complaint,
    "agreement": _agreement,
    "again": _again,
    "comes_late": _comes_late,
    "price_set": _price_set,
}
