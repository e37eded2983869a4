"""The last row of a case: the records that it stands on, by their coordinates."""

from deploy.grafana.boards.case_sql import DAYS, THIS
from deploy.grafana.boards.language import Text
from deploy.grafana.boards.panels import table
from deploy.grafana.boards.spec import Audience, Column, Link, Panel, Query, Row, Variable
from deploy.grafana.boards.sql import source_of
from deploy.grafana.boards.terms import ROLES

RECORD = "topic || '/' || partition || '/' || \"offset\""
"""Coordinates as the command takes them."""


def evidence(audience: Audience) -> Row:
    """Answer topic, partition, offset and hash of each record; analysts see no hash and no event."""
    chosen = (_record(),) if audience is Audience.officers else ()
    return Row(Text("证据", "Evidence"), (_cited(audience), _counted(audience), *chosen))


def _cited(audience: Audience) -> Panel:
    more = f", event_id, sha256, {RECORD} AS record, alert_id" if audience is Audience.officers else ""
    link = _TO_RECORD if audience is Audience.officers else None
    cited = f'SELECT role, topic, partition, "offset" AS log_offset{more} FROM evidence WHERE {THIS} ORDER BY position'
    return table(
        Text("引用的记录", "Records cited"),
        Text(
            "主题、分区、偏移即坐标；哈希是原始字节的 SHA-256。",
            "Topic, partition and offset are the coordinates; the hash is of the raw bytes.",
        ),
        Query(source_of(audience), cited),
        (
            Column("role", Text("用途", "cited for"), values=ROLES, width=130),
            Column("topic", Text("主题", "topic"), width=90),
            Column("partition", Text("分区", "partition"), width=80),
            Column("log_offset", Text("偏移", "offset"), width=100, link=link),
            *(_IDENTITY if audience is Audience.officers else ()),
        ),
        width=15,
        height=9,
    )


def _counted(audience: Audience) -> Panel:
    return table(
        Text("按日计数的记录", "Records counted by the day"),
        Text(
            "不逐条引用而计入的记录及其偏移范围。",
            "Records counted without being cited, with their range of offsets.",
        ),
        Query(source_of(audience), DAYS),
        (
            Column("day", Text("日期", "day"), width=110),
            Column("topic", Text("主题", "topic"), width=90),
            Column("partition", Text("分区", "partition"), width=80),
            Column("records", Text("记录", "records"), width=80),
            Column("first_offset", Text("首偏移", "first"), width=100),
            Column("last_offset", Text("末偏移", "last"), width=100),
        ),
        width=9,
        height=9,
        empty=Text("没有", "none"),
    )


def _record() -> Panel:
    """Answer the record that the reader chose, with the command that fetches it and holds it against its hash."""
    asked = f"""SELECT role, {RECORD} AS record, event_id, sha256,
    'fairtrade alerts evidence ' || alert_id || ' --record ' || {RECORD} AS command
FROM evidence WHERE {THIS} AND {RECORD} = ${{record:sqlstring}}"""
    return table(
        Text("所选记录", "The record chosen"),
        Text(
            "点上表偏移或在上方选择。命令从主题取出原始记录并核对哈希，不符则退出码为 1。",
            "Chosen by an offset above or in the picker. The command fetches the raw record from its topic and checks "
            "its hash; it exits with 1 where they differ.",
        ),
        Query(source_of(Audience.officers), asked),
        (
            Column("role", Text("用途", "cited for"), values=ROLES, width=130),
            Column("record", Text("坐标（主题/分区/偏移）", "topic/partition/offset"), width=190),
            Column("event_id", Text("事件编号", "event"), width=300),
            Column("sha256", Text("记录哈希", "SHA-256 of the record"), width=480),
            Column("command", Text("取出并核对的命令", "fetch and check it"), wrap=True),
        ),
        height=4,
        empty=Text("未选择", "none chosen"),
    )


def record_of(audience: Audience) -> tuple[Variable, ...]:
    """Answer the picker of one record of the case; analysts may fetch none."""
    asked = f"""SELECT {RECORD} AS __value, role || ' ' || {RECORD} AS __text FROM evidence
WHERE {THIS} ORDER BY position"""
    chosen = Variable("record", Text("记录", "record"), source_of(audience), asked)
    return (chosen,) if audience is Audience.officers else ()


_TO_RECORD = Link(
    Text("这条记录与核对命令", "this record and how to check it"),
    "case",
    "var-alert=${__data.fields.alert_id}&var-record=${__data.fields.record}&${__url_time_range}",
)
_IDENTITY = (
    Column("event_id", Text("事件编号", "event")),
    Column("sha256", Text("记录哈希", "SHA-256 of the record")),
    Column("record", Text("坐标", "coordinates"), hidden=True),
    Column("alert_id", Text("预警编号", "alert"), hidden=True),
)
