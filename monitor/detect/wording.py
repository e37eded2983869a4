"""How facts and verdicts are called in Chinese and English; wording is of indications, never of violations."""

from typing import NamedTuple

from monitor.law.levers import NAMES


class Term(NamedTuple):
    """One thing in both languages."""

    zh: str
    en: str


FACTS = {
    "units": Term("低于成本销售数量", "units below cost"),
    "lines": Term("低于成本订单行数", "order lines below cost"),
    "days": Term("计入天数", "days that count"),
    "share_bp": Term("低于成本数量占比", "share of quantity below cost"),
    "depth_bp": Term("低于成本幅度", "depth below cost"),
    "loss_fen": Term("低于成本差额", "loss against cost"),
    "platform_share_bp": Term("差额中平台承担比例", "platform's share of the loss"),
    "mean_micro_fen": Term("平均单价", "mean unit price"),
    "seller_micro_fen": Term("卖方口径平均单价", "mean unit price to the seller"),
    "buyer_micro_fen": Term("买方口径平均单价", "mean unit price to the buyer"),
    "per_quantity": Term("成本计量数量", "quantity that the cost is for"),
    "other_acts": Term("平台其他行为", "other acts of the platform"),
    "low_fen": Term("成本下限", "lower bound of cost"),
    "high_fen": Term("成本上限", "upper bound of cost"),
    "force": Term("强制程度", "force"),
    "severe": Term("单日均价低于成本一半", "a day's mean below half of cost"),
    "sustained": Term("持续低于成本", "sustained below cost"),
    "ask": Term("请调取成本资料", "ask for cost data"),
    "net_fen": Term("卖方净收入", "seller's net revenue"),
    "freight_included": Term("成本含运费", "cost includes freight"),
    "exempt_units": Term("豁免数量", "exempt units"),
    "refunded_fen": Term("退款金额", "refunded money"),
    "first_order_units": Term("首单数量", "units of first orders"),
    "levers": Term("平台措施", "platform's levers"),
    "levers_left_out": Term("超出留存上限而未逐项计入的平台措施", "levers beyond those that are kept, counted only"),
    "t0": Term("竞争平台侧事件", "rival-side event"),
    "active_days": Term("双平台活跃天数", "days active on both"),
    "exit": Term("退出竞争平台", "exit from the rival"),
    "rival_named": Term("文本点名竞争平台", "rival named in a text"),
    "complaints": Term("投诉", "complaints"),
    "refusals": Term("拒绝独家", "refusals of exclusivity"),
    "cost_level": Term("成本层级", "cost level"),
    "cost_document": Term("成本凭证", "cost document"),
    "warnings": Term("平台警告", "platform's warnings"),
    "source": Term("数据来源编号", "source"),
    "topic": Term("数据主题", "topic"),
    "missing": Term("缺失记录数", "missing"),
    "open_holes": Term("编号缺口数", "in its numbering"),
    "closed_numbers": Term("因缺口过多而不再追踪的编号数", "numbers no longer followed, holes being too many"),
    "holes": Term("编号缺口", "holes"),
    "silent_since": Term("静默开始时间", "silent since"),
    "silences": Term("历次静默", "silences"),
    "lapses": Term("异常记录数", "shown by"),
    "not_judged": Term("未能判定的记录数", "not judged"),
    "by_topic": Term("按主题", "by topic"),
    "first_lapse": Term("最早异常时间", "first of them"),
    "last_lapse": Term("最近异常时间", "last of them"),
    "other_owners": Term("使用同一来源编号的其他平台", "other platforms of this source"),
}

PARTS = {
    "kind": Term("类型", "kind"),
    "time": Term("时间", "time"),
    "release": Term("解除", "released"),
    "actor": Term("行为人", "by"),
    "shop": Term("店铺", "shop"),
    "scope": Term("范围", "scope"),
    "before": Term("调整前", "before"),
    "after": Term("调整后", "after"),
    "unit": Term("单位", "unit"),
    "rule": Term("平台规则", "platform rule"),
    "notice": Term("公示", "notice"),
    "rival": Term("竞争平台", "rival"),
    "rival_named": Term("点名平台", "rival named"),
    "deadline": Term("期限", "deadline"),
    "how": Term("方式", "how"),
    "topic": Term("主题", "topic"),
    "first": Term("首个编号", "first number"),
    "last": Term("末个编号", "last number"),
    "from": Term("起", "from"),
    "to": Term("止", "to"),
    "control": Term("监管指令", "control"),
    "costs": Term("成本", "costs"),
    "shops": Term("店铺", "shops"),
    "offers": Term("价格与促销", "offers"),
    "orders": Term("订单", "orders"),
}
"""What the parts of a structured fact are called."""

CODES = {
    **{lever.value: Term(name.zh, name.en) for lever, name in NAMES.items()},
    "merchant": Term("商户", "the merchant"),
    "platform_staff": Term("平台人员", "the platform's staff"),
    "platform_algorithm": Term("平台算法", "the platform's algorithm"),
    "system": Term("系统", "a system"),
    "unknown": Term("不明", "unknown"),
    "shop_opened": Term("开店", "a shop opened"),
    "first_listing": Term("首次上架", "first listing"),
    "first_promotion": Term("首次促销", "first promotion"),
    "agreement": Term("独家协议", "exclusive agreement"),
    "refusal": Term("拒绝独家", "refusal of exclusivity"),
    "delisted": Term("全部下架", "all delisted"),
    "paused": Term("停业", "paused"),
    "closed": Term("关店", "closed"),
    "deregistered": Term("注销", "deregistered"),
    "weak": Term("自愿加入", "joined by the merchant"),
    "strong": Term("强制", "forced"),
    "L1": Term("进价及进货运费", "purchase and inbound freight"),
    "L2": Term("另含装卸和销售费用", "with handling and selling"),
    "L3": Term("另含管理费用", "with overhead"),
}
"""What codes that stand as values mean; an officer reads the meaning, the code stands in the facts."""

