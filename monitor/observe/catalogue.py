"""The closed catalogue of metrics: dashboards, rules and docs/metrics.md use these names and no others.

Labels are bounded by code or by the platform registry, never by what a feed says (docs/decisions/0007-metrics.md).
"""

from dataclasses import dataclass
from enum import StrEnum

UNKNOWN = "unknown"
OUTCOMES = frozenset({"clear", "suspect", "alert", "suppressed", "insufficient_data"})
SUPPRESSIONS = frozenset({"duplicate", "cooldown", "below_floor", "exempt", "explained"})
EXPIRED, CONCLUDED = "expired", "concluded"

LABELS = {
    "topic": "a topic by its name without prefix: an input of a worker, or one that the store copies",
    "partition": "the number of a partition, as many as the settings say",
    "platform": f"a platform that the control log registered; anything else is `{UNKNOWN}`",
    "detector": "a registered detector, as alerts name it in `typology`",
    "severity": "low, medium, high, critical",
    "reason": (
        f"of a refusal: the closed list of `monitor.events.Reason`; of a suppression: "
        f"{', '.join(sorted(SUPPRESSIONS))}, anything else is `{UNKNOWN}`; "
        f"of an eviction: {EXPIRED} (kept its time), {CONCLUDED} (its detector needs it no more)"
    ),
    "disposition": "accepted, dropped",
    "cause": "marker, lost",
    "outcome": f"{', '.join(sorted(OUTCOMES))}; anything else is `{UNKNOWN}`",
    "table": "a kind of state key: who keeps it, a slash, its tag",
    "agent": "judge",
    "version": "one value at a time",
    "ruleset": "one value at a time",
    "digest": "one value at a time",
}

SIZE_BYTES = (128, 256, 384, 512, 768, 1_024, 2_048, 4_096, 16_384, 65_536, 1_048_576)
BATCH_S = (0.000_002, 0.000_005, 0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.01, 0.1)
LATENCY_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 60)
EVENT_TIME_S = (1, 5, 30, 60, 600, 1_800, 3_600, 21_600, 86_400, 259_200, 604_800, 1_209_600)
NETWORK_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REBALANCE_S = (0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300)


class Area(StrEnum):
    """What an operator looks for."""

    ingest = "Ingest"
    lag = "Lag and time"
    detection = "Detection"
    state = "State"
    client = "Kafka client"
    runtime = "Runtime"
    store = "Alert store"


class Kind(StrEnum):
    """How a metric moves: it only rises, it is set, or it counts observations by size."""

    counter = "counter"
    gauge = "gauge"
    histogram = "histogram"


@dataclass(frozen=True, eq=False)
class Row:
    """One metric; `reaction` says what to do when it moves, `buckets` are the upper bounds of a histogram."""

    area: Area
    name: str
    kind: Kind
    unit: str
    labels: tuple[str, ...]
    says: str
    reaction: str
    buckets: tuple[float, ...] = ()


def row(area: Area, kind: Kind, name: str, unit: str, labels: str, says: str, reaction: str) -> Row:
    """Make a row of a counter or gauge; labels are parted by spaces."""
    return Row(area, f"fairtrade_{name}", kind, unit, tuple(labels.split()), says, reaction)


def spread(area: Area, name: str, labels: str, buckets: tuple[float, ...], says: str, reaction: str) -> Row:
    """Make a row of a histogram; its name ends in its unit."""
    unit = name.rpartition("_")[2]
    return Row(area, f"fairtrade_{name}", Kind.histogram, unit, tuple(labels.split()), says, reaction, buckets)


