"""The headers of what the gateway, the judge and the commands write; their schemas stand in topics/."""

from collections.abc import Iterable

from monitor.events import Refusal
from monitor.eventtime.china import written
from monitor.findings import Revision, Severity
from monitor.wire.refusals import MAX_DETAIL

Header = tuple[str, bytes]

SCHEMA_VERSION = b"1"
EVENT_TYPE = "cn.gov.zhejiang.fairtrade.alert"
DATA_SCHEMA = b"urn:fair-trade-monitor:alerts:v1"
# CloudEvents severity extension: the first number of INFO, WARN, ERROR and FATAL.
SEVERITY_NUMBERS = {Severity.low: 9, Severity.medium: 13, Severity.high: 17, Severity.critical: 21}


def input_headers(platform: str | None, source: str, sequence: int) -> list[Header]:
    """Say whose an input record is, for the case that its value does not decode; no platform where it concerns all."""
    headers = [("schema_version", SCHEMA_VERSION), ("source", source.encode()), ("sequence", b"%d" % sequence)]
    return headers if platform is None else [*headers, ("platform", platform.encode())]


def cloudevent_headers(revision: Revision, prefix: str, group: str) -> list[Header]:
    """Make an alert's revision a CloudEvent 1.0 in Kafka's binary mode; key and value stay the record's own.

    `ce_source` is `prefix/group`: which installation's which judge; with `ce_id` it is unique. `ce_sequence` orders as
    text. Times are China Standard Time.
    """
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"{revision.alert_id}.{revision.revision}".encode()),
        ("ce_source", f"{prefix}/{group}".encode()),
        ("ce_type", f"{EVENT_TYPE}.{revision.status}.v1".encode()),
        ("ce_subject", f"{revision.platform}/{revision.subject}".encode()),
        ("ce_time", china_time(revision.event_time).encode()),
        ("ce_dataschema", DATA_SCHEMA),
        ("ce_sequence", b"%020d" % revision.sequence),
        ("ce_severitynumber", b"%d" % SEVERITY_NUMBERS[revision.severity]),
        ("ce_severitytext", revision.severity.encode()),
        ("content-type", b"application/json"),
    ]


def dead_letter_headers(
    refusal: Refusal,
    original: Iterable[tuple[str, bytes | None]] | None,
    *,
    topic: str,
    partition: int,
    offset: int,
    append_time: int,
) -> list[tuple[str, bytes | None]]:
    """Say what a dead letter was: its own headers as they came, then where it stood and why it was refused.

    Ours come last, and of a name that stands twice the last one counts: a feed cannot write its own refusal. `topic`
    is the name on the broker.
    """
    return [
        *(original or ()),
        ("dl_topic", topic.encode()),
        ("dl_partition", b"%d" % partition),
        ("dl_offset", b"%d" % offset),
        ("dl_timestamp", b"%d" % append_time),
        ("dl_reason", refusal.reason.encode()),
        ("dl_path", refusal.path.encode()),
        ("dl_detail", refusal.detail[:MAX_DETAIL].encode(errors="backslashreplace")),
    ]


def china_time(millis: int) -> str:
    """Write milliseconds UTC as RFC 3339 in China Standard Time, to the millisecond."""
    return written(millis).replace("+08:00", f".{millis % 1000:03d}+08:00")
