"""Goods sold below cost, or nearly: who pays the gap, how sure the cost is, and what comes to light afterwards."""

from typing import Any, NamedTuple

from chronicle import Chronicle, Goods, at, sell, take_back
from dice import Dice

from monitor.eventtime.china import DAY, HOUR, MINUTE

LOW = 1000
CAMPAIGN = "summer"


class Sale(NamedTuple):
    """One SKU of a merchant on a platform, from its first day of low prices on."""

    platform: str
    subject: str
    sku: str
    day: int
    days: tuple[int, ...]
    percent: int
    payer: str
    grade: str


PAYERS = ("seller", "seller", "retail", "retail", "platform", "condition", "forced", "override", "third_party")


def below_cost(dice: Dice, chronicle: Chronicle, platform: str, day: int, number: int) -> None:
    """Tell of a SKU sold low on some days, of its cost, and of one thing more."""
    payer = dice.pick(*PAYERS)
    sale = Sale(
        platform,
        f"r1:{platform}-{number}" if payer == "retail" else f"m1:{dice.pick('a', 'b', 'c')}",
        f"k{number}",
        day,
        dice.pick((0,), (0, 1), (0, 1, 2), (0, 2, 4), tuple(range(15)), tuple(range(0, 28, 2)), (0, 1, 2, 9, 10, 11)),
        dice.pick(45, 80, 88, 96, 97),
        payer,
        dice.pick("A", "B", "C", "D", "E"),
    )
    cost = declare(
        chronicle, sale, at(day - 1, 12), late=dice.pick(0, 0, 2 * DAY), level=dice.pick("L1", "L1", "L2", "L3")
    )
    bind(dice, chronicle, sale)
    lines = sell_days(dice, chronicle, sale)
    _TWISTS[dice.pick(*_TWISTS, "refunds", "exempt", "dearer_cost")](dice, chronicle, sale, cost, lines)


def declare(chronicle: Chronicle, sale: Sale, time: int, late: int = 0, **said: Any) -> dict[str, Any]:
    """Tell a cost of the SKU."""
    told = {
        "sku": sale.sku, "product": None, "low_fen": LOW, "high_fen": LOW + 100, "per_quantity": 1, "unit": "piece",
        "level": "L1", "grade": sale.grade, "seller_kind": "trader", "valid_from": time, "valid_to": None,
    }  # fmt: skip
    return chronicle.tell("cost_declared", time, sale.platform, sale.subject, late, **{**told, **said})


def goods(sale: Sale, percent: int) -> Goods:
    """Answer the SKU at a part of its cost, the gap to the list price paid by whom the sale says."""
    gap = 2 * LOW - LOW * percent // 100
    by = {
        "platform": "platform_subsidy_fen",
        "retail": "platform_subsidy_fen",
        "third_party": "third_party_subsidy_fen",
    }
    campaign = CAMPAIGN if sale.payer in {"condition", "forced"} else None
    found = Goods(sale.platform, sale.subject, sale.sku, 2 * LOW, changes=(("campaign", campaign),))
    return found._replace(**{by.get(sale.payer, "seller_discount_fen"): gap})


