-- What a saved incident holds: records and sessions with readable names and times (UTC; with a time zone, Python would
-- need one more package to read them), and nothing that only we need.
CREATE OR REPLACE TABLE kept_records AS
SELECT r.kind, n.name AS file, r.line, make_timestamp(CAST(r.moment * 1000000 AS BIGINT)) AS time, r.cause, r.maybe,
    r.operation, r.pool, r.client, r.session, r.user_ref AS "user", r.actor, r.request,
    make_timestamp(CAST(r.auth_time * 1000000 AS BIGINT)) AS auth_time,
    make_timestamp(CAST(r.issued_at * 1000000 AS BIGINT)) AS issued_at,
    make_timestamp(CAST(r.expires_at * 1000000 AS BIGINT)) AS expires_at,
    r.times AS count, r.zombie, r.refresh, r.route, r.detail, r.text, r.source
FROM records r JOIN names n ON n.file = r.file;

CREATE OR REPLACE TABLE kept_sessions AS
SELECT CASE WHEN s.key LIKE 's:%' THEN substr(s.key, 3) ELSE s.key END AS session, s.pool, s.client, s.user_ref AS "user",
    make_timestamp(CAST(s.start * 1000000 AS BIGINT)) AS signed_in,
    make_timestamp(CAST(s.issued_last * 1000000 AS BIGINT)) AS last_token, s.access_s,
    l.key IS NOT NULL AS lost, make_timestamp(CAST(l.lost_at * 1000000 AS BIGINT)) AS lost_at,
    l.lost_at - l.start AS age_s, v.verdict, v.confidence, coalesce(l.zombie, FALSE) AS zombie, l.requests, l.route,
    l.ended_by, l.ended_who, l.evidence.text AS evidence
FROM sessions s LEFT JOIN lost l ON l.key = s.key LEFT JOIN verdicts v ON v.feature = l.feature
UNION ALL BY NAME
-- And the losses that no log tells a session of.
SELECT client, TRUE AS lost, make_timestamp(CAST(lost_at * 1000000 AS BIGINT)) AS lost_at, verdict, confidence, FALSE AS zombie, evidence
FROM nobody;

DROP VIEW traces;
DROP TABLE records;
DROP TABLE sessions;
DROP TABLE starts;
DROP TABLE loose;
DROP TABLE tokens;
DROP TABLE links;
DROP TABLE matched;
DROP TABLE IF EXISTS callers;
DROP TABLE IF EXISTS moved;
DROP TABLE keyed;
DROP TABLE strangers;
DROP TABLE IF EXISTS merged;
DROP TABLE IF EXISTS shown;
DROP TABLE IF EXISTS logs;
DROP TABLE aliases;
DROP TABLE changes;
DROP TABLE ends;
DROP TABLE purposes;
DROP TABLE candidates;
DROP TABLE ended;
DROP TABLE losses;
DROP TABLE parts;
DROP TABLE replaced;
DROP TABLE barred;
DROP TABLE lost;
DROP TABLE walls;
DROP TABLE settings;
DROP TABLE signs;
DROP TABLE files;
DROP TABLE names;
DROP TABLE verdicts;
DROP TABLE nobody;
DROP TABLE IF EXISTS told;
DROP TABLE IF EXISTS together;
ALTER TABLE kept_records RENAME TO records;
ALTER TABLE kept_sessions RENAME TO sessions;
