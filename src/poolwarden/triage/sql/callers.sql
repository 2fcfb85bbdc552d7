-- The refused refreshes of users who may have several sessions: when, of which of them by the
-- user's latest sign-in, and what was said.
CREATE OR REPLACE TABLE callers AS
WITH calls AS (
    SELECT DISTINCT k.user_ref, coalesce(k.client, '') AS client, k.moment, k.key, g.sign
    FROM keyed k JOIN signs g ON g.cause = k.cause CROSS JOIN settings w
    WHERE k.kind = 'refused' AND NOT k.maybe AND NOT k.certain AND k.refresh IS DISTINCT FROM FALSE AND k.moment IS NOT NULL
        AND (g.sign & w.ending) <> 0 AND k.key NOT LIKE '%?%'
),
sessions AS (
    SELECT user_ref, 's:' || session AS key, NULL AS issued_last FROM links
    UNION ALL
    SELECT user_ref, key, max(CASE WHEN kind = 'issued' THEN moment END) FROM keyed WHERE key LIKE 'u:%' GROUP BY user_ref, key
),
several AS (
    SELECT user_ref FROM sessions GROUP BY user_ref HAVING min(key) < max(key)
    UNION
    SELECT c.user_ref FROM calls c JOIN sessions s ON s.key = c.key WHERE s.issued_last > c.moment
)
SELECT user_ref, client, moment, key, sign FROM calls
WHERE user_ref IN (SELECT user_ref FROM several);