def bind(dice: Dice, chronicle: Chronicle, sale: Sale) -> None:
    """Tell what the platform asked of the price, where it is the platform's doing."""
    start, where = at(sale.day, 0), (sale.platform, sale.subject)
    if sale.payer in {"condition", "forced"}:
        asked = {"kind": "price_at_most", "value": LOW * sale.percent // 100, "per_quantity": 1, "unit": "piece"}
        asked |= {"from": start, "to": start + 30 * DAY, "mandatory": False}
        own = {"campaign": CAMPAIGN, "sku": sale.sku}
        chronicle.tell("promotion_condition_set", start - DAY, *where, **own, condition=asked, actor="platform_staff")
        joins = "promotion_joined" if sale.payer == "condition" else "promotion_forced"
        actor = "merchant" if sale.payer == "condition" else "platform_staff"
        chronicle.tell(joins, start - HOUR, *where, late=dice.pick(0, 3 * DAY), **own, actor=actor)
    if sale.payer == "override":
        price = {"sku": sale.sku, "list_fen": 2 * LOW, "net_fen": LOW * sale.percent // 100, "before_fen": 2 * LOW}
        consent = dice.pick("given", "refused")
        chronicle.tell("price_overridden", start, *where, **price, consent=consent, actor="platform_algorithm")


def sell_days(dice: Dice, chronicle: Chronicle, sale: Sale) -> list[dict[str, Any]]:
    """Tell the lines of each day: low ones on every hour, dear ones between; answers the low ones."""
    count, quantity, dear = dice.pick(4, 5, 6), dice.pick(4, 5), dice.pick(0, 0, 2, 6)
    first = dice.pick(0, 0, 5 * DAY)
    lines = []
    for after in sale.days:
        late = first if after == 0 else 0
        for hour in range(count):
            time = at(sale.day + after, 8 + 2 * hour)
            lines.append(sell(chronicle, goods(sale, sale.percent), time, quantity, late))
        for hour in range(dear):
            sell(chronicle, goods(sale, 110), at(sale.day + after, 9 + 2 * hour), quantity)
    return lines


def _nothing(*_: Any) -> None:
    """The sale stands as it is."""


def _refunds(dice: Dice, chronicle: Chronicle, _: Sale, __: Any, lines: list[dict[str, Any]]) -> None:
    """Goods go back, whole or in part, the same evening or days later."""
    chosen = lines[:: dice.pick(1, 1, 2, 3)]
    for line in chosen:
        quantity = dice.pick(line["quantity"], line["quantity"], 1)
        time = line["event_time"] + dice.pick(3 * HOUR, 4 * DAY, 9 * DAY)
        take_back(chronicle, line, time, quantity, kind=dice.pick("line_refunded", "line_cancelled"))


def _dearer_cost(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """The cost turns out otherwise, from the first day on."""
    low = dice.pick(LOW // 2, LOW + 150, LOW + 300)
    changes = {"low_fen": low, "high_fen": low + 50, "grade": dice.pick(sale.grade, "A"), "valid_from": at(sale.day, 0)}
    declare(chronicle, sale, at(sale.day + dice.pick(0, 1, 5, 12), 20), late=dice.pick(0, DAY), **changes)


def _no_cost(dice: Dice, chronicle: Chronicle, sale: Sale, cost: dict[str, Any], _: Any) -> None:
    """The cost is withdrawn."""
    time = at(sale.day + dice.pick(0, 2, 6), 20)
    chronicle.tell("cost_withdrawn", time, sale.platform, sale.subject, declaration=cost["event_id"])


def _exempt(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """An exemption is filed, back-dated or not, and may be revoked."""
    start, filed = at(sale.day + dice.pick(-1, 1), dice.pick(0, 9)), at(sale.day + dice.pick(0, 2, 8), 19)
    named = {"exemption": f"ex-{sale.sku}", "kind": "near_expiry", "platform": sale.platform, "category": None}
    time = {"sent_time": filed, "effective_from": filed}
    granted = {**named, "sku": dice.pick(sale.sku, None), "from": start, "to": dice.pick(None, start + 2 * DAY), **time}
    chronicle.tell("exemption_granted", filed, sale.platform, sale.subject, **granted)
    if dice.pick(False, True):
        ends = {"effective_from": dice.pick(at(sale.day + 1, 0), at(sale.day + 1, 11)), "sent_time": filed + DAY}
        chronicle.tell(
            "exemption_revoked", filed + DAY, sale.platform, sale.subject, exemption=named["exemption"], **ends
        )


def _late_day(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """A day's lines come late: before the first day, or in the gap between two episodes."""
    day = sale.day + dice.pick(-3, -1, sale.days[-1] + 1, 6)
    for hour in range(6):
        sell(chronicle, goods(sale, sale.percent), at(day, 9 + hour), 5, late=dice.pick(2, 6) * DAY)


def _late_dear_lines(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """Late lines lift the price of the first day."""
    for minute in range(8):
        sell(chronicle, goods(sale, 120), at(sale.day, 21, minute), 5, late=dice.pick(0, 6 * DAY))


def _first_orders(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """First orders, which leave the count, and fresh goods, which spoil."""
    found = goods(sale, 30)
    changes = dict(found.changes) | {"first_order": dice.pick(True, False), "category": "vegetables"}
    for hour in range(5):
        sell(chronicle, found._replace(changes=tuple(changes.items())), at(sale.day, 8 + hour, 30), 4)


def many_prices(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """More prices on a day than a map holds exactly, each a bit nearer to cost, told in an order of their own."""
    for place in dice.shuffled(range(90)):
        changes = goods(sale, 80)
        whole = changes._replace(seller_discount_fen=0, platform_subsidy_fen=0, third_party_subsidy_fen=0)
        sell(chronicle, whole._replace(list_fen=LOW - 131 + 3 * place), at(sale.day, 7) + place * 7 * MINUTE, 1)


def _priced_by_merchant(dice: Dice, chronicle: Chronicle, sale: Sale, *_: Any) -> None:
    """The merchant sets the price itself again, which ends an override."""
    price = {"sku": sale.sku, "list_fen": 2 * LOW, "net_fen": LOW, "actor": "merchant"}
    time, late = at(sale.day + dice.pick(0, 1, 2), 15), dice.pick(0, 5 * DAY)
    chronicle.tell("price_changed", time, sale.platform, sale.subject, late, **price)


_TWISTS = {
    "nothing": _nothing,
    "refunds": _refunds,
    "dearer_cost": _dearer_cost,
    "no_cost": _no_cost,
    "exempt": _exempt,
    "late_day": _late_day,
    "late_dear_lines": _late_dear_lines,
    "first_orders": _first_orders,
    "many_prices": many_prices,
    "priced_by_merchant": _priced_by_merchant,
}
