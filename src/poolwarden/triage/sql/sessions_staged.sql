-- One row a session, from the groups of the guard's events: as sessions.sql makes it from records.
CREATE OR REPLACE TABLE sessions AS
WITH refused AS (
    SELECT DISTINCT session_ref FROM grouped WHERE kind BETWEEN 1 AND 5 AND session_ref IS NOT NULL
),
sums AS (
    -- Most sessions were never refused: they are one group already, that of their tokens.
    SELECT g.session_ref, g.pool, g.client, g.user_ref, g.auth_time,
        CAST(g.issued_at AS DOUBLE) AS issued_last,
        CAST(g.issued_at AS DOUBLE) AS accepted_last,
        g.expires_at AS expires_last,
        g.expires_at - g.issued_at AS access_s
    FROM grouped g
    WHERE g.kind = 0 AND g.session_ref IS NOT NULL AND NOT EXISTS (SELECT 1 FROM refused r WHERE r.session_ref = g.session_ref)
    UNION ALL
    SELECT g.session_ref,
        any_value(g.pool) AS pool,
        coalesce(max(nullif(g.client, 'other')), max(g.client)) AS client,
        any_value(g.user_ref) AS user_ref,
        min(g.auth_time) AS auth_time,
        CAST(max(g.issued_at) AS DOUBLE) AS issued_last,
        CAST(max(CASE WHEN g.kind = 0 THEN g.issued_at END) AS DOUBLE) AS accepted_last,
        max(g.expires_at) AS expires_last,
        -- The latest token of a group has both maxima.
        max(g.expires_at - g.issued_at) AS access_s
    FROM grouped g JOIN refused r ON r.session_ref = g.session_ref
    WHERE g.kind < 6
    GROUP BY g.session_ref
)
SELECT 's:' || session_ref AS key, * EXCLUDE (session_ref, auth_time), CAST(auth_time AS DOUBLE) AS start,
    CASE WHEN user_ref IS NOT NULL AND auth_time IS NOT NULL THEN
        lead(CAST(auth_time AS DOUBLE)) OVER (PARTITION BY user_ref, client ORDER BY auth_time, session_ref)
    END AS next_start
FROM sums;
