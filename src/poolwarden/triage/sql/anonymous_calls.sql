-- When each of the calls was refused that stand for nobody in particular, in which kind of log, and whether it tells UTC.
SELECT a.client, a.sign, a.moment, f.kind, a.fixed, a.request
FROM anonymous a JOIN logs f ON f.file = a.file
GROUP BY a.client, a.sign, a.moment, f.kind, a.fixed, a.request, CASE WHEN a.moment IS NULL THEN a.line END
ORDER BY a.client, a.sign, a.moment, f.kind, a.fixed;
