-- When each of the calls was refused that stand for nobody in particular, and in which kind of log.
SELECT a.client, a.sign, a.moment, min(f.kind)
FROM anonymous a JOIN logs f ON f.file = a.file
GROUP BY a.client, a.sign, a.moment, a.request, CASE WHEN a.moment IS NULL THEN a.line END
ORDER BY a.client, a.sign, a.moment;
