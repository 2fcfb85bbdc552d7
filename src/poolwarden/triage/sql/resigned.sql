-- App clients whose users sign in again within a day, and none of whose sessions was ever refreshed or is seen to be
-- lost; only where the logs show every token that is issued or used.
WITH fresh AS (
    SELECT client FROM sessions
    WHERE client IS NOT NULL AND start IS NOT NULL AND issued_last IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM records WHERE kind = 'issued' AND source <> 'poolwarden' AND source NOT LIKE 'cloudtrail%'
    )
    GROUP BY client
    HAVING max(issued_last - start) < $fresh AND sum(CASE WHEN next_start - start < 86400 THEN 1 ELSE 0 END) >= $least
)
SELECT f.client FROM fresh f
WHERE NOT EXISTS (SELECT 1 FROM lost l WHERE l.client = f.client AND l.start IS NOT NULL AND l.issued_last IS NOT NULL)
ORDER BY f.client;
