"""SQL of the file of a case: all of it asks about the alert that the reader chose."""

ALERT = "${alert:sqlstring}"
THIS = f"alert_id = {ALERT}"

WORDS = f"SELECT explanation_@lang AS words FROM alerts WHERE {THIS}"

SURE = f"""SELECT count(*) FILTER (WHERE state = 'passed') AS passed,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'no_data') AS no_data
FROM checks WHERE {THIS}"""

BASIS = f"""SELECT cost_grade, coverage_band, coverage_late, coverage_gaps,
    window_start, window_end, event_time,
    rule_id || ' ' || rule_version AS rule, left(rule_digest, 16) AS digest, engine
FROM alerts WHERE {THIS}"""

AUTHORITY = f"SELECT unnest(string_to_array(authority_hint, '; ')) AS authority FROM alerts WHERE {THIS}"

_MONEY = """CASE
        WHEN jsonb_typeof(value) IN ('object', 'array') THEN jsonb_pretty(value)
        WHEN unit = 'fen' THEN to_char((value #>> '{}')::numeric / 100, 'FM999,999,999,990.00') || ' CNY'
        WHEN unit = 'micro_fen' THEN to_char((value #>> '{}')::numeric / 100000000, 'FM999,999,990.0099') || ' CNY'
        WHEN unit = 'bp' THEN to_char((value #>> '{}')::numeric / 100, 'FM999,990.00') || ' %'
        ELSE value #>> '{}'
    END"""

FACTS = f"""SELECT name, {_MONEY} AS shown,
    CASE unit WHEN 'bp' THEN to_char(threshold / 100.0, 'FM999,990.00') || ' %' ELSE threshold::text END AS threshold,
    CASE WHEN unit IN ('fen', 'micro_fen', 'bp') THEN NULL ELSE unit END AS unit, restricted::text AS restricted
FROM facts WHERE {THIS} AND name <> 'levers' ORDER BY restricted, position"""

LEVERS = f"""SELECT lever ->> 'kind' AS kind, to_timestamp((lever ->> 'time')::bigint / 1000.0) AS pulled,
    to_timestamp((lever ->> 'release')::bigint / 1000.0) AS released, lever ->> 'actor' AS actor,
    lever ->> 'before' AS before, lever ->> 'after' AS after, lever ->> 'unit' AS unit
FROM facts CROSS JOIN LATERAL jsonb_array_elements(value) AS lever
WHERE {THIS} AND name = 'levers' ORDER BY 2"""

_CHAIN = """, (lag(value_sha256) OVER (ORDER BY revision) IS NOT DISTINCT FROM previous)::text AS follows,
    encode(value_sha256, 'hex') AS digest"""
_REVISIONS = """SELECT published_at AS published, revision, status, reason, level, severity,
    coalesce(grade, class) AS verdict, provisional::text AS provisional, partition, "offset" AS log_offset{chain}
FROM revisions WHERE {this} ORDER BY revision"""
REVISIONS_WITH_CHAIN = _REVISIONS.format(this=THIS, chain=_CHAIN)
REVISIONS_ALONE = _REVISIONS.format(this=THIS, chain="")

DAYS = f"""SELECT day::text AS day, topic, partition, count AS records, first_offset, last_offset
FROM evidence_days WHERE {THIS} ORDER BY day, topic"""
