-- How many lines were read, the reader's not counted, how many could not be, and how many are events of the guard.
SELECT CAST(coalesce(sum(CASE WHEN kind <> 10 THEN lines END), 0) AS BIGINT),
    CAST(coalesce(sum(CASE WHEN kind = 7 THEN lines END), 0) AS BIGINT),
    CAST(coalesce(sum(CASE WHEN kind < 7 THEN lines END), 0) AS BIGINT)
FROM grouped;
