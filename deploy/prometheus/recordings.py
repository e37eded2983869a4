"""Figures that rules and boards share, reckoned ahead."""

from deploy.prometheus.model import Recording

RECORDINGS = (
    Recording("topic:fairtrade_consumer_lag_seconds:max", "max by (topic) (fairtrade_consumer_lag_seconds)"),
    Recording("topic:fairtrade_consumer_lag_messages:sum", "sum by (topic) (fairtrade_consumer_lag_messages)"),
    Recording("topic:fairtrade_assigned_partitions:sum", "sum by (topic) (fairtrade_assigned_partitions)"),
    # A partition that changes hands between two scrapes is counted twice for as long as one of them is old.
    Recording(
        "topic:fairtrade_assigned_partitions:min5m", "min_over_time(topic:fairtrade_assigned_partitions:sum[5m])"
    ),
    Recording("topic:fairtrade_events_consumed:rate5m", "sum by (topic) (rate(fairtrade_events_consumed_total[5m]))"),
    Recording(
        "platform:fairtrade_events_consumed:rate5m", "sum by (platform) (rate(fairtrade_events_consumed_total[5m]))"
    ),
    # Over offsets, not over records judged: a topic of which everything is refused has no series of judged ones.
    Recording(
        "topic:fairtrade_events_rejected:ratio_rate5m",
        "sum by (topic) (rate(fairtrade_events_rejected_total[5m]))"
        " / (sum by (topic) (rate(fairtrade_offsets_advanced_total[5m])) > 0)",
    ),
    Recording(
        "detector:fairtrade_alert_latency_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (detector, le) (rate(fairtrade_alert_latency_seconds_bucket[5m])))",
    ),
    Recording(
        "detector:fairtrade_alerts_emitted:increase1h",
        "sum by (detector) (increase(fairtrade_alerts_emitted_total[1h]))",
    ),
    Recording(
        "detector:fairtrade_alerts_emitted:avg28d",
        "avg_over_time(detector:fairtrade_alerts_emitted:increase1h[28d])",
    ),
    Recording(
        "instance:fairtrade_event_loop_delay_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (job, instance, le) (rate(fairtrade_event_loop_delay_seconds_bucket[5m])))",
    ),
    Recording(
        "instance:fairtrade_commit_duration_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (job, instance, le) (rate(fairtrade_commit_duration_seconds_bucket[5m])))",
    ),
    Recording("instance:fairtrade_state_bytes:sum", "sum by (job, instance) (fairtrade_state_bytes)"),
)
