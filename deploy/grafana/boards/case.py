"""One case as a file: in words, facts, elements by statute, checks, revisions, evidence with its coordinates."""

from deploy.grafana.boards.case_sql import (
    AUTHORITY,
    BASIS,
    FACTS,
    LEVERS,
    REVISIONS_ALONE,
    REVISIONS_WITH_CHAIN,
    SURE,
    THIS,
    WORDS,
)
from deploy.grafana.boards.evidence import evidence, record_of
from deploy.grafana.boards.language import Text
from deploy.grafana.boards.lists import BOTH, alerts
from deploy.grafana.boards.panels import COLD, HOT, WARM, figures, reading, table
from deploy.grafana.boards.spec import Audience, Board, Column, Panel, Query, Row, Source, Value, Variable
from deploy.grafana.boards.sql import annotations, source_of
from deploy.grafana.boards.terms import AUTHORITIES, BANDS, ELEMENTS
from deploy.grafana.boards.words import (
    CHECK_STATES,
    CODES,
    FACT_NAMES,
    LOOK_ALIKES,
    PROOFS,
    STATUTES,
    UNITS,
    YES_NO,
    columns,
)

_OFFICER = Audience.officers
NOTHING = Text("没有", "none")


def board(audience: Audience) -> Board:
    """Answer the file of a case for an audience; analysts see no merchant, cost, quotation or hash of a record."""
    return Board(
        "case",
        audience,
        Text("案卷", "File of a case"),
        Text(
            "一件预警的全部：文字、事实、要件、核对、修订、证据。",
            "One alert whole: in words, facts, elements, checks, revisions, evidence.",
        ),
        (_head(audience), _sure(audience), _facts(audience), _law(audience), _life(audience), evidence(audience)),
        variables=(_alert(audience), *record_of(audience)),
        annotations=annotations(audience),
    )


def _alert(audience: Audience) -> Variable:
    newest = """SELECT alert_id AS __value,
    platform || ' · ' || typology || ' · ' || level || ' · ' || left(alert_id, 8) AS __text
FROM alerts a WHERE a.mode = 'live'
ORDER BY array_position(ARRAY['case', 'lead', 'notice'], a.level), a.revised_at DESC LIMIT 200"""
    return Variable("alert", Text("预警", "alert"), source_of(audience), newest)


def _head(audience: Audience) -> Row:
    head = alerts(
        audience,
        Text("案由", "The matter"),
        Text("是迹象，不是违法认定。", "An indication, never a finding of violation."),
        (f"a.{THIS}", 1),
        ("platform", "platform_id", "offence", *BOTH),
        height=4,
    )
    return Row(Text("案由", "The matter"), (head, _words(audience)))


def _words(audience: Audience) -> Panel:
    title = Text("说明", "In words")
    if audience is not _OFFICER:
        return reading(
            title,
            Text(
                "说明文字引用商户与成本，仅办案人员可见。",
                "The words quote merchants and costs; officers alone read them.",
            ),
            height=2,
            width=24,
        )
    return table(
        title,
        Text(
            "系统按模板写出，供复核，不能直接作为文书。", "Written by template for review; not a document of the file."
        ),
        Query(Source.officer, WORDS),
        (Column("words", Text("说明", "explanation"), wrap=True),),
        height=5,
    )


def _sure(audience: Audience) -> Row:
    seen = (Column("seen", Text("所见", "what was seen"), values=CODES, wrap=True),) if audience is _OFFICER else ()
    asked = "look_alike, state, seen" if audience is _OFFICER else "look_alike, state"
    checks = f"""SELECT {asked} FROM checks WHERE {THIS}
ORDER BY array_position(ARRAY['failed', 'no_data', 'passed'], state), position"""
    return Row(
        Text("把握多大，有何反证", "How sure, and what speaks against it"),
        (
            table(
                Text("正当理由核对", "Innocent explanations"),
                Text(
                    "成立者为反证；无数据者应补查。",
                    "What applies speaks against it; where data is missing, ask for it.",
                ),
                Query(source_of(audience), checks),
                (
                    Column("look_alike", Text("正当理由", "innocent explanation"), values=LOOK_ALIKES, width=260),
                    Column("state", Text("核对", "check"), values=CHECK_STATES, width=200),
                    *seen,
                ),
                width=16,
                height=9,
            ),
            _counts(audience),
            _basis(audience),
            _authority(audience),
        ),
    )


def _counts(audience: Audience) -> Panel:
    return figures(
        Text("核对计数", "Checks counted"),
        Text("无数据降低严重程度，从不抬高。", "No data lowers the severity and never raises it."),
        Query(source_of(audience), SURE),
        (
            Column("failed", Text("不利", "against"), steps=((None, "text"), (1, HOT))),
            Column("no_data", Text("无数据", "no data"), steps=((None, "text"), (1, WARM))),
            Column("passed", Text("已排除", "excluded"), steps=((None, COLD),)),
        ),
        width=8,
        height=4,
    )


