"""What an officer must know of the detector of exclusivity coercion."""

from monitor.detect.exclusivity.verdict import Grade
from monitor.detect.registry import OffenceCard
from monitor.law.statutes import EXCLUSIVITY

CARD = OffenceCard(
    title_zh="“二选一”：平台迫使商户排他经营",
    title_en="Exclusivity coercion: a platform makes a merchant pick one from two",
    conduct=(
        "A platform blocks, rests, hides, delists, demotes or charges a merchant because he sells on a rival platform, "
        "began to, or refused to be exclusive."
    ),
    statutes=(*EXCLUSIVITY, "PRM"),
    inputs=("orders", "offers", "shops"),
    decision=(
        "notice = a platform's lever on a merchant with lines on both platforms on 7 of 28 days, or a rival-side event "
        "within 72 h (21 d for an absolute lever). lead = 1 h later on both clocks, no check failed, the lever "
        "still in force or the rival left, and one of: an absolute lever, two kinds of soft levers, a rival-side event "
        "within 72 h, an exit from the rival within 14 d"
    ),
    cannot_see=(
        "demands by telephone and other threats that leave no record",
        "throttling of exposure that no record names",
        "rewards alone, which are facts beside a lever",
        "whether the whole platform or the neighbourhood was hit alike: that comes with the strata",
        "shops without a social credit code, which are never taken for one merchant's",
    ),
    innocent=(
        "the merchant acted himself, or agreed",
        "a sanction was published for this shop and measure, in time and on a valid ground",
        "the goods were out of stock",
        "exclusivity was sold and paid for before the rival's side began",
        "the merchant gave up everywhere",
        "the shop was new",
        "the merchant raised his own prices",
        "the whole platform, or the neighbourhood, moved together",
        "the feed had a hole or fell silent",
    ),
    first_steps=(
        "Ask the platform for the rule, the notice and the log of the lever; do not name who complained.",
        "Ask the merchant whether he was told to leave the rival, by whom and how.",
        "Look for other merchants of the same platform with levers after the same rival's events.",
    ),
    conduct_zh=(
        "商户同时在竞争平台经营、刚在竞争平台开店或拒绝独家合作，平台因此对其屏蔽店铺、置休、隐藏、下架、降权或加收费用。"
    ),
    decision_zh=(
        "提示：商户在 28 天中有 7 天在两个平台均有订单，或 72 小时内（绝对性措施为 21 天内）发生竞争平台侧事件，"
        "而平台对其采取措施。线索：两个平台的时钟均已过 1 小时，无核查项成立，措施仍在执行或商户已退出竞争平台，"
        "并具备下列之一：绝对性措施；两种以上非绝对性措施；72 小时内的竞争平台侧事件；14 天内退出竞争平台。"
    ),
    cannot_see_zh=(
        "电话要求和其他不留记录的威胁",
        "没有任何记录的曝光限制",
        "单独给予的奖励：只作为措施之外的事实列出",
        "整个平台或同一区域是否同样受到影响：待分层比较后判断",
        "没有统一社会信用代码的店铺：不会视为同一商户",
    ),
    innocent_zh=(
        "商户自行操作或已同意",
        "针对该店铺和该措施，已及时公示处罚决定且依据有效",
        "商品缺货",
        "在竞争平台侧事件之前，商户已有偿出让独家经营权",
        "商户在各平台全面停业",
        "新开店铺",
        "商户自行涨价",
        "整个平台或同一区域普遍变动",
        "数据缺失或中断",
    ),
    first_steps_zh=(
        "向平台调取规则、公示和该措施的操作日志；不得透露投诉人。",
        "询问商户是否被要求退出竞争平台，由何人、以何种方式提出。",
        "查找同一平台在同一竞争平台侧事件之后受到措施的其他商户。",
    ),
    grades=tuple(Grade),
)
