-- The app clients of which some users came back unrefused after the validity, and some before it: not too many to look at
-- one by one.
CREATE OR REPLACE TABLE told_apart AS
SELECT s.client, coalesce(s.pool, '') AS pool
FROM sessions s
WHERE (s.client, coalesce(s.pool, '')) IN (SELECT (client, pool) FROM returned)
GROUP BY s.client, coalesce(s.pool, '')
HAVING count(*) <= $most;
