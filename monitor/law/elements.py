"""Element sheets: what each statute asks for, and how far the facts of an alert show it.

The machine proves recorded facts alone. Below cost is indicated; purpose, dominance, disturbance and harm stay open.
"""

from collections.abc import Iterable

from monitor.findings import Element, Proof
from monitor.law.statutes import BY_ID

MARKDOWN_KINDS = frozenset(
    {"fresh", "perishable", "near_expiry", "seasonal", "overstock", "closure", "closing", "debt", "change_of_business"}
)
"""Filed kinds that the Price Law's own exception is about."""


def sub_cost_elements(
    statutes: Iterable[str], *, firm: bool, forced: bool, overruled: bool, kinds: Iterable[str]
) -> list[Element]:
    """Answer the sheets of a sub-cost alert.

    `firm`: a cost of grade A to C shows it. `forced`: a platform's terms explain the price, `overruled`: against the
    merchant's will. `kinds` are those of exemptions filed for days of the window.
    """
    filed = frozenset(kinds)
    shown = {
        "below_cost": Proof.indicated if firm else Proof.open,
        "lawful_markdown": Proof.indicated if filed & MARKDOWN_KINDS else Proof.open,
        "justification": Proof.indicated if filed else Proof.open,
        "price_rule": Proof.proven if forced else Proof.open,
        "forced": Proof.indicated if overruled else Proof.open,
        "platform_operator": Proof.proven,
        "restriction": Proof.indicated if forced else Proof.open,
    }
    return [
        Element(name, element, shown.get(element, Proof.open)) for name in statutes for element in BY_ID[name].elements
    ]
