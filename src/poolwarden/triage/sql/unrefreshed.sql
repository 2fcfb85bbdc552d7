-- App clients none of whose sessions was ever seen to be refreshed, although they were lost.
WITH fresh AS (
    SELECT client FROM sessions
    WHERE client IS NOT NULL AND start IS NOT NULL AND issued_last IS NOT NULL
    GROUP BY client
    HAVING max(issued_last - start) < $fresh
)
SELECT f.client
FROM fresh f JOIN lost l ON l.client = f.client
WHERE l.start IS NOT NULL AND l.issued_last IS NOT NULL
GROUP BY f.client
HAVING count(*) >= $least
ORDER BY f.client;
