-- When each of their sessions got tokens.
SELECT t.pool, t.client, s.user_ref, s.start, w.low_s, u.hours, u.halves
FROM sessions s
JOIN told_apart t ON t.client = s.client AND t.pool = coalesce(s.pool, '')
JOIN used u ON u.key = s.key
JOIN walls w ON w.client = s.client AND w.pool = coalesce(s.pool, '')
    AND (w.since IS NULL OR s.start >= w.since) AND (w.until IS NULL OR s.start < w.until)
WHERE s.start IS NOT NULL
ORDER BY s.key;
