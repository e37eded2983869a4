"""The overview for the officer in charge: who does what to whom, how sure is the monitor, what speaks against it."""

from deploy.grafana.boards.labels import named, platforms
from deploy.grafana.boards.language import Text
from deploy.grafana.boards.lists import COERCION, PRICING, alerts
from deploy.grafana.boards.panels import COLD, HOT, WARM, bars, figures, lines, promql, reading, table
from deploy.grafana.boards.spec import Audience, Board, Column, Panel, Query, Row
from deploy.grafana.boards.sql import SERIOUS, STANDING, annotations, per_day, source_of
from deploy.grafana.boards.words import COLUMNS, LOOK_ALIKES, TO_PLATFORM, columns

MOST_ROWS = 50
NOTHING = Text("所选时段内没有", "none in the chosen time")

_FIGURES = f"""SELECT count(*) FILTER (WHERE {STANDING} AND a.level = 'case') AS cases,
    count(*) FILTER (WHERE {STANDING} AND a.level = 'lead') AS leads,
    count(*) FILTER (WHERE {STANDING} AND a.level = 'notice') AS notices,
    count(DISTINCT a.platform) FILTER (WHERE {STANDING} AND {SERIOUS}) AS platforms,
    count(*) FILTER (WHERE a.status = 'withdrawn') AS withdrawn
FROM alerts a WHERE a.mode = 'live' AND $__timeFilter(a.revised_at)"""

# The norm is over the days that there are: a store of three days has no 28 to divide by, one of today has none.
_NORM = """WITH known AS (
    SELECT least(28, ceil(extract(epoch FROM $__timeTo()::timestamptz - interval '1 day' - min(opened_at)) / 86400))
        AS days FROM alerts
)
SELECT a.typology, a.severity,
    count(*) FILTER (WHERE a.opened_at > $__timeTo()::timestamptz - interval '1 day') AS today,
    round(count(*) FILTER (WHERE a.opened_at <= $__timeTo()::timestamptz - interval '1 day')
        / (SELECT CASE WHEN days > 0 THEN days END FROM known), 1)::float8 AS norm
FROM alerts a
WHERE a.mode = 'live' AND a.opened_at > $__timeTo()::timestamptz - interval '29 days' AND a.opened_at <= $__timeTo()
GROUP BY 1, 2 ORDER BY 1, array_position(ARRAY['critical', 'high', 'medium', 'low'], a.severity)"""

_RANKING = f"""SELECT coalesce(p.name_@lang, a.platform) AS platform, count(*) AS leads
FROM alerts a LEFT JOIN platforms p ON p.platform = a.platform
WHERE {STANDING} AND {SERIOUS} AND $__timeFilter(a.revised_at)
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12"""

_AGAINST = f"""SELECT k.look_alike, count(*) FILTER (WHERE k.state = 'failed') AS failed,
    count(*) FILTER (WHERE k.state = 'no_data') AS no_data, count(*) FILTER (WHERE k.state = 'passed') AS passed
FROM alerts a JOIN checks k ON k.alert = a.alert
WHERE {STANDING} AND {SERIOUS} AND $__timeFilter(a.revised_at)
GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1"""

# Beyond some records a minute a platform is told of the rest in one summary, without their reasons.
_FEEDS = """SELECT p.name_@lang AS platform, p.platform AS platform_id,
    coalesce(sum(f.count) FILTER (WHERE f.kind IN ('rejected', 'summary')), 0)::bigint AS refused,
    coalesce(sum(f.count) FILTER (WHERE f.kind = 'late'), 0)::bigint AS late,
    count(*) FILTER (WHERE f.kind = 'quarantined') AS quarantines, max(f.published_at) AS latest
FROM platforms p LEFT JOIN feedback f ON f.platform = p.platform AND $__timeFilter(f.published_at)
WHERE p.retired_from IS NULL
GROUP BY 1, 2 ORDER BY quarantines DESC, refused DESC, 1"""

_LAST_EVENTS = "sort_desc(time() - max by (platform) (fairtrade_platform_last_event_timestamp_seconds > 0))"


def board(audience: Audience) -> Board:
    """Answer the overview of an audience; analysts see neither merchants nor goods."""
    return Board(
        "overview",
        audience,
        Text("公平交易监测总览", "Fair trade overview"),
        Text(
            "哪个平台对谁做了什么，把握多大，有何反证。",
            "Which platform does what to whom, how sure, and what speaks against it.",
        ),
        (_first(audience), _leads(audience), _platforms(audience), _feeds(audience)),
        annotations=annotations(audience),
    )


def _first(audience: Audience) -> Row:
    return Row(Text("概况", "At a glance"), (_standing(audience), _how_to_read(), _norm(audience), _ranking(audience)))


def _how_to_read() -> Panel:
    return reading(
        Text("怎么读", "How to read this"),
        Text(
            "每一行是**迹象**，不是违法认定。**层级**：提示→线索→案件。**已排除/不利/无数据**是对正当理由的核对："
            "“不利”越多越不确定，“无数据”只会降低严重程度。点编号打开案卷。\n\n"
            "数字来自预警库，可引用；**案件数量绝不引自 Prometheus**。平台排名是线索原始数：登记册尚无活跃商户数，"
            "不能折算为每万商户。尚无办案人员结论，因此不显示准确率。",
            "Each row is an **indication**, never a finding of violation. **Level**: notice, lead, case. **Excluded, "
            "against, no data** count the innocent explanations: the more stand against, the less sure; no data only "
            "lowers the severity. The number opens the file.\n\n"
            "Figures are the alert store's and may be quoted; **never quote case counts from Prometheus**. The ranking "
            "counts leads as they are: the register holds no active merchants, so none is per 10,000 of them. No "
            "officers' verdicts are kept yet, so no precision is shown.",
        ),
        height=8,
    )


