"""The portrait of one platform: what it does over time, with which levers, under which statutes, and how it reports."""

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.lists import BOTH, alerts
from deploy.grafana.boards.panels import COLD, HOT, WARM, bars, figures, lines, promql, stat, table
from deploy.grafana.boards.spec import Audience, Board, Column, Panel, Query, Row, Variable
from deploy.grafana.boards.sql import SERIOUS, STANDING, annotations, per_day, source_of
from deploy.grafana.boards.terms import REFUSALS
from deploy.grafana.boards.words import CODES, FEEDBACK_KINDS, PROOFS, STATUTES, VERDICTS, columns

PLATFORM = "${platform:sqlstring}"
NOTHING = Text("所选时段内没有", "none in the chosen time")

_HERE = f"a.mode = 'live' AND a.platform = {PLATFORM} AND $__timeFilter(a.revised_at)"
_STANDING_HERE = f"{STANDING} AND a.platform = {PLATFORM} AND $__timeFilter(a.revised_at)"

_FIGURES = f"""SELECT count(*) FILTER (WHERE {STANDING} AND {SERIOUS} AND a.typology = 'exclusivity') AS exclusivity,
    count(*) FILTER (WHERE {STANDING} AND {SERIOUS} AND a.typology = 'sub-cost') AS sub_cost,
    count(*) FILTER (WHERE {STANDING} AND a.level = 'notice') AS notices,
    count(*) FILTER (WHERE a.status = 'resolved') AS resolved,
    count(*) FILTER (WHERE a.status = 'withdrawn') AS withdrawn
FROM alerts a WHERE {_HERE}"""

# OFFSET 0 makes the planner look up the chosen alerts one by one; it would read the facts of all platforms.
_LEVERS = f"""SELECT lever ->> 'kind' AS kind, count(DISTINCT a.alert) AS alerts, count(*) AS levers,
    count(*) FILTER (WHERE lever ->> 'release' IS NOT NULL) AS released
FROM alerts a
CROSS JOIN LATERAL (
    SELECT value FROM facts f WHERE f.alert = a.alert AND f.name = 'levers' AND NOT f.restricted OFFSET 0
) f
CROSS JOIN LATERAL jsonb_array_elements(f.value) AS lever
WHERE {_STANDING_HERE} AND a.typology = 'exclusivity'
GROUP BY 1 ORDER BY 2 DESC, 1"""

_STATUTES = f"""SELECT e.statute, count(DISTINCT a.alert) AS alerts,
    count(*) FILTER (WHERE e.state = 'proven') AS proven,
    count(*) FILTER (WHERE e.state = 'indicated') AS indicated, count(*) FILTER (WHERE e.state = 'open') AS open
FROM alerts a CROSS JOIN LATERAL (SELECT * FROM elements e WHERE e.alert = a.alert OFFSET 0) e
WHERE {_STANDING_HERE} AND {SERIOUS}
GROUP BY 1 ORDER BY 2 DESC, 1"""

_RIVALS = f"""SELECT coalesce(p.name_@lang, a.rival) AS rival, count(*) AS alerts
FROM alerts a LEFT JOIN platforms p ON p.platform = a.rival
WHERE {_STANDING_HERE} AND a.rival IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 8"""

_MERCHANTS = f"""SELECT a.subject, min(array_to_string(a.shops, ', ')) AS shops, count(*) AS alerts,
    count(*) FILTER (WHERE {SERIOUS}) AS leads, max(a.revised_at) AS revised
FROM alerts a WHERE {_STANDING_HERE}
GROUP BY 1 ORDER BY 4 DESC, 3 DESC, 1 LIMIT 20"""

_FEEDBACK = f"""SELECT f.kind, f.topic, f.reason, count(*) AS messages, sum(f.count)::bigint AS records,
    max(f.published_at) AS latest
FROM feedback f WHERE f.platform = {PLATFORM} AND $__timeFilter(f.published_at)
GROUP BY 1, 2, 3 ORDER BY 5 DESC, 1, 2, 3 LIMIT 30"""

_ALERTS = Column("alerts", Text("预警", "alerts"), width=90)


def board(audience: Audience) -> Board:
    """Answer the portrait for an audience; analysts see no merchants."""
    return Board(
        "platform",
        audience,
        Text("平台画像", "Portrait of a platform"),
        Text(
            "一个平台随时间做了什么，用什么手段，涉及哪些法条，数据报送如何。",
            "What one platform does over time, by which levers, under which statutes, and how it reports.",
        ),
        (_now(audience), _course(audience), _conduct(audience), _alerts(audience), _feed(audience)),
        variables=(_platform(audience),),
        annotations=annotations(audience),
    )


def _platform(audience: Audience) -> Variable:
    names = "SELECT name_@lang AS __text, platform AS __value FROM platforms ORDER BY retired_from NULLS FIRST, 1"
    return Variable("platform", Text("平台", "platform"), source_of(audience), names)


def _now(audience: Audience) -> Row:
    return Row(
        Text("目前", "Now"),
        (
            figures(
                Text("预警现状", "Alerts as they stand"),
                Text("所选时段内修订过的预警。", "Alerts revised in the chosen time."),
                Query(source_of(audience), _FIGURES),
                (
                    Column("exclusivity", Text("二选一线索", "exclusivity leads"), steps=((None, "text"), (1, WARM))),
                    Column("sub_cost", Text("低于成本线索", "sub-cost leads"), steps=((None, "text"), (1, WARM))),
                    Column("notices", Text("提示", "notices")),
                    Column("resolved", Text("已结束", "resolved")),
                    Column("withdrawn", Text("已撤回", "withdrawn")),
                ),
                width=18,
            ),
            stat(
                Text("距最近一条数据", "Since the last event"),
                Text("超过静默设定：致电平台。", "Above the silence setting: call the platform."),
                promql('time() - max(fairtrade_platform_last_event_timestamp_seconds{platform="$platform"} > 0)'),
                unit="s",
                steps=((None, COLD), (1800, WARM), (7200, HOT)),
                width=6,
                may_be_empty=True,
            ),
        ),
    )


