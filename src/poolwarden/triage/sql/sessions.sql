-- One row a session: what its tokens say. Minima and maxima only, so that neither the order
-- of the lines nor a line told twice changes it.
CREATE OR REPLACE TABLE sessions AS
WITH grouped AS (
    SELECT key,
        -- The guard's own names come before the ids of other logs.
        coalesce(max(CASE WHEN session IS NOT NULL THEN pool END), max(pool)) AS pool,
        -- An app client that the guard does not know any more, it knew before.
        coalesce(max(CASE WHEN session IS NOT NULL THEN nullif(client, 'other') END), max(client)) AS client,
        -- And other logs' users before the guard's, whose key they do not know.
        coalesce(max(CASE WHEN session IS NULL THEN user_ref END), max(user_ref)) AS user_ref,
        min(auth_time) AS auth_time,
        max(coalesce(CAST(issued_at AS DOUBLE), CASE WHEN kind = 'issued' THEN moment END)) AS issued_last,
        -- What a resource server saw, and not what Cognito issued.
        CAST(max(CASE WHEN kind = 'issued' THEN issued_at END) AS DOUBLE) AS accepted_last,
        max(expires_at) AS expires_last,
        max(expires_at - issued_at) AS access_s
    FROM traces
    GROUP BY key
),
dated AS (
    SELECT g.* REPLACE (coalesce(p.alias, g.pool) AS pool, coalesce(c.alias, g.client) AS client),
        coalesce(CAST(g.auth_time AS DOUBLE), s.start) AS start
    FROM grouped g
    LEFT JOIN starts s ON s.key = g.key
    LEFT JOIN aliases p ON p.what = 'pool' AND p.id = g.pool
    LEFT JOIN aliases c ON c.what = 'client' AND c.id = g.client
)
SELECT *, lead(start) OVER (PARTITION BY user_ref, client ORDER BY start, key) AS next_start
FROM dated WHERE user_ref IS NOT NULL AND start IS NOT NULL
UNION ALL
SELECT *, NULL FROM dated WHERE user_ref IS NULL OR start IS NULL;
