-- The lost sessions of which nothing says why, and when their loss showed.
SELECT coalesce(l.failed_first, l.next_start), l.key, l.client, coalesce(l.expires_last, l.issued_last), l.wall,
    coalesce(l.start + l.low_s - l.slack_s, 0), l.start
FROM lost l CROSS JOIN settings w
WHERE l.said_first IS NULL AND l.ended_by IS NULL AND l.event IS NULL AND (l.signs & ~w.silent) = 0
    AND coalesce(l.failed_first, l.next_start) IS NOT NULL AND coalesce(l.expires_last, l.issued_last) IS NOT NULL;