def _course(audience: Audience) -> Row:
    return Row(
        Text("过程", "Course"),
        (
            _opened(audience, "exclusivity", Text("每日新立：二选一", "Opened each day: exclusivity"), _PRESSURES),
            _opened(audience, "sub-cost", Text("每日新立：低于成本", "Opened each day: sub-cost"), _CLASSES),
        ),
    )


_PRESSURES = ("pressed", "exited", "relieved")
_CLASSES = ("D1", "D2", "D3", "D4")


def _opened(audience: Audience, typology: str, title: Text, verdicts: tuple[str, ...]) -> Panel:
    """Answer the bars a day of one typology, stacked by what was found."""
    names = tuple((name, f"coalesce(a.grade, a.class) = '{name}'") for name in verdicts)
    where = f" AND a.platform = {PLATFORM} AND a.typology = '{typology}'"
    return lines(
        title,
        Text("紫色为促销日，蓝色为规则变更。", "Purple marks campaign days, blue rule changes."),
        Query(source_of(audience), per_day(where, names), series=True),
        columns=tuple(Column(name, VERDICTS[name].text) for name in verdicts),
        stacked=True,
        may_be_empty=True,
    )


def _conduct(audience: Audience) -> Row:
    merchants = (_merchants(audience),) if audience is Audience.officers else ()
    return Row(
        Text("手段与法条", "Levers and statutes"),
        (_levers(audience), _statutes(audience), _rivals(audience), *merchants),
    )


def _levers(audience: Audience) -> Panel:
    return table(
        Text("采取的措施", "Levers pulled"),
        Text("成立预警中平台对商户的措施。", "What the platform did to merchants, in standing alerts."),
        Query(source_of(audience), _LEVERS),
        (
            Column("kind", Text("措施", "lever"), values=CODES),
            _ALERTS,
            Column("levers", Text("次数", "times"), width=80),
            Column("released", Text("已解除", "released"), width=90),
        ),
        width=8,
        empty=NOTHING,
    )


def _statutes(audience: Audience) -> Panel:
    return table(
        Text("涉及法条", "Statutes cited"),
        Text("要件计数：已证实仅指记录的事实。", "Elements counted; proven is said of recorded facts alone."),
        Query(source_of(audience), _STATUTES),
        (
            Column("statute", Text("法条", "statute"), values=STATUTES),
            _ALERTS,
            *(Column(name, PROOFS[name].text, width=90) for name in ("proven", "indicated", "open")),
        ),
        width=10,
        empty=NOTHING,
    )


def _rivals(audience: Audience) -> Panel:
    return bars(
        Text("针对的竞争平台", "Rivals concerned"),
        Text("商户同时经营的平台。", "Where the merchants also sell."),
        Query(source_of(audience), _RIVALS),
        width=6,
        empty=NOTHING,
    )


def _merchants(audience: Audience) -> Panel:
    return table(
        Text("涉及最多的商户", "Merchants concerned most"),
        Text("商户是受害人或证人：注意保密。", "Merchants are victims or witnesses: keep them confidential."),
        Query(source_of(audience), _MERCHANTS),
        (
            Column("subject", Text("主体", "subject")),
            Column("shops", Text("店铺", "shops")),
            _ALERTS,
            Column("leads", Text("线索", "leads"), width=90),
            *columns("revised"),
        ),
        empty=NOTHING,
    )


def _alerts(audience: Audience) -> Row:
    return Row(
        Text("预警", "Alerts"),
        (
            alerts(
                audience,
                Text("全部预警，含已撤回", "All alerts, withdrawn ones included"),
                Text("重者在前；点编号打开案卷。", "The gravest first; the number opens the file."),
                (_HERE, 200),
                ("offence", *BOTH),
                height=10,
                empty=NOTHING,
            ),
        ),
    )


def _feed(audience: Audience) -> Row:
    return Row(
        Text("数据报送", "How it reports"),
        (
            table(
                Text("给平台的反馈", "Feedback to the platform"),
                Text("拒收、迟到与隔离。", "Refused, too late, quarantined."),
                Query(source_of(audience), _FEEDBACK),
                (
                    Column("kind", Text("种类", "kind"), values=FEEDBACK_KINDS, width=140),
                    Column("topic", Text("主题", "topic"), width=90),
                    Column("reason", Text("原因", "reason"), values=REFUSALS),
                    Column("messages", Text("消息", "messages"), width=90),
                    Column("records", Text("记录", "records"), width=90),
                    Column("latest", Text("最近", "latest"), unit="dateTimeAsLocal", width=165),
                ),
                width=12,
                empty=NOTHING,
            ),
            lines(
                Text("判断的事件", "Events judged"),
                Text("只看流量是否正常；不作案件数字。", "Whether the feed flows; no figure of cases."),
                promql(
                    'sum by (topic) (rate(fairtrade_events_consumed_total{platform="$platform"}[$__rate_interval]))',
                    "{{topic}}",
                ),
                unit="eps",
                may_be_empty=True,
            ),
        ),
    )
