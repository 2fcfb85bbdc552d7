-- Which files hold lines that are no events of the guard, how many, and how many of them are JSON.
SELECT cause, CAST(sum(lines) AS BIGINT), CAST(coalesce(sum(CASE WHEN kind = 8 THEN lines END), 0) AS BIGINT)
FROM grouped WHERE kind IN (7, 8) GROUP BY cause;