def _standing(audience: Audience) -> Panel:
    return figures(
        Text("目前成立", "Standing now"),
        Text("所选时段内修订过的预警，现状。", "Alerts revised in the chosen time, as they stand now."),
        Query(source_of(audience), _FIGURES),
        (
            Column("cases", Text("案件", "cases"), steps=((None, "text"), (1, HOT))),
            Column("leads", Text("线索", "leads"), steps=((None, "text"), (1, WARM))),
            Column("notices", Text("提示", "notices")),
            Column("platforms", Text("涉及平台", "platforms concerned")),
            Column("withdrawn", Text("已撤回", "withdrawn")),
        ),
        width=24,
        height=3,
    )


def _norm(audience: Audience) -> Panel:
    return table(
        Text("最近 24 小时与 28 天常态", "Last 24 hours against the 28-day norm"),
        Text(
            "此前最多 28 天的日均；不足一天则空。远离常态：先看生效规则与该平台数据。",
            "Per day over up to 28 days before, if there are any. Far from it: look at rules in force and at feeds.",
        ),
        Query(source_of(audience), _NORM),
        (
            COLUMNS["typology"],
            COLUMNS["severity"],
            Column("today", Text("24 小时内新立", "opened in 24 h"), width=110),
            Column("norm", Text("此前日均", "a day before"), width=110),
        ),
        width=9,
        height=8,
        empty=NOTHING,
    )


def _ranking(audience: Audience) -> Panel:
    return bars(
        Text("成立线索最多的平台", "Platforms by standing leads"),
        Text("原始数，不按商户数折算。", "As counted, not per merchants."),
        Query(source_of(audience), _RANKING),
        width=7,
        empty=NOTHING,
    )


def _leads(audience: Audience) -> Row:
    says = Text("不利的核对即反证：先读再派发。", "Checks that apply speak against it: read them before you assign.")
    titles = {
        "exclusivity": (
            Text("二选一迹象，重者在前", "Exclusivity coercion: indications, the gravest first"),
            COERCION,
        ),
        "sub-cost": (Text("低于成本迹象，重者在前", "Sales below cost: indications, the gravest first"), PRICING),
    }
    return Row(
        Text("谁对谁做了什么", "Who does what to whom"),
        tuple(
            alerts(
                audience,
                title,
                says,
                (f"{STANDING} AND a.typology = '{typology}' AND $__timeFilter(a.revised_at)", MOST_ROWS),
                ("platform", "platform_id", *names),
                height=9,
                empty=NOTHING,
            )
            for typology, (title, names) in titles.items()
        ),
    )


def _platforms(audience: Audience) -> Row:
    return Row(
        Text("平台与反证", "Platforms, and what speaks against"),
        (
            lines(
                Text("每日新立", "Opened each day"),
                Text("紫色为促销日，蓝色为规则变更。", "Purple marks campaign days, blue rule changes."),
                Query(source_of(audience), per_day("", _BY_TYPOLOGY), series=True),
                columns=_TYPOLOGY_COLUMNS,
                width=12,
                stacked=True,
                may_be_empty=True,
            ),
            table(
                Text("反证：正当理由核对", "What speaks against: innocent explanations"),
                Text(
                    "成立线索的核对结果；无数据多处应要求补报。",
                    "Checks of standing leads; where data is missing, ask for it.",
                ),
                Query(source_of(audience), _AGAINST),
                (
                    Column("look_alike", Text("正当理由", "innocent explanation"), values=LOOK_ALIKES, width=220),
                    *_COUNTS,
                ),
                width=12,
                empty=NOTHING,
            ),
        ),
    )


_BY_TYPOLOGY = (("exclusivity", "a.typology = 'exclusivity'"), ("sub_cost", "a.typology = 'sub-cost'"))
_TYPOLOGY_COLUMNS = (
    Column("exclusivity", Text("二选一", "exclusivity")),
    Column("sub_cost", Text("低于成本", "sub-cost")),
)
_COUNTS = columns("failed", "no_data", "passed")


def _feeds(audience: Audience) -> Row:
    return Row(
        Text("数据是否可靠", "Can the feeds be trusted"),
        (
            table(
                Text("各平台数据质量", "Quality of each platform's feed"),
                Text(
                    "静默或缺号期间的沉默不是清白。", "While a feed is silent or has holes, no alert is no acquittal."
                ),
                Query(source_of(audience), _FEEDS),
                _FEED_COLUMNS,
                width=16,
                empty=NOTHING,
            ),
            bars(
                Text("距最近一条数据", "Since the last event"),
                Text("超过静默设定：致电平台。", "Above the silence setting: call the platform."),
                promql(_LAST_EVENTS, "{{platform}}", instant=True),
                width=8,
                unit="s",
                columns=named(platforms()),
                steps=((None, COLD), (1800, WARM), (7200, HOT)),
            ),
        ),
    )


_FEED_COLUMNS = (
    Column("platform", Text("平台", "platform"), link=TO_PLATFORM, width=140),
    Column("platform_id", Text("编号", "id"), width=110),
    Column("quarantines", Text("隔离", "quarantines"), width=100, steps=((None, "text"), (1, HOT))),
    Column("refused", Text("拒收", "refused"), width=90, steps=((None, "text"), (1, WARM))),
    Column("late", Text("迟到", "too late"), width=90),
    Column("latest", Text("最近反馈", "latest feedback"), unit="dateTimeAsLocal"),
)