EVENTS_CONSUMED = row(
    Area.ingest, Kind.counter, "events_consumed_total", "events", "topic platform",
    f"Records judged; `{UNKNOWN}` are entries and costs, and what others report of a platform that does not feed.",
    "Flat while the topic grows: look at lag. Flat for one platform: its feed is silent.",
)  # fmt: skip
EVENTS_REJECTED = row(
    Area.ingest, Kind.counter, "events_rejected_total", "events", "topic reason",
    "Records refused, but for those that came too late.",
    "Read the newest dead letters of the reason; many of `shape` after a release are a broken contract.",
)  # fmt: skip
DEAD_LETTERS = row(
    Area.ingest, Kind.counter, "dead_letters_total", "events", "topic reason",
    "Records written to dead-letters, those that came too late included.",
    "Tell the platform by its feedback; what was refused wrongly can be sent again from there.",
)  # fmt: skip
EVENTS_LATE = row(
    Area.ingest, Kind.counter, "events_late_total", "events", "topic disposition",
    "Records older than their topic clock: judged all the same (accepted), or refused after the close (dropped).",
    "Dropped ones are lost to the verdict: ask the platform why its feed is days behind.",
)  # fmt: skip
EVENTS_DEDUPLICATED = row(
    Area.ingest, Kind.counter, "events_deduplicated_total", "events", "topic",
    "Records whose source and number were seen before.",
    "A steady share is a feed that retries; a sudden one is a feed that replays its history.",
)  # fmt: skip
OFFSETS_SKIPPED = row(
    Area.ingest, Kind.counter, "offsets_skipped_total", "offsets", "topic cause",
    "Offsets without a record to judge: transaction markers and compaction, or lost to retention.",
    "Any `lost` is evidence gone: raise the retention and find out why the worker was that far behind.",
)  # fmt: skip
OFFSETS_ADVANCED = row(
    Area.ingest, Kind.counter, "offsets_advanced_total", "offsets", "topic",
    "Offsets passed; consumed, rejected, late and dropped, deduplicated and skipped add up to it at rest.",
    "Refusals are counted with their transaction; the ledger itself is fairtrade_ledger_difference_offsets.",
)  # fmt: skip
LEDGER_DIFFERENCE = row(
    Area.ingest, Kind.gauge, "ledger_difference_offsets", "offsets", "topic partition",
    "Offsets passed less all terms of the ledger that the judge keeps, as of the last transaction.",
    "Any difference is a defect of ours: run `fairtrade audit`.",
)  # fmt: skip
EVENT_SIZE = spread(
    Area.ingest, "event_size_bytes", "topic", SIZE_BYTES,
    "Value of a record as it was fetched; one above 65,536 is refused.",
    "A new size after a platform's release: look at its newest records before they are refused.",
)  # fmt: skip
EVENT_PROCESSING = spread(
    Area.ingest, "event_processing_seconds", "agent", BATCH_S,
    "Time of an event in the judge: each batch's time over its records, counted once a record.",
    "Rising without more traffic: a detector or the state grew; compare `make bench`.",
)  # fmt: skip
QUARANTINES = row(
    Area.ingest, Kind.counter, "quarantines_total", "marks", "platform",
    "Times that more than half of a platform's last records were refused.",
    "Call the platform: its good records are judged, the rest waits in dead-letters.",
)  # fmt: skip
LAG_MESSAGES = row(
    Area.lag, Kind.gauge, "consumer_lag_messages", "messages", "topic partition",
    "Offsets of an input not applied yet.",
    "Rising: the worker is too slow or stands still; look at events consumed and the commit duration.",
)  # fmt: skip
LAG_SECONDS = row(
    Area.lag, Kind.gauge, "consumer_lag_seconds", "seconds", "topic partition",
    "At most so long the next unprocessed record has lain on the log; 0 at the end.",
    "Above 300 for five minutes: page; add workers up to the number of partitions.",
)  # fmt: skip
WATERMARK = row(
    Area.lag, Kind.gauge, "watermark_timestamp_seconds", "seconds", "topic partition",
    "Event time that every platform with a feed there has reached; silent and retired ones are left out.",
    "Standing still while events come: one platform's clock hangs; see the time of last events.",
)  # fmt: skip
LAST_EVENT = row(
    Area.lag, Kind.gauge, "platform_last_event_timestamp_seconds", "seconds", "platform",
    "Append time of the newest record judged of a platform's own feed.",
    "time() minus it above the silence setting: the platform went silent; call it.",
)  # fmt: skip
EVALUATIONS = row(
    Area.detection, Kind.counter, "detector_evaluations_total", "evaluations", "detector outcome",
    "Judgements of a detector by what came out.",
    "Many insufficient_data: costs or feeds are missing. None at all: the inputs do not flow.",
)  # fmt: skip
ALERTS_EMITTED = row(
    Area.detection, Kind.counter, "alerts_emitted_total", "revisions", "detector platform severity",
    "Revisions written to alerts and confirmed. Never quote case counts from it: read the alerts topic.",
    "Far above or below the usual: look at the rules in force and at the feed of that platform first.",
)  # fmt: skip
ALERTS_SUPPRESSED = row(
    Area.detection, Kind.counter, "alerts_suppressed_total", "evaluations", "detector reason",
    f"Evaluations that would have been an alert, by what spoke against it; `{UNKNOWN}` where the detector tells none.",
    "Rising with alerts falling: an exemption or a parameter takes too much; read the rules in force.",
)  # fmt: skip
ALERT_LATENCY = spread(
    Area.detection, "alert_latency_seconds", "detector", LATENCY_S,
    "From the append of the record that completed the first revision of a transaction to its confirmation.",
    "Follow the exemplar's alert_id; then compare with the commit duration: the rest is ours.",
)  # fmt: skip
ALERT_EVENT_TIME_LATENCY = spread(
    Area.detection, "alert_event_time_latency_seconds", "detector", EVENT_TIME_S,
    "From the time of the last contributing event to the confirmation of the revision, the feed's delay included.",
    "Above the latency alone: a platform reports late; leads by the day wait for the day's end by design.",
)  # fmt: skip
WINDOWS_OPEN = row(
    Area.detection, Kind.gauge, "windows_open", "keys", "detector",
    "Keys of a detector that wait for a due time, counted once a minute.",
    "Rising for days: due times do not come; look at the watermark.",
)  # fmt: skip
STATE_KEYS = row(
    Area.state, Kind.gauge, "state_keys", "keys", "table",
    "Keys held in memory, counted once a minute.",
    "Rising for weeks: nothing expires; compare with windows open.",
)  # fmt: skip
STATE_BYTES = row(
    Area.state, Kind.gauge, "state_bytes", "bytes", "table",
    "Bytes of keys and encoded values held in memory, counted once a minute.",
    "Near the memory limit: more partitions on more workers.",
)  # fmt: skip
STATE_EVICTIONS = row(
    Area.state, Kind.counter, "state_evictions_total", "keys", "table reason",
    "Keys that left the state, counted when their tombstones were confirmed.",
    "None for days while state keys rise: nothing expires; look at the watermark.",
)  # fmt: skip
CHANGELOG_LAG = row(
    Area.state, Kind.gauge, "changelog_lag_messages", "messages", "partition",
    "Keys changed in memory that no transaction has written yet.",
    "Rising for minutes: the committer hangs; compare the checkpoint's timestamp.",
)  # fmt: skip
CHECKPOINT_TIME = row(
    Area.state, Kind.gauge, "checkpoint_timestamp_seconds", "seconds", "partition",
    "When the last transaction of a partition was confirmed.",
    "time() minus it rising while records come: the committer hangs; the worker ends itself and is started again.",
)  # fmt: skip
CHECKPOINT_DURATION = spread(
    Area.state, "checkpoint_duration_seconds", "", NETWORK_S,
    "Encoding and transaction of one checkpoint.",
    "Above the commit interval: transactions are too big or the broker is slow; compare the commit duration.",
)  # fmt: skip
RECOVERY_REMAINING = row(
    Area.state, Kind.gauge, "recovery_remaining_messages", "messages", "partition",
    "Offsets of the state log that a partition still has to read before it is judged; 0 once it is restored.",
    "Standing still above 0: the state log cannot be read; look at the broker.",
)  # fmt: skip
RECOVERY_DURATION = spread(
    Area.state, "recovery_duration_seconds", "", REBALANCE_S,
    "From assignment until a partition is restored.",
    "Rising: the state log grows; look at its compaction.",
)  # fmt: skip
REBALANCES = row(
    Area.client, Kind.counter, "rebalances_total", "rebalances", "",
    "Rebalances begun.",
    "Several an hour without a deployment: a worker misses heartbeats; look at the loop delay.",
)  # fmt: skip
REBALANCE_DURATION = spread(
    Area.client, "rebalance_duration_seconds", "", REBALANCE_S,
    "From the begin of a rebalance until Faust runs again; the restoring of state comes after it.",
    "Near the session timeout: members do not answer in time.",
)  # fmt: skip
ASSIGNED_PARTITIONS = row(
    Area.client, Kind.gauge, "assigned_partitions", "partitions", "topic",
    "Partitions of an input that this worker holds.",
    "Summed over workers not the number of partitions: the group is not whole.",
)  # fmt: skip
COMMIT_DURATION = spread(
    Area.client, "commit_duration_seconds", "", NETWORK_S,
    "A transaction on the network, from its begin to the broker's confirmation of its end.",
    "Rising with the broker's load: look at the broker; a failed one ends the worker and counts as a restart.",
)  # fmt: skip
PRODUCE_DURATION = spread(
    Area.client, "produce_duration_seconds", "", NETWORK_S,
    "From a transaction's begin until the broker has acknowledged all of its records; the rest of it is the commit.",
    "Rising alone: the leaders of the output topics are slow; with the commit duration: the whole broker is.",
)  # fmt: skip
LOOP_DELAY = spread(
    Area.runtime, "event_loop_delay_seconds", "", NETWORK_S,
    "How much later than asked the event loop ran, measured ten times a second.",
    "Above 0.1: something blocks the loop, or the machine has no processor left.",
)  # fmt: skip
WORKER_READY = row(
    Area.runtime, Kind.gauge, "worker_ready", "1", "",
    "1 while fit; 0 when more than half of the last minute's records were refused.",
    "0: page; our own contract may be broken.",
)  # fmt: skip
START_TIME = row(
    Area.runtime, Kind.gauge, "start_timestamp_seconds", "seconds", "",
    "When this process began.",
    "changes() of it, three in a quarter of an hour: it dies again and again; its last line names the failed write.",
)  # fmt: skip
BUILD_INFO = row(
    Area.runtime, Kind.gauge, "build_info", "1", "version",
    "Always 1; the program's version.",
    "Differs between workers only during a deployment.",
)  # fmt: skip
RULESET_INFO = row(
    Area.runtime, Kind.gauge, "ruleset_info", "1", "detector ruleset version digest",
    "Always 1; the rules in force for a detector, as alerts print them.",
    "A change without an entry known to you: read the control log.",
)  # fmt: skip

# Every row above, in the order in which it stands there.
CATALOGUE = tuple(one for one in tuple(globals().values()) if isinstance(one, Row))
