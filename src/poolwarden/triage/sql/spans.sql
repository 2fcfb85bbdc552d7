-- What the inference of the validity needs of each session: the oldest age at which it got a token, and the
-- age at which it first failed without any other reason in sight. Where there are very many, those that live on are
-- counted by start and age, and of those that died a part stands for all.
WITH ended AS (
    SELECT l.key, coalesce(l.pool, '') AS pool, l.client, l.start, greatest(l.issued_last - l.start, 0) AS issued_age,
        l.said_first IS NOT NULL AS said, coalesce(l.access_s, 0) AS access_s,
        CASE WHEN l.ended_by IS NULL AND (l.signs & ~w.undated) = 0 THEN CASE
            WHEN l.refused THEN coalesce(l.said_first, l.failed_first)
            WHEN l.signs = 0 AND l.next_start > coalesce(l.expires_last, l.issued_last) THEN l.next_start
        END END - l.start AS failed_age
    FROM losses l CROSS JOIN settings w
    WHERE l.start IS NOT NULL AND l.issued_last IS NOT NULL AND l.client IS NOT NULL
),
alive AS (
    SELECT pool, client, start, issued_age FROM ended WHERE failed_age IS NULL
    UNION ALL
    SELECT coalesce(s.pool, ''), s.client, s.start, greatest(s.issued_last - s.start, 0)
    FROM sessions s
    WHERE s.start IS NOT NULL AND s.issued_last IS NOT NULL AND s.client IS NOT NULL
        AND s.next_start IS NULL AND NOT EXISTS (SELECT 1 FROM ends e WHERE e.key = s.key)
),
sizes AS (
    SELECT pool, client, sum(alive + died) > $most AS crowded, greatest(CAST(sum(died) AS BIGINT) // $most, 1) AS nth
    FROM (
        SELECT pool, client, 0 AS alive, count(*) AS died FROM ended WHERE failed_age IS NOT NULL GROUP BY pool, client
        UNION ALL
        SELECT pool, client, count(*), 0 FROM alive GROUP BY pool, client
    )
    GROUP BY pool, client
)
SELECT l.pool, l.client, l.start, l.issued_age, l.failed_age, l.said, l.access_s, CAST(z.nth AS BIGINT) AS sessions
FROM ended l JOIN sizes z ON z.pool = l.pool AND z.client = l.client
WHERE l.failed_age IS NOT NULL AND (z.nth = 1 OR hash(l.key) % z.nth = 0)
UNION ALL
SELECT l.pool, l.client, max(l.start), max(l.issued_age), NULL, FALSE, 0, count(*)
FROM alive l JOIN sizes z ON z.pool = l.pool AND z.client = l.client
GROUP BY l.pool, l.client,
    CASE WHEN z.crowded THEN floor(l.start / 43200) ELSE l.start END,
    CASE WHEN z.crowded THEN floor(ln(greatest(l.issued_age, 60)) * 100) ELSE l.issued_age END
ORDER BY ALL;
