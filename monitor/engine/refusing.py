"""Refusing a record that decoded: it goes out with a reason, and with what its value says of where it came from."""

from monitor.engine.partition import Ledger, Partition
from monitor.events import ComplaintFiled, Event, ExclusivityRefused, Reason, Record, Refusal, SourceGrade
from monitor.eventtime.china import MINUTE

AHEAD = 5 * MINUTE


def refuse(partition: Partition, ledger: Ledger, record: Record, reason: Reason, detail: str, path: str) -> None:
    """Refuse a record that decoded, with what its value says of where it came from."""
    event = record.event
    if isinstance(event, Refusal):
        return
    record.event = Refusal(
        reason=reason,
        detail=detail,
        path=path,
        platform=None if _is_complaint(event) else getattr(event, "platform", None),
        source=event.source,
        sequence=event.sequence,
    )
    if reason is Reason.too_late:
        ledger.too_late += 1
    else:
        ledger.rejected += 1
    partition.refused.append(record)


def _is_complaint(event: Event) -> bool:
    """A refusal that named the platform complained of would tell it that somebody complained."""
    grade = getattr(event, "source_grade", None)
    return isinstance(event, ComplaintFiled | ExclusivityRefused) or grade is SourceGrade.complaint


def refuse_unknown(partition: Partition, ledger: Ledger, record: Record, platform: str) -> None:
    """Refuse a record of a platform that was not registered at the time."""
    detail = f"platform {platform!r} is not registered at the event's time; register it on control first"
    refuse(partition, ledger, record, Reason.unknown_platform, detail, "$.platform")


def is_ahead(partition: Partition, ledger: Ledger, record: Record, time: int, path: str) -> bool:
    """Answer whether a record's time lies more than 5 min ahead of its append time, and refuse it then."""
    if time <= record.append_time + AHEAD:
        return False
    detail = f"{time} is more than 5 min after the append time {record.append_time}"
    refuse(partition, ledger, record, Reason.future_time, detail, path)
    return True
