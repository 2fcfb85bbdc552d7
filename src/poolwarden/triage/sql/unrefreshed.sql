-- App clients none of whose sessions was ever seen to be refreshed, although they were lost.
SELECT s.client
FROM sessions s LEFT JOIN lost l ON l.key = s.key
WHERE s.client IS NOT NULL AND s.start IS NOT NULL AND s.issued_last IS NOT NULL
GROUP BY s.client
HAVING count(l.key) >= $least AND max(s.issued_last - s.start) < $fresh
ORDER BY s.client;
