"""The numbers that pages name, from the constants that decide them: a page asks with {{figure NAME}}."""

from collections.abc import Mapping

from monitor import __version__
from monitor.detect.exclusivity.parameters import Parameters as Exclusivity
from monitor.detect.sub_cost.parameters import Parameters as SubCost
from monitor.engine import refusing
from monitor.eventtime import closing, sequences
from monitor.eventtime.china import DAY, HOUR, MINUTE, SECOND
from monitor.settings import Settings
from monitor.stream import exits, feedback, partition
from monitor.wire import contracts, refusals

_SPANS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))


def figures() -> Mapping[str, str]:
    """Answer every figure as a page prints it, by its name."""
    told, exclusivity, sub_cost = Settings(), Exclusivity(), SubCost()
    topics = contracts.load()
    return {
        "version": __version__,
        "grace": span(closing.GRACE),
        "lateness": span(closing.LATENESS),
        "ahead": span(refusing.AHEAD),
        "holdback": span(exclusivity.holdback),
        "silence": span(told.silence_ms),
        "silence_repeat": span(told.silence_repeat_ms),
        "commit_interval": f"{told.commit_interval_ms} ms",
        "transaction_timeout": span(told.transaction_timeout_ms),
        "session_timeout": span(told.session_timeout_ms),
        "transaction_unknown": str(exits.TRANSACTION_UNKNOWN),
        "far_behind": f"{partition.FAR_BEHIND:,}",
        "slice": f"{told.slice_records}",
        "numbering_runs": str(sequences.LIMIT),
        "max_kib": f"{refusals.MAX_BYTES // 1024} KiB",
        "max_depth": str(refusals.MAX_DEPTH),
        "feedback_singly": str(feedback.SINGLY_A_MINUTE),
        "quarantine_window": f"{feedback.WINDOW:,}",
        "resolve_sub_cost": f"{sub_cost.window_days} closed days",
        "resolve_exclusivity": f"{exclusivity.resolve_days} closed days",
        "kept_alerts": span(topics.alerts.retention_ms),
        "kept_dead_letters": span(topics.dead_letters.retention_ms),
    }


def span(ms: int) -> str:
    """Write a span of ms in its largest whole unit."""
    unit, name = next(((unit, name) for unit, name in _SPANS if ms and ms % unit == 0), (1, "ms"))
    count = ms // unit
    return f"{count:,} {name}{'s' if count != 1 and unit != 1 else ''}"
