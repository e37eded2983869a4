"""The last row of a case: the records that it stands on, by their coordinates."""

from deploy.grafana.boards.case_sql import DAYS, THIS
from deploy.grafana.boards.language import Text
from deploy.grafana.boards.panels import table
from deploy.grafana.boards.spec import Audience, Column, Query, Row
from deploy.grafana.boards.sql import source_of
from deploy.grafana.boards.terms import ROLES


def evidence(audience: Audience) -> Row:
    """Answer topic, partition, offset and hash of each record; analysts see no hash and no event."""
    more = ", event_id, sha256" if audience is Audience.officers else ""
    cited = f'SELECT role, topic, partition, "offset" AS log_offset{more} FROM evidence WHERE {THIS} ORDER BY position'
    identity = (
        Column("event_id", Text("事件编号", "event")),
        Column("sha256", Text("记录哈希", "SHA-256 of the record")),
    )
    return Row(
        Text("证据", "Evidence"),
        (
            table(
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
                    Column("log_offset", Text("偏移", "offset"), width=100),
                    *(identity if audience is Audience.officers else ()),
                ),
                width=15,
                height=9,
            ),
            table(
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
            ),
        ),
    )
