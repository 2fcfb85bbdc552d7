-- When each kind of log tells of refused refreshes, and what was said; kind -1 are those whose times are in UTC.
SELECT DISTINCT CASE WHEN r.source LIKE 'cloudtrail%' OR r.source LIKE 'poolwarden%' THEN -1 ELSE f.kind END AS kind, r.moment, g.sign
FROM records r JOIN signs g ON g.cause = r.cause JOIN logs f ON f.file = r.file CROSS JOIN settings w
WHERE r.kind = 'refused' AND NOT r.maybe AND r.refresh IS DISTINCT FROM FALSE AND r.moment IS NOT NULL AND (g.sign & w.ending) <> 0
ORDER BY ALL;
