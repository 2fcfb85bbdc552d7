-- The lost sessions that nothing was said of, when their loss showed, and whether somebody ended them on purpose, since
-- when: what was said of them may stand where nobody is named.
CREATE OR REPLACE TEMP VIEW silences AS
SELECT coalesce(l.failed_first, l.next_start) AS shown_at, l.key, l.client, coalesce(l.expires_last, l.issued_last) AS expires_at, l.wall,
    coalesce(l.start + l.low_s - l.slack_s, 0) AS walled_at, l.start, l.signs = 0 AS unrefused,
    CASE WHEN l.ended_by IS NOT NULL OR l.event IS NOT NULL THEN coalesce(l.ended_at, l.issued_last) END AS ended_at,
    CASE WHEN l.key LIKE 'u:%' THEN l.user_ref ELSE k.user_ref END AS user_ref
FROM lost l CROSS JOIN settings w LEFT JOIN links k ON l.key = 's:' || k.session
-- Why the pool refused a session whose app client the API does not accept any more (32768) stands elsewhere, too.
WHERE l.said_first IS NULL AND (l.signs & ~(w.silent | 32768)) = 0
    AND coalesce(l.failed_first, l.next_start) IS NOT NULL AND coalesce(l.expires_last, l.issued_last) IS NOT NULL;
