"""Words for the codes of alerts that no other place of the product words: reasons, roles, elements, coverage."""

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.panels import COLD, HOT, WARM
from deploy.grafana.boards.spec import Value
from monitor.events import Reason
from monitor.law.checks import CHECKS, EXPLAINS

ELEMENTS = {
    name: Value(Text(zh, en))
    for name, zh, en in (
        ("below_cost", "低于成本", "below cost"),
        ("purpose", "排挤或独占目的", "purpose to squeeze out or monopolise"),
        ("disturbance", "扰乱经营秩序", "disturbance of order"),
        ("harm", "损害国家或他人利益", "harm to the state or to others"),
        ("lawful_markdown", "依法降价的例外", "exception of lawful markdown"),
        ("dominance", "市场支配地位", "dominance"),
        ("justification", "正当理由", "justification"),
        ("restricted_dealing", "限定交易", "restricted dealing"),
        ("restriction", "限制或附加条件", "restriction or condition"),
        ("unreasonable", "不合理", "unreasonable"),
        ("records_incomplete", "信息记录不完整", "records incomplete"),
        ("platform_operator", "平台经营者", "platform operator"),
        ("technical_means", "数据、算法、技术或规则", "data, algorithms, means or rules"),
        ("hindrance", "妨碍、破坏", "hindrance"),
        ("intent", "主观故意", "intent"),
        ("price_rule", "平台定价规则", "price rule of the platform"),
        ("forced", "强制或变相强制", "forced"),
        ("multi_homing", "多平台经营", "sells on several platforms"),
        ("platform_rule", "平台规则", "rule of the platform"),
    )
}

REASONS = {
    "opened": Value(Text("立起", "opened")),
    "fact_added": Value(Text("新增事实", "a fact was added")),
    "late_event": Value(Text("迟到的事件", "a late event")),
    "holdback_passed": Value(Text("留置期满", "the hold-back passed")),
    "day_closed": Value(Text("日终结算", "the day closed")),
    "released": Value(Text("措施解除", "the lever was released")),
    "refund": Value(Text("退款", "a refund")),
    "cost_revised": Value(Text("成本修订", "the cost was revised")),
    "exemption": Value(Text("报备豁免", "an exemption")),
    "ended": Value(Text("期满结束", "it ended")),
    "successor": Value(Text("由后续预警接续", "another alert goes on with it")),
    **{
        f"explained:{name}": Value(Text(f"已解释：{CHECKS[name].zh}", f"explained: {CHECKS[name].en}"))
        for name in sorted(EXPLAINS)
    },
}
"""Why there is a revision; a reason without words is shown as it is."""

ROLES = {
    "lever": Value(Text("平台措施", "lever")),
    "release": Value(Text("解除措施", "release")),
    "basis": Value(Text("处罚依据", "basis")),
    "t0": Value(Text("竞争平台侧事件", "rival-side event")),
    "exit": Value(Text("退出", "exit")),
    "complaint": Value(Text("投诉", "complaint")),
    "refusal": Value(Text("拒绝独家", "refusal")),
    "line": Value(Text("订单行", "order line")),
    "cost": Value(Text("成本凭证", "cost")),
}
"""What a record is cited for."""

BANDS = {
    "full": Value(Text("完整", "full"), COLD),
    "high": Value(Text("缺失不足 1%", "under 1 % missing"), COLD),
    "partial": Value(Text("缺失不足 10%", "under 10 % missing"), WARM),
    "low": Value(Text("缺失 10% 以上", "10 % or more missing"), HOT),
}

REFUSALS = {
    name.value: Value(Text(zh, en))
    for name, zh, en in (
        (Reason.not_json, "不是 JSON", "not JSON"),
        (Reason.shape, "结构不符", "not of the contract's shape"),
        (Reason.bounds, "数值越界", "a number out of bounds"),
        (Reason.arithmetic, "金额不平", "amounts do not add up"),
        (Reason.depth, "嵌套过深", "nested too deep"),
        (Reason.too_large, "记录过大", "too large"),
        (Reason.unknown_platform, "平台未登记", "platform not registered"),
        (Reason.subject_kind, "主体种类不符", "wrong kind of subject"),
        (Reason.wrong_partition, "分区错误", "wrong partition"),
        (Reason.future_time, "时间在未来", "time in the future"),
        (Reason.too_late, "迟到", "too late"),
        (Reason.sequence_unknown, "编号不明", "numbering unknown"),
    )
}

AUTHORITIES = {
    en: Value(Text(zh, en))
    for zh, en in (
        (
            "低价倾销由省级价格主管部门认定（价格法第四十条）",
            "provincial price authority determines dumping (Price Law 40)",
        ),
        ("市场监管总局或其授权的省级机构", "SAMR or an authorised provincial authority"),
        ("县级以上市场监管部门", "market regulator at county level or above"),
        ("国家发展改革委、市场监管总局、国家网信办", "NDRC, SAMR, CAC"),
        ("市场监管部门会同网信部门", "market regulator with CAC"),
    )
}
"""Who may decide, by the English text that the law package prints."""