def _basis(audience: Audience) -> Panel:
    return table(
        Text("依据与时间", "Basis and times"),
        Text("数据完整程度、行为期间、规则版本。", "How complete the input is, the span of the conduct, the rules."),
        Query(source_of(audience), BASIS),
        (
            Column("cost_grade", Text("成本等级", "cost grade")),
            Column("coverage_band", Text("数据完整度", "coverage"), values=BANDS),
            Column("coverage_late", Text("迟到", "late")),
            Column("coverage_gaps", Text("缺号", "gaps")),
            Column("window_start", Text("行为始", "from"), unit="dateTimeAsLocal", width=165),
            Column("window_end", Text("行为止", "to"), unit="dateTimeAsLocal", width=165),
            Column("event_time", Text("最后事件", "last event"), unit="dateTimeAsLocal", width=165),
            Column("rule", Text("规则", "rules")),
            Column("digest", Text("规则摘要", "digest")),
            Column("engine", Text("引擎", "engine")),
        ),
        width=17,
        height=4,
    )


def _authority(audience: Audience) -> Panel:
    return table(
        Text("管辖提示", "Who may decide"),
        Text("由所引法条得出，供派发参考。", "From the statutes cited, to help to assign."),
        Query(source_of(audience), AUTHORITY),
        (Column("authority", Text("机关", "authority"), values=AUTHORITIES),),
        width=7,
        height=4,
    )


def _facts(audience: Audience) -> Row:
    facts = table(
        Text("事实", "Facts"),
        Text(
            "门槛是生效规则的参数；受限事实属商业秘密。",
            "Thresholds are parameters in force; restricted facts are trade secrets.",
        ),
        Query(source_of(audience), FACTS),
        (
            Column("name", Text("事实", "fact"), values=FACT_NAMES, width=230),
            Column("shown", Text("数值", "value"), values=CODES, wrap=True),
            Column("threshold", Text("门槛", "threshold"), width=110),
            Column("unit", Text("单位", "unit"), values=UNITS, width=90),
            Column("restricted", Text("受限", "restricted"), values=YES_NO, width=90),
        ),
        width=13,
        height=10,
    )
    levers = table(
        Text("平台措施", "The platform's levers"),
        Text("按时间；解除早于退出者可疑性更低。", "In order of time; one released before the exit weighs less."),
        Query(source_of(audience), LEVERS),
        (
            Column("kind", Text("措施", "lever"), values=CODES),
            Column("pulled", Text("采取", "pulled"), unit="dateTimeAsLocal", width=165),
            Column("released", Text("解除", "released"), unit="dateTimeAsLocal", width=165),
            Column("actor", Text("行为人", "by"), values=CODES),
            Column("before", Text("调整前", "before"), width=80),
            Column("after", Text("调整后", "after"), width=80),
            Column("unit", Text("单位", "unit"), width=90),
        ),
        width=11,
        height=10,
        empty=Text("本案无平台措施", "this case has no levers"),
    )
    return Row(Text("事实", "Facts"), (facts, levers))


def _law(audience: Audience) -> Row:
    elements = f"SELECT statute, element, state FROM elements WHERE {THIS} ORDER BY position"
    return Row(
        Text("法条与要件", "Statutes and their elements"),
        (
            table(
                Text("要件", "Elements"),
                Text("目的、支配地位与损害一律由人判断。", "Purpose, dominance and harm are for people to judge."),
                Query(source_of(audience), elements),
                (
                    Column("statute", Text("法条", "statute"), values=STATUTES),
                    Column("element", Text("要件", "element"), values=ELEMENTS, width=300),
                    Column("state", Text("证明程度", "how far shown"), values=PROOFS, width=160),
                ),
                height=9,
            ),
        ),
    )


def _life(audience: Audience) -> Row:
    """Answer the revisions; the chain of hashes is for officers, who hold the bytes that it is over."""
    asked = REVISIONS_WITH_CHAIN if audience is _OFFICER else REVISIONS_ALONE
    chain = (
        Column("follows", Text("相连", "follows"), values=_FOLLOWS, width=80),
        Column("digest", Text("哈希", "SHA-256")),
    )
    return Row(
        Text("修订", "Revisions"),
        (
            table(
                Text("修订经过", "Its life"),
                Text(
                    "每次修订含前次的哈希；“相连”为否即链断。",
                    "Each revision holds the hash of the one before; a broken chain says no.",
                ),
                Query(source_of(audience), asked),
                (
                    Column("published", Text("发布", "published"), unit="dateTimeAsLocal", width=165),
                    Column("revision", Text("版次", "revision"), width=90),
                    *columns("status", "reason", "level", "severity", "verdict", "provisional"),
                    Column("partition", Text("分区", "partition"), width=80),
                    Column("log_offset", Text("偏移", "offset"), width=100),
                    *(chain if audience is _OFFICER else ()),
                ),
            ),
        ),
    )


_FOLLOWS = {"true": Value(Text("是", "yes"), COLD), "false": Value(Text("否", "no"), HOT)}
