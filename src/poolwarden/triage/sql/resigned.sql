-- App clients whose users sign in again within a day, and none of whose sessions was ever refreshed or is seen to be
-- lost; only where the logs show every token that is issued or used.
SELECT s.client
FROM sessions s LEFT JOIN lost l ON l.key = s.key
WHERE s.client IS NOT NULL AND s.start IS NOT NULL AND s.issued_last IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM records WHERE kind = 'issued' AND source <> 'poolwarden' AND source NOT LIKE 'cloudtrail%'
)
GROUP BY s.client
HAVING count(l.key) = 0 AND max(s.issued_last - s.start) < $fresh
    AND sum(CASE WHEN s.next_start - s.start < 86400 THEN 1 ELSE 0 END) >= $least
ORDER BY s.client;
