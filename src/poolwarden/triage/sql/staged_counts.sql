-- How many lines were read, how many could not be, and how many are no events of the guard.
SELECT coalesce(sum(lines), 0), coalesce(sum(CASE WHEN kind = 7 THEN lines END), 0), coalesce(sum(CASE WHEN kind = 8 THEN lines END), 0)
FROM grouped;
