"""The offence card of sub-cost pricing and its registration."""

from monitor.detect.registry import Clock, Desk, Detector, Family, Maturity, OffenceCard, register
from monitor.detect.sub_cost import lines, papers, platform_terms, state
from monitor.detect.sub_cost.body import VERSION
from monitor.detect.sub_cost.case import DETECTOR as ID
from monitor.detect.sub_cost.closes import bucket_due, item_due
from monitor.detect.sub_cost.filings import Subject
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import Bucket
from monitor.detect.sub_cost.terms import Offers, Pricing
from monitor.detect.sub_cost.why import why
from monitor.events import (
    CostDeclared,
    CostWithdrawn,
    ExemptionGranted,
    ExemptionRevoked,
    LineCancelled,
    LinePlaced,
    LineRefunded,
    PriceChanged,
    PriceOverridden,
    PromotionConditionSet,
    PromotionForced,
    PromotionJoined,
    PromotionLeft,
)

CARD = OffenceCard(
    title_zh="低于成本销售",
    title_en="sub-cost pricing",
    conduct=(
        "Goods are sold below cost: by a merchant (D1), by the platform's own retail (D2), through a platform's "
        "subsidy (D3), or by a merchant whom the platform's terms force (D4)."
    ),
    statutes=("PL-14-2", "AML2008-17-2", "AML-22-1-2", "AUCL2025-14", "PPR", "ECL-35"),
    inputs=("orders", "offers", "costs", "control"),
    decision=(
        "A line is below cost if its price is below the lower bound of the cost in force, less a tolerance. A day "
        "counts if enough of its quantity is below cost by buyer's price; days make a notice, several days a lead."
    ),
    cannot_see=(
        "the purpose: it stays open",
        "costs that nobody declared: such lines are counted as cost_unknown",
        "delivery money, which stays outside the price",
        "market power and harm",
    ),
    innocent=(
        "fresh, seasonal or overstocked goods with a filing",
        "a slip of the price",
        "a cost on file that is wrong",
    ),
    first_steps=(
        "Ask for the document behind the cited cost and hold its month against the days that count.",
        "Fetch the cited lines and look who paid the gap between list price and buyer's price.",
        "For D4 read the cited condition and ask the merchant whether it could refuse.",
    ),
)


def _due(desk: Desk, key: str, due: int) -> None:
    _DUE[key.partition("\n")[0]](desk, key, due)


_DUE = {state.BUCKET: bucket_due, state.ITEM: item_due, state.PRICING: platform_terms.pricing_due}

DETECTOR = register(
    Detector(
        id=ID,
        version=VERSION,
        maturity=Maturity.incubating,
        card=CARD,
        parameters=Parameters,
        families=(
            Family(state.BUCKET, Bucket, Clock.orders),
            Family(state.ITEM, state.Item),
            Family(state.PRODUCT, state.Product),
            Family(state.DECLARED, state.Declared),
            Family(state.SUBJECT, Subject),
            Family(state.OFFERS, Offers),
            Family(state.PRICING, Pricing),
        ),
        observe={
            LinePlaced: lines.placed,
            LineRefunded: lines.returned,
            LineCancelled: lines.returned,
            CostDeclared: papers.cost_declared,
            CostWithdrawn: papers.cost_withdrawn,
            ExemptionGranted: papers.exemption_granted,
            ExemptionRevoked: papers.exemption_revoked,
            PromotionConditionSet: platform_terms.condition_set,
            PromotionJoined: platform_terms.moved,
            PromotionForced: platform_terms.moved,
            PromotionLeft: platform_terms.moved,
            PriceChanged: platform_terms.price_changed,
            PriceOverridden: platform_terms.price_overridden,
        },
        due=_due,
        why=why,
    )
)
