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
from monitor.law.statutes import SUB_COST

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
    conduct_zh=(
        "商品低于成本销售：由商户自行低价（D1），由平台自营低价（D2），因平台补贴所致（D3），"
        "或因平台条件迫使商户低价（D4）。"
    ),
    decision_zh=(
        "订单行价格低于有效成本的下限并超过容差的，计为低于成本。按买方价格，当日低于成本的数量达到占比的，该日计入；"
        "一天以上构成提示，多天构成线索。"
    ),
    cannot_see_zh=(
        "目的：始终列为尚待查明",
        "无人申报的成本：此类订单行计为成本不明",
        "配送费用：不计入价格",
        "市场支配力和损害后果",
    ),
    innocent_zh=("已报备的鲜活、季节性或积压商品降价", "标价错误", "备案成本有误"),
    first_steps_zh=(
        "调取所引成本的凭证，将其月份与计入的日期对照。",
        "调取所引订单行，查明标价与买方价格之间的差额由谁承担。",
        "属于 D4 的，查阅所引条件，询问商户能否拒绝。",
    ),
    classes=SUB_COST,
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
