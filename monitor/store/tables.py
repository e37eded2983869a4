"""The columns of every table that is written, in the order in which rows are made."""

TABLES = {
    "alerts": (
        "alert, source, alert_id, partition, revision, value_sha256, sequence, status, reason, successor, mode, "
        "typology, level, class, grade, cost_grade, severity, provisional, platform, subject, shops, sku, "
        "rival, other_rivals, respondent, sequences, statutes, authority_hint, window_start, window_end, clock, "
        "event_time, opened_at, revised_at, coverage_band, coverage_late, coverage_gaps, rule_id, "
        "rule_version, rule_digest, engine, template, measures"
    ),
    "alert_revisions": (
        'alert, revision, partition, "offset", sequence, status, reason, successor, level, class, grade, cost_grade, '
        "severity, provisional, rival, window_start, window_end, clock, event_time, published_at, coverage_band, "
        "rule_version, measures, previous, value_sha256"
    ),
    "restricted_revisions": "alert, revision, value",
    "parts": "alert, facts, elements, evidence, evidence_days",
    "restricted_parts": "alert, facts, measures, zh, en",
    "checks": "alert, position, look_alike, state, seen",
    "chain_breaks": 'partition, "offset", alert_id, source, revision, what, expected, actual, published_at',
    "feedback": (
        'partition, "offset", kind, platform, topic, record_offset, record_source, sequence, last_sequence, event_id, '
        "reason, path, detail, count, from_time, to_time, published_at"
    ),
    "dead_letters": 'partition, "offset", topic, record_partition, record_offset, reason, appended_at, published_at',
}

OF_THE_NEWEST = ("alerts", "parts", "restricted_parts", "checks")
"""Tables that say what the newest revision of an alert says."""
