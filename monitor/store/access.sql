-- Who may see what: roles, and for each reading role a schema of its own name, which PostgreSQL's search path finds first.
-- A query for `alerts` therefore answers an officer with everything and an analyst with what an analyst may see.
-- Applied after the migrations, whole, every time; the views are made anew. {schema} is where the tables lie.
--
-- The roles have no password: who runs the database gives them one, or maps certificates or users to them.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['fairtrade_writer', 'fairtrade_officer', 'fairtrade_analyst'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
    END LOOP;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this server made them at this moment
END $$;

REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO fairtrade_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO fairtrade_writer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO fairtrade_writer;
REVOKE INSERT, UPDATE, DELETE ON {schema}.schema_version FROM fairtrade_writer;

DROP SCHEMA IF EXISTS fairtrade_officer CASCADE;
DROP SCHEMA IF EXISTS fairtrade_analyst CASCADE;
CREATE SCHEMA fairtrade_officer;
CREATE SCHEMA fairtrade_analyst;
GRANT USAGE ON SCHEMA fairtrade_officer TO fairtrade_officer;
GRANT USAGE ON SCHEMA fairtrade_analyst TO fairtrade_analyst;

-- Officers: all of it.

CREATE VIEW fairtrade_officer.alerts AS
SELECT a.*, r.measures AS restricted_measures, r.zh AS explanation_zh, r.en AS explanation_en
FROM {schema}.alerts a LEFT JOIN {schema}.restricted_parts r USING (alert);

CREATE VIEW fairtrade_officer.revisions AS
SELECT a.source, a.alert_id, a.typology, a.mode, a.platform, a.subject, a.sku, r.*
FROM {schema}.alert_revisions r JOIN {schema}.alerts a USING (alert);

CREATE VIEW fairtrade_officer.bodies AS
SELECT a.source, a.alert_id, r.alert, r.revision, convert_from(r.value, 'UTF8')::jsonb AS body
FROM {schema}.restricted_revisions r JOIN {schema}.alerts a USING (alert);

CREATE VIEW fairtrade_officer.facts AS
SELECT a.source, a.alert_id, alert, place AS position, one ->> 'name' AS name, one -> 'value' AS value,
    (one ->> 'threshold')::bigint AS threshold, one ->> 'unit' AS unit, one ->> 'source' AS drawn_from, false AS restricted
FROM {schema}.alerts a JOIN {schema}.parts USING (alert), jsonb_array_elements(facts) WITH ORDINALITY AS list (one, place)
UNION ALL
SELECT a.source, a.alert_id, alert, place, one ->> 'name', one -> 'value',
    (one ->> 'threshold')::bigint, one ->> 'unit', one ->> 'source', true
FROM {schema}.alerts a JOIN {schema}.restricted_parts r USING (alert),
    jsonb_array_elements(r.facts) WITH ORDINALITY AS list (one, place);

CREATE VIEW fairtrade_officer.checks AS
SELECT a.source, a.alert_id, c.* FROM {schema}.checks c JOIN {schema}.alerts a USING (alert);

CREATE VIEW fairtrade_officer.elements AS
SELECT a.source, a.alert_id, alert, place AS position, one ->> 'statute' AS statute, one ->> 'element' AS element,
    one ->> 'state' AS state
FROM {schema}.alerts a JOIN {schema}.parts USING (alert),
    jsonb_array_elements(elements) WITH ORDINALITY AS list (one, place);

CREATE VIEW fairtrade_officer.evidence AS
SELECT a.source, a.alert_id, alert, place AS position, one ->> 'topic' AS topic,
    (one ->> 'partition')::integer AS partition, (one ->> 'offset')::bigint AS "offset", one ->> 'role' AS role,
    one ->> 'event_id' AS event_id, one ->> 'sha256' AS sha256
FROM {schema}.alerts a JOIN {schema}.parts USING (alert),
    jsonb_array_elements(evidence) WITH ORDINALITY AS list (one, place);

CREATE VIEW fairtrade_officer.evidence_days AS
SELECT a.source, a.alert_id, alert, place AS position, a.partition, (one ->> 'day')::date AS day,
    one ->> 'topic' AS topic, (one ->> 'count')::bigint AS count, (one ->> 'first_offset')::bigint AS first_offset,
    (one ->> 'last_offset')::bigint AS last_offset
FROM {schema}.alerts a JOIN {schema}.parts USING (alert),
    jsonb_array_elements(evidence_days) WITH ORDINALITY AS list (one, place);

CREATE VIEW fairtrade_officer.chain_breaks AS SELECT * FROM {schema}.chain_breaks;
CREATE VIEW fairtrade_officer.feedback AS SELECT * FROM {schema}.feedback;
CREATE VIEW fairtrade_officer.dead_letters AS SELECT * FROM {schema}.dead_letters;
CREATE VIEW fairtrade_officer.platforms AS SELECT * FROM {schema}.platforms;
CREATE VIEW fairtrade_officer.campaigns AS SELECT * FROM {schema}.campaigns;
CREATE VIEW fairtrade_officer.rule_changes AS SELECT * FROM {schema}.rule_changes;
CREATE VIEW fairtrade_officer.positions AS SELECT * FROM {schema}.positions;

-- Analysts: the same names, without what leads to a merchant or to a cost. `respondent_is_platform` stands for the
-- respondent; of a structured fact only the parts that tell of conduct are left, of evidence the place and what it is
-- cited for. Costs, refusals and complaints are not cited at all. Every column is named, so that a new one stays hidden.
-- No hash of a value is shown: whoever knows the rest of a value finds by it the one cost that he does not know.

CREATE VIEW fairtrade_analyst.alerts AS
SELECT alert, source, alert_id, partition, revision, sequence, status, reason, successor, mode, typology, level, class,
    grade, cost_grade, severity, provisional, platform, rival, other_rivals, respondent = platform AS respondent_is_platform,
    sequences, statutes, authority_hint, window_start, window_end, clock, event_time, opened_at, revised_at,
    coverage_band, coverage_late, coverage_gaps, rule_id, rule_version, rule_digest, engine, template, measures
FROM {schema}.alerts;

CREATE VIEW fairtrade_analyst.revisions AS
SELECT a.source, a.alert_id, a.typology, a.mode, a.platform, r.alert, r.revision, r.partition, r."offset", r.sequence,
    r.status, r.reason, r.successor, r.level, r.class, r.grade, r.cost_grade, r.severity, r.provisional, r.rival,
    r.window_start, r.window_end, r.clock, r.event_time, r.published_at, r.coverage_band, r.rule_version, r.measures
FROM {schema}.alert_revisions r JOIN {schema}.alerts a USING (alert);

CREATE FUNCTION fairtrade_analyst.parts_of_conduct(value jsonb) RETURNS jsonb IMMUTABLE STRICT PARALLEL SAFE
LANGUAGE sql RETURN CASE jsonb_typeof(value)
    WHEN 'object' THEN (
        SELECT coalesce(jsonb_object_agg(name, part), '{}') FROM jsonb_each(value) AS parts (name, part)
        WHERE name IN ('kind', 'time', 'release', 'actor', 'before', 'after', 'unit', 'rule', 'rival', 'rival_named',
            'deadline', 'how')
    )
    WHEN 'string' THEN NULL
    ELSE value END;

CREATE FUNCTION fairtrade_analyst.without_merchant(value jsonb) RETURNS jsonb IMMUTABLE STRICT PARALLEL SAFE
LANGUAGE sql RETURN CASE jsonb_typeof(value)
    WHEN 'array' THEN (
        SELECT coalesce(jsonb_agg(fairtrade_analyst.parts_of_conduct(one) ORDER BY place), '[]')
        FROM jsonb_array_elements(value) WITH ORDINALITY AS part (one, place)
    )
    ELSE fairtrade_analyst.parts_of_conduct(value) END;

CREATE VIEW fairtrade_analyst.facts AS
SELECT a.source, a.alert_id, alert, place AS position, one ->> 'name' AS name,
    CASE WHEN one ->> 'name' IN ('force', 'rival_named')
        THEN one -> 'value' ELSE fairtrade_analyst.without_merchant(one -> 'value') END AS value,
    (one ->> 'threshold')::bigint AS threshold, one ->> 'unit' AS unit, one ->> 'source' AS drawn_from, false AS restricted
FROM {schema}.alerts a JOIN {schema}.parts USING (alert), jsonb_array_elements(facts) WITH ORDINALITY AS list (one, place);

CREATE VIEW fairtrade_analyst.checks AS
SELECT a.source, a.alert_id, c.alert, c.position, c.look_alike, c.state
FROM {schema}.checks c JOIN {schema}.alerts a USING (alert);

CREATE VIEW fairtrade_analyst.elements AS
SELECT a.source, a.alert_id, alert, place AS position, one ->> 'statute' AS statute, one ->> 'element' AS element,
    one ->> 'state' AS state
FROM {schema}.alerts a JOIN {schema}.parts USING (alert),
    jsonb_array_elements(elements) WITH ORDINALITY AS list (one, place);

CREATE VIEW fairtrade_analyst.evidence WITH (security_barrier) AS
SELECT a.source, a.alert_id, alert, place AS position, one ->> 'topic' AS topic,
    (one ->> 'partition')::integer AS partition, (one ->> 'offset')::bigint AS "offset", one ->> 'role' AS role
FROM {schema}.alerts a JOIN {schema}.parts USING (alert),
    jsonb_array_elements(evidence) WITH ORDINALITY AS list (one, place)
WHERE one ->> 'topic' <> 'costs' AND one ->> 'role' NOT IN ('cost', 'complaint', 'refusal');

CREATE VIEW fairtrade_analyst.evidence_days WITH (security_barrier) AS
SELECT a.source, a.alert_id, alert, place AS position, a.partition, (one ->> 'day')::date AS day,
    one ->> 'topic' AS topic, (one ->> 'count')::bigint AS count, (one ->> 'first_offset')::bigint AS first_offset,
    (one ->> 'last_offset')::bigint AS last_offset
FROM {schema}.alerts a JOIN {schema}.parts USING (alert),
    jsonb_array_elements(evidence_days) WITH ORDINALITY AS list (one, place)
WHERE one ->> 'topic' <> 'costs';

CREATE VIEW fairtrade_analyst.chain_breaks AS
SELECT partition, "offset", alert_id, source, revision, what, published_at FROM {schema}.chain_breaks;

CREATE VIEW fairtrade_analyst.feedback AS
SELECT partition, "offset", kind, platform, topic, record_offset, reason, path, count, from_time, to_time, published_at
FROM {schema}.feedback;

CREATE VIEW fairtrade_analyst.dead_letters AS
SELECT partition, "offset", topic, record_partition, record_offset, reason, appended_at, published_at
FROM {schema}.dead_letters;

CREATE VIEW fairtrade_analyst.platforms AS
SELECT platform, name_zh, name_en, topics, registered_from, retired_from FROM {schema}.platforms;

CREATE VIEW fairtrade_analyst.campaigns AS
SELECT campaign, name_zh, name_en, signup_from, begins, ends FROM {schema}.campaigns;

CREATE VIEW fairtrade_analyst.rule_changes AS
SELECT event_id, rule_set, version, effective_from, reason, parameters FROM {schema}.rule_changes;

CREATE VIEW fairtrade_analyst.positions AS
SELECT topic, partition, next_offset, last_offset, moved_at FROM {schema}.positions;

GRANT SELECT ON ALL TABLES IN SCHEMA fairtrade_officer TO fairtrade_officer;
GRANT SELECT ON ALL TABLES IN SCHEMA fairtrade_analyst TO fairtrade_analyst;
