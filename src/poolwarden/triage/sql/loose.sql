-- Which session does each record belong to?
--
-- A record with a session reference says so itself. One with only a user belongs
-- to that user's latest sign-in before it. The rest stands for nobody in particular.
CREATE OR REPLACE TABLE starts AS
WITH known AS (
    SELECT max(user_ref) AS user_ref, coalesce(max(client), '') AS client,
        CAST(min(auth_time) AS DOUBLE) AS start, 's:' || session AS key
    FROM records
    WHERE session IS NOT NULL
    GROUP BY session
    HAVING max(user_ref) IS NOT NULL AND min(auth_time) IS NOT NULL
),
sign_ins AS (
    SELECT DISTINCT user_ref, coalesce(client, '') AS client, floor(moment) AS start
    FROM records
    WHERE session IS NULL AND user_ref IS NOT NULL AND moment IS NOT NULL AND kind = 'issued'
        AND refresh IS NOT DISTINCT FROM FALSE
)
SELECT user_ref, client, start, key FROM known
UNION ALL
SELECT s.user_ref, s.client, s.start,
    'u:' || s.user_ref || '|' || s.client || '|' || CAST(CAST(s.start AS BIGINT) AS VARCHAR)
FROM sign_ins s
WHERE NOT EXISTS (
    SELECT 1 FROM known k
    WHERE k.user_ref = s.user_ref AND k.client = s.client AND k.start BETWEEN s.start - 5 AND s.start + 5
);

CREATE OR REPLACE TABLE loose AS
WITH spans AS (
    SELECT user_ref, client, key, start, lead(start) OVER (PARTITION BY user_ref, client ORDER BY start, key) AS until
    FROM starts WHERE client <> ''
    UNION ALL
    -- A log that names no app client may tell of any.
    SELECT user_ref, NULL, key, start, lead(start) OVER (PARTITION BY user_ref ORDER BY start, key)
    FROM starts
),
sole AS (
    -- Looked for where it is asked for alone: most logs name the app client in every line, or in none.
    SELECT user_ref, min(client) AS client FROM records
    WHERE session IS NULL AND client IS NOT NULL
        AND user_ref IN (SELECT user_ref FROM records WHERE session IS NULL AND client IS NULL AND user_ref IS NOT NULL)
    GROUP BY user_ref
    HAVING min(client) = max(client)
)
SELECT r.rowid AS record, r.kind, r.moment, r.pool, r.client, r.user_ref, r.request, r.refresh,
    coalesce(s.key, 'u:' || r.user_ref || '|' || coalesce(r.client, o.client, '') || '|') AS own_key
FROM records r
LEFT JOIN spans s
    ON s.user_ref = r.user_ref AND s.client IS NOT DISTINCT FROM r.client
    -- Clocks of two logs differ by a few seconds: a sign-in may be told just after what it allowed.
    AND r.moment + 5 >= s.start AND (s.until IS NULL OR r.moment + 5 < s.until)
LEFT JOIN sole o ON o.user_ref = r.user_ref AND r.client IS NULL
WHERE r.session IS NULL AND r.user_ref IS NOT NULL;

-- Tokens that were issued, where they are not all among the records.
CREATE OR REPLACE TABLE tokens (session VARCHAR, issued_at BIGINT, auth_time BIGINT, request VARCHAR);