CODED = frozenset({"kind", "actor", "how", "force", "cost_level"})
"""Which facts and parts have codes for values; all others are a feed's own words."""

LEVELS = {
    "notice": Term("提示", "notice"),
    "lead": Term("线索", "lead"),
    "case": Term("案件", "case"),
}

TYPOLOGIES = {
    "exclusivity": Term("平台“二选一”迹象", "indication of exclusivity coercion"),
    "sub-cost": Term("低于成本销售迹象", "indication of sub-cost pricing"),
    "integrity": Term("报送数据完整性异常迹象", "indication of a lapse of feed integrity"),
}

VERDICTS = {
    "pressed": Term("商户受到施压", "the merchant was pressed"),
    "exited": Term("受压后退出竞争平台", "pressed, then left the rival"),
    "relieved": Term("退出竞争平台后解除措施", "pressed, left the rival, then relieved"),
    "D1": Term("卖方自行低价", "the seller sells below cost"),
    "D2": Term("平台自营低价", "the platform's own retail sells below cost"),
    "D3": Term("平台补贴致低价", "a platform subsidy puts the buyer's price below cost"),
    "D4": Term("平台迫使商户低价", "the platform makes the merchant sell below cost"),
    "gap": Term("数据编号缺失", "numbers of the feed are missing"),
    "silence": Term("平台停止报送", "the platform delivers nothing"),
    "miscounted": Term("记录数少于平台所报", "fewer records than the platform counts"),
    "changed_history": Term("同一编号内容前后不一", "a number came again with other content"),
    "restarted": Term("编号从头重复使用", "the numbering began anew with other content"),
    "back_dated": Term("补报已关闭日期的数据", "records of days that were closed"),
    "retention": Term("数据在读取前已被清除", "records were gone before they were read"),
    "sources": Term("来源编号过多", "more sources than a platform may have"),
    "foreign_source": Term("使用他平台的来源编号", "a source of another platform's feed"),
}

UNITS = {
    "piece": Term("件", "pieces"),
    "gram": Term("克", "grams"),
    "millilitre": Term("毫升", "millilitres"),
    "line": Term("行", "lines"),
    "lines": Term("行", "lines"),
    "levers": Term("项", "levers"),
    "day": Term("天", "days"),
    "days": Term("天", "days"),
    "record": Term("条", "records"),
    "hole": Term("处", "holes"),
}

STOCKS = {
    "none": Term("缺货", "none"),
    "low": Term("偏低", "low"),
    "normal": Term("正常", "normal"),
    "high": Term("充足", "high"),
}
"""What a shop says of its stock."""

SCOPES = {
    "shop": Term("全店", "the whole shop"),
    "sku": Term("商品", "SKU"),
    "campaign": Term("活动", "campaign"),
    "region": Term("区域", "region"),
}
"""How much of a shop a lever touches."""

ASKED = {"cost data": Term("成本资料", "cost data")}
"""What an alert asks for."""

LEVER_UNITS = {
    "metre": Term("米", "metres"),
    "rank": Term("位", "in the ranking"),
    "count": Term("个", "items"),
}
"""Units of a lever's value that are neither money nor a share."""

ELEMENTS = {
    "below_cost": Term("低于成本", "sale below cost"),
    "purpose": Term("排挤竞争对手或独占市场的目的", "the purpose of driving out rivals"),
    "disturbance": Term("扰乱正常生产经营秩序", "disturbance of the market"),
    "harm": Term("损害国家利益或他人合法权益", "harm to the state or to others"),
    "lawful_markdown": Term("依法降价处理", "a lawful markdown"),
    "dominance": Term("市场支配地位", "a dominant position"),
    "justification": Term("正当理由", "a justification"),
    "restricted_dealing": Term("限定交易", "restricted dealing"),
    "restriction": Term("对交易的限制", "a restriction on dealing"),
    "unreasonable": Term("限制不合理", "that it is unreasonable"),
    "platform_operator": Term("平台经营者身份", "that it is a platform operator"),
    "technical_means": Term("利用技术手段、数据、算法或平台规则", "use of technology, data, algorithms or rules"),
    "hindrance": Term("妨碍、破坏他人经营", "hindrance of another's service"),
    "intent": Term("主观故意", "intent"),
    "price_rule": Term("平台定价规则", "a rule of the platform on prices"),
    "forced": Term("强制或变相强制", "force, open or disguised"),
    "records_incomplete": Term("交易信息报送不完整", "that records are incomplete"),
    "multi_homing": Term("商户同时在多个平台经营", "that the merchant sells on several platforms"),
    "platform_rule": Term("平台规则", "a rule of the platform"),
}
"""What statutes ask for."""


def yuan(fen: int) -> str:
    """Write an amount of money as an officer reads it: yuan with two decimals, without the word."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
