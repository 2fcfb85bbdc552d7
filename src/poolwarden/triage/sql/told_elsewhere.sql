-- The refused refreshes that logs tell of lost sessions, in the order of how well the log names them: by the session's
-- reference (2), by its user and sign-in (1), or by its user or a name of its own alone (0; strangers.sql).
SELECT min(t.moment) AS moment, t.key, g.sign, min(f.kind) AS place,
    CASE
        -- A session's name that an application gave it stands for nobody in the other logs.
        WHEN t.key LIKE 's:%' THEN CASE WHEN max(l.issued_last) IS NULL THEN 0 ELSE 2 END
        WHEN max(s.own_key) IS NULL THEN 1 ELSE 0
    END AS rank,
    max(l.client) AS client, max(l.start) AS start, max(l.ended_by) AS ended_by,
    bool_or(t.source LIKE 'cloudtrail%' OR t.source LIKE 'poolwarden%') AS fixed, max(t.user_ref) AS user_ref,
    list(DISTINCT t.request) FILTER (t.request IS NOT NULL) AS requests
FROM lost l
JOIN traces t ON t.key = l.key
JOIN signs g ON g.cause = t.cause
JOIN logs f ON f.file = t.file
CROSS JOIN settings w
LEFT JOIN strangers s ON s.own_key = l.key
WHERE t.kind = 'refused' AND NOT t.maybe AND t.refresh IS DISTINCT FROM FALSE AND (g.sign & w.ending) <> 0 AND t.moment IS NOT NULL
GROUP BY t.key, g.sign
ORDER BY moment, t.key, g.sign;
