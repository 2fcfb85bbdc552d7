-- The tokens that were seen as records too, one for each session: other logs tell of the same sessions.
INSERT INTO records BY NAME
SELECT 'issued' AS kind, f.file, 0 AS line, g.last / 1000 AS moment, FALSE AS maybe, g.pool, g.client,
    g.session_ref AS session, g.user_ref, g.auth_time, g.issued_at, g.expires_at, 1 AS times, FALSE AS zombie,
    g.issued_at - g.auth_time > 60 AS refresh, '' AS text, 'poolwarden' AS source, 1 AS told
FROM grouped g CROSS JOIN staged_file f
WHERE g.kind = 0;
