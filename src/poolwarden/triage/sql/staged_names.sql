-- Which app clients and user pools the guard's events name, and how often.
SELECT client, pool, CAST(sum(lines) AS BIGINT) FROM grouped WHERE kind < 7 GROUP BY ALL;
