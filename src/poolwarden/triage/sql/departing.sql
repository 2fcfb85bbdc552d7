-- Those who came back after the validity, and those who signed out unseen and came back before it.
CREATE OR REPLACE TABLE walled AS
SELECT key, coalesce(pool, '') AS pool, client, user_ref, start, low_s, issued_last, l.refused, start + low_s - issued_last AS unseen_s,
    -- Who was there until the end had no time to sign out.
    issued_last + 1.5 * coalesce(expires_last - issued_last, 3600) >= start + low_s AS present
FROM lost l CROSS JOIN settings w CROSS JOIN parts p
WHERE l.silent AND event IS NULL AND (signs & ~w.undated) = 0 AND wall IN ('reached', 'around', 'idle') AND NOT p.sparse
    AND start IS NOT NULL AND issued_last IS NOT NULL AND low_s IS NOT NULL;

CREATE OR REPLACE TABLE returned AS
SELECT coalesce(s.pool, '') AS pool, s.client, s.next_start - s.issued_last AS away_s, w.low_s
FROM losses s
JOIN walls w ON w.client = s.client AND w.pool = coalesce(s.pool, '')
    AND (w.since IS NULL OR s.start >= w.since) AND (w.until IS NULL OR s.start < w.until)
WHERE s.signs = 0 AND s.ended_by IS NULL AND s.next_start >= s.issued_last AND s.next_start - s.start < w.low_s - w.slack_s
    AND (s.client, coalesce(s.pool, '')) IN (SELECT (client, pool) FROM walled WHERE NOT refused AND NOT present);
