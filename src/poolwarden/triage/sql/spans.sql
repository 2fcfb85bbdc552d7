-- What the inference of the validity needs of each session: the oldest age at which it got a token, and the
-- age at which it first failed without any other reason in sight. Where there are very many, those that live on are
-- counted by start and age, and of those that died a part stands for all.
WITH deaths AS (
    SELECT l.key,
        CASE WHEN l.refused THEN coalesce(l.said_first, l.failed_first) ELSE l.next_start END AS died_at,
        l.said_first IS NOT NULL AS said
    FROM losses l CROSS JOIN settings w
    WHERE l.ended_by IS NULL AND (l.signs & ~w.undated) = 0
        AND (l.refused OR (l.signs = 0 AND l.next_start > coalesce(l.expires_last, l.issued_last)))
),
lives AS (
    SELECT s.key, coalesce(s.pool, '') AS pool, s.client, s.start, greatest(s.issued_last - s.start, 0) AS issued_age,
        d.died_at - s.start AS failed_age, coalesce(d.said, FALSE) AS said, coalesce(s.access_s, 0) AS access_s
    FROM sessions s LEFT JOIN deaths d ON d.key = s.key
    WHERE s.start IS NOT NULL AND s.issued_last IS NOT NULL AND s.client IS NOT NULL
),
sizes AS (
    SELECT pool, client, count(*) > $most AS crowded, greatest(CAST(count(failed_age) AS BIGINT) // $most, 1) AS nth
    FROM lives
    GROUP BY pool, client
)
SELECT l.pool, l.client, l.start, l.issued_age, l.failed_age, l.said, l.access_s, CAST(max(z.nth) AS BIGINT) AS sessions
FROM lives l JOIN sizes z ON z.pool = l.pool AND z.client = l.client
WHERE l.failed_age IS NOT NULL AND (z.nth = 1 OR hash(l.key) % z.nth = 0)
GROUP BY l.pool, l.client, l.start, l.issued_age, l.failed_age, l.said, l.access_s, l.key
UNION ALL
SELECT l.pool, l.client, max(l.start), max(l.issued_age), NULL, FALSE, 0, count(*)
FROM lives l JOIN sizes z ON z.pool = l.pool AND z.client = l.client
WHERE l.failed_age IS NULL
GROUP BY l.pool, l.client,
    CASE WHEN z.crowded THEN floor(l.start / 43200) ELSE l.start END,
    CASE WHEN z.crowded THEN floor(ln(greatest(l.issued_age, 60)) * 100) ELSE l.issued_age END
ORDER BY ALL;
