-- The sessions of the users whose refused refreshes are to be told to one of them.
WITH mine AS (
    SELECT DISTINCT user_ref, 's:' || session AS key FROM links WHERE user_ref IN (SELECT user_ref FROM callers)
    UNION
    SELECT DISTINCT user_ref, key FROM keyed WHERE user_ref IN (SELECT user_ref FROM callers) AND key LIKE 'u:%'
),
last AS (
    SELECT t.key,
        max(CASE WHEN t.session IS NULL THEN coalesce(t.client, '') END) AS client,
        CAST(min(t.auth_time) AS DOUBLE) AS auth_time,
        max(coalesce(CAST(t.issued_at AS DOUBLE), CASE WHEN t.kind = 'issued' THEN t.moment END)) AS issued_last,
        CAST(max(t.expires_at) AS DOUBLE) AS expires_last,
        max(t.issued_at) AS token
    FROM traces t WHERE t.key IN (SELECT key FROM mine)
    GROUP BY t.key
),
failed AS (
    SELECT t.key, min(t.moment) AS moment
    FROM traces t JOIN last l ON l.key = t.key AND l.token = t.issued_at
    WHERE t.kind = 'rejected' AND t.moment IS NOT NULL
    GROUP BY t.key
)
SELECT m.user_ref, m.key, l.client, coalesce(l.auth_time, s.start) AS start, l.issued_last, l.expires_last, f.moment AS failed_first
FROM mine m JOIN last l ON l.key = m.key
LEFT JOIN starts s ON s.key = m.key
LEFT JOIN failed f ON f.key = m.key
ORDER BY m.user_ref, m.key;
