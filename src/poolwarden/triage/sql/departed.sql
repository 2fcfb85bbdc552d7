-- Users sign out unseen, and come back to sign in. Who does so before the validity is reached lost nothing (lost.sql), nor
-- does who comes back after it: as many as are likely, those that were away for longest, are not put down to it.
CREATE OR REPLACE TABLE departed AS
WITH walled AS (
    SELECT key, coalesce(pool, '') AS pool, client, l.refused, start + low_s - issued_last AS unseen_s,
        -- Who was there until the end had no time to sign out.
        issued_last + 1.5 * coalesce(expires_last - issued_last, 3600) >= start + low_s AS present
    FROM lost l CROSS JOIN settings w CROSS JOIN parts p
    WHERE l.silent AND event IS NULL AND (signs & ~w.undated) = 0 AND wall IN ('reached', 'around', 'idle') AND NOT p.sparse
        AND start IS NOT NULL AND issued_last IS NOT NULL AND low_s IS NOT NULL
),
counted AS (
    SELECT pool, client, CAST(count(*) FILTER (refused AND present) AS DOUBLE) AS met, count(*) FILTER (NOT refused AND present) AS missed,
        count(*) FILTER (refused AND NOT present) AS met_late, count(*) FILTER (NOT refused AND NOT present) AS missed_late
    FROM walled GROUP BY pool, client
),
-- Who was away for a part of the validity came back after it as often as that part, had they left at any age.
returned AS (
    SELECT l.pool, l.client, count(*) AS before, sum(l.away_s / (l.low_s - l.away_s)) AS after
    FROM (
        SELECT coalesce(s.pool, '') AS pool, s.client, s.next_start - s.issued_last AS away_s, w.low_s
        FROM losses s
        JOIN walls w ON w.client = s.client AND w.pool = coalesce(s.pool, '')
            AND (w.since IS NULL OR s.start >= w.since) AND (w.until IS NULL OR s.start < w.until)
        WHERE s.signs = 0 AND s.ended_by IS NULL AND s.next_start >= s.issued_last
            AND s.next_start - s.start < w.low_s - w.slack_s
    ) l
    JOIN counted c ON c.pool = l.pool AND c.client = l.client AND c.missed_late > 0
    WHERE l.away_s < 0.8 * l.low_s
    GROUP BY l.pool, l.client
),
likely AS (
    SELECT c.pool, c.client, c.met >= 10 AND c.met >= c.missed AND c.met_late >= 10 AS known, CASE
            -- A front end that sends what has expired sends it at the validity, too, save where it was signed out.
            WHEN c.met >= 10 AND c.met >= c.missed AND c.met_late >= 10
                THEN least(c.missed_late - c.met_late * c.missed / c.met, 2 * greatest(r.before, r.after))
            ELSE least(c.missed_late, r.after)
        END AS departed
    FROM counted c JOIN returned r ON r.pool = c.pool AND r.client = c.client
)
SELECT d.key, d.place <= round(l.departed) AS departed, NOT l.known AND 20 * l.departed >= d.late AS doubtful
FROM (
    SELECT key, pool, client, row_number() OVER (PARTITION BY pool, client ORDER BY unseen_s DESC, key) AS place,
        count(*) OVER (PARTITION BY pool, client) AS late
    FROM walled WHERE NOT refused AND NOT present
) d
JOIN likely l ON l.pool = d.pool AND l.client = d.client;

DELETE FROM lost WHERE key IN (SELECT key FROM departed WHERE departed);

UPDATE lost SET wall = 'around', feature = concat_ws('|', feature, 'around')
WHERE wall = 'reached' AND key IN (SELECT key FROM departed WHERE doubtful);
